import type { Adapter } from '../../adapter/adapter';
import type { Base } from '../../base/base';
import type { Gpu } from '../../gpu/device';
import { Memory } from '../../gpu/memory';
import { checkBase, type LoadedModel, loadAdapter, loadBase } from '../../run/loaded_model';
import { type ChatTokenizer, withTemplate } from '../../tokens/chat_template';
import { answer, type Question } from './answer';
import { recordTextSampler, TextSampler } from './sampler';

export interface ComparisonParts {
  readonly gpu: Gpu;
  readonly base: Base;
  readonly tokenizer: ChatTokenizer;
  /** Null: the base alone. */
  readonly adapter: Adapter | null;
}

/** Tokens of prompt and answer together, where a model was made for more: room costs memory whether it is used or not. */
const ROOM = 1024;

/**
 * Answers one question with the base, then with the adapter, in memory of its own that is freed at the end.
 * @throws ProblemError if the adapter belongs to another base
 */
export async function compare(
  { gpu, base, tokenizer, adapter }: ComparisonParts,
  question: Omit<Question, 'onText'>,
  onText: (from: 'base' | 'adapter', text: string, done: boolean) => void,
): Promise<void> {
  const settings = adapter?.settings;
  const own = await withTemplate(tokenizer, settings && 'template' in settings ? settings.template : undefined);
  const memory = new Memory(gpu.device);
  try {
    const plain = await loadBase(memory, base);
    if (adapter) checkBase(adapter, base);
    const ask = async (from: 'base' | 'adapter', { config, parameters }: LoadedModel) => {
      const sampler = await TextSampler.create(
        memory,
        recordTextSampler(config, parameters, Math.min(base.summary.context, ROOM), gpu),
      );
      const text = await answer(sampler, own, { ...question, onText: (so_far) => onText(from, so_far, false) });
      sampler.destroy();
      onText(from, text, true);
    };
    await ask('base', plain);
    if (!adapter || question.cancelled?.()) return;
    await ask('adapter', loadAdapter(memory, base, adapter, plain));
  } finally {
    memory.destroy();
  }
}
