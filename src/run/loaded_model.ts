import type { Adapter } from '../adapter/adapter';
import { type Base, hashOf } from '../base/base';
import type { Memory } from '../gpu/memory';
import type { AnyConfig } from '../model/config';
import { uploadParameters } from '../model/load';
import { Parameters } from '../model/parameters';
import { leavesOf } from '../model/tree';
import { problem } from '../problem';
import type { FrozenWeights } from '../settings/text';

/** A model whose parameters are on the GPU. */
export interface LoadedModel {
  readonly config: AnyConfig;
  readonly parameters: Parameters;
}

/** The base, all of it frozen. @param weights how */
export async function loadBase(memory: Memory, base: Base, weights?: FrozenWeights): Promise<LoadedModel> {
  const parameters = new Parameters(leavesOf(base.config), () => true, storageOf(base, weights));
  await base.weights.load(memory, parameters, () => true);
  return { config: base.config, parameters };
}

/** The base with an adapter. What the adapter holds stays float32, as it was trained; the rest is the base's memory. */
export function loadAdapter(memory: Memory, adapter: Adapter, plain: LoadedModel): LoadedModel {
  const config = adapter.modelConfig;
  const isOwn = (path: string) => path in adapter.tensors;
  const parameters = new Parameters(leavesOf(config), (path) => !isOwn(path), {
    storedAs: plain.parameters.typeWhenFrozen,
    shared: plain.parameters,
  });
  uploadParameters(
    memory,
    parameters,
    ({ path }) => adapter.tensors[path]!.values,
    ({ path }) => isOwn(path),
  );
  return { config, parameters };
}

const storageOf = ({ storedAs }: Base, weights?: FrozenWeights) => (storedAs ? { storedAs: storedAs(weights) } : {});

/** The base has been loaded. @throws ProblemError if the adapter belongs to another base */
export function checkBase(adapter: Adapter, base: Base): void {
  if (adapter.baseHash === hashOf(base)) return;
  const fix =
    base.policy || base.hub
      ? 'Open the model that it was trained on, or train it again on the one that is open.'
      : 'Train it again on the base of this build, or open the build that it came from.';
  throw problem('This adapter was trained on another base.', adapter.summary.name, fix);
}
