import type { Adapter } from '../../adapter/adapter';
import type { Base } from '../../base/base';
import type { Gpu } from '../../gpu/device';
import { Memory } from '../../gpu/memory';
import { checkBase, type LoadedModel, loadAdapter, loadBase } from '../../run/loaded_model';
import { frozenWeightsOf } from '../../settings/task';
import { type ChatTokenizer, withTemplate } from '../../tokens/chat_template';
import { answer, type Question } from './answer';
import type { GeneratedText } from './events';
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
  onText: (told: GeneratedText) => void,
): Promise<void> {
  const settings = adapter?.settings ?? null;
  const own = await withTemplate(tokenizer, settings && 'template' in settings ? settings.template : undefined);
  const memory = new Memory(gpu.device);
  try {
    const plain = await loadBase(memory, base, frozenWeightsOf(settings));
    if (adapter) checkBase(adapter, base);
    const ask = async (from: 'base' | 'adapter', { config, parameters }: LoadedModel) => {
      const sampler = await TextSampler.create(
        memory,
        recordTextSampler(config, parameters, Math.min(base.summary.context, ROOM), gpu),
      );
      let tokensPerSecond = 0;
      const text = await answer(sampler, own, {
        ...question,
        onText: (soFar, speed) => {
          tokensPerSecond = speed;
          onText({ from, text: soFar, tokensPerSecond, done: false });
        },
      });
      sampler.destroy();
      onText({ from, text, tokensPerSecond, done: true });
    };
    await ask('base', plain);
    if (!adapter || question.cancelled?.()) return;
    await ask('adapter', loadAdapter(memory, adapter, plain));
  } finally {
    memory.destroy();
  }
}
