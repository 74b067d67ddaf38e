import type { Adapter } from '../adapter/adapter';
import type { Base } from '../base/base';
import type { Memory } from '../gpu/memory';
import type { AnyConfig } from '../model/config';
import { uploadParameters } from '../model/load';
import { Parameters } from '../model/parameters';
import { type Leaf, leavesOf } from '../model/tree';
import { problem } from '../problem';

/** A model whose parameters are on the GPU. */
export interface LoadedModel {
  readonly config: AnyConfig;
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
