import { type Adapter, withLora } from '../adapter/adapter';
import type { Base } from '../base/base';
import type { Gpu } from '../gpu/device';
import { Memory } from '../gpu/memory';
import { uploadParameters } from '../model/load';
import { Parameters } from '../model/parameters';
import { type Leaf, leavesOf } from '../model/tree';
import { problem } from '../problem';
import type { TextTokenizer } from '../tokens/tokenizer';
import { recordSampler, Sampler } from '../train/sampler';
import { answer, type Question } from './answer';

export interface ComparisonParts {
  readonly gpu: Gpu;
  readonly base: Base;
  readonly tokenizer: TextTokenizer;
  /** Null: the base alone. */
  readonly adapter: Adapter | null;
}

/**
 * Answers one question with the base, then with the adapter, in memory of its own that is freed at the end.
 * @throws ProblemError if the adapter belongs to another base
 */
export async function compare(
  { gpu, base, tokenizer, adapter }: ComparisonParts,
  question: Omit<Question, 'onText'>,
  onText: (from: 'base' | 'adapter', text: string, done: boolean) => void,
): Promise<void> {
  if (adapter) checkBase(adapter, base);
  const memory = new Memory(gpu.device);
  try {
    const plain = new Parameters(leavesOf(base.config), () => true);
    uploadParameters(memory, plain, (leaf) => valuesOf(base, null, leaf));
    const ask = async (from: 'base' | 'adapter', model: typeof base.config, parameters: Parameters) => {
      const sampler = await Sampler.create(memory, recordSampler(model, parameters, base.summary.context));
      const text = await answer(sampler, tokenizer, { ...question, onText: (so_far) => onText(from, so_far, false) });
      sampler.destroy();
      onText(from, text, true);
    };
    await ask('base', base.config, plain);
    if (!adapter || question.cancelled?.()) return;
    const { loraRank, loraAlpha } = adapter.summary;
    const model = withLora(base.config, loraRank, loraAlpha);
    const isOwn = (path: string) => path in adapter.tensors;
    // What the adapter holds stays float32, as it was trained; the rest is the base's memory.
    const adapted = new Parameters(leavesOf(model), (path) => !isOwn(path), { shared: plain });
    uploadParameters(
      memory,
      adapted,
      (leaf) => valuesOf(base, adapter, leaf),
      ({ path }) => isOwn(path),
    );
    await ask('adapter', model, adapted);
  } finally {
    memory.destroy();
  }
}

/** @throws ProblemError if the adapter belongs to another base */
export function checkBase(adapter: Adapter, base: Base): void {
  if (adapter.baseHash === base.hash) return;
  const fix = 'Train it again on the base of this build, or open the build that it came from.';
  throw problem('This adapter was trained on another base.', adapter.summary.name, fix);
}

/** A leaf's values: the adapter's where it has them, else the base's. */
export function valuesOf(base: Base, adapter: Adapter | null, { path }: Leaf) {
  const values = adapter?.tensors[path]?.values ?? base.values.get(path);
  if (!values)
    throw problem(`Neither the base nor the adapter has ${path}.`, adapter?.summary.name ?? base.summary.name);
  return values;
}
