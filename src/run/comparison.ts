import type { Adapter } from '../adapter/adapter';
import type { Base } from '../base/base';
import type { Gpu } from '../gpu/device';
import { Memory } from '../gpu/memory';
import type { ModelConfig } from '../model/config';
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
    const plain = loadBase(memory, base);
    const ask = async (from: 'base' | 'adapter', { config, parameters }: LoadedModel) => {
      const sampler = await Sampler.create(memory, recordSampler(config, parameters, base.summary.context, gpu));
      const text = await answer(sampler, tokenizer, { ...question, onText: (so_far) => onText(from, so_far, false) });
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

/** A model whose parameters are on the GPU. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly parameters: Parameters;
}

/** The base, all of it frozen. */
export function loadBase(memory: Memory, base: Base): LoadedModel {
  const parameters = new Parameters(leavesOf(base.config), () => true);
  uploadParameters(memory, parameters, (leaf) => valuesOf(base, null, leaf));
  return { config: base.config, parameters };
}

/** The base with an adapter. What the adapter holds stays float32, as it was trained; the rest is the base's memory. */
export function loadAdapter(memory: Memory, base: Base, adapter: Adapter, plain: LoadedModel): LoadedModel {
  const config = adapter.modelConfig;
  const isOwn = (path: string) => path in adapter.tensors;
  const parameters = new Parameters(leavesOf(config), (path) => !isOwn(path), { shared: plain.parameters });
  uploadParameters(
    memory,
    parameters,
    (leaf) => valuesOf(base, adapter, leaf),
    ({ path }) => isOwn(path),
  );
  return { config, parameters };
}

/** @throws ProblemError if the adapter belongs to another base */
export function checkBase(adapter: Adapter, base: Base): void {
  if (adapter.baseHash === base.hash) return;
  const fix = 'Train it again on the base of this build, or open the build that it came from.';
  throw problem('This adapter was trained on another base.', adapter.summary.name, fix);
}

/** A leaf's values: the adapter's where it has them, else the base's. */
function valuesOf(base: Base, adapter: Adapter | null, { path }: Leaf) {
  const values = adapter?.tensors[path]?.values ?? base.values.get(path);
  if (!values)
    throw problem(`Neither the base nor the adapter has ${path}.`, adapter?.summary.name ?? base.summary.name);
  return values;
}
