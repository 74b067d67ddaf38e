/** What has been trained, on its way between GPU, host, checkpoint and adapter: whole leaves by path, never rounded. */
import { type Adapter, type AdapterTensor, isLora } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import { fromBf16, toBf16 } from '../floats';
import type { Memory } from '../gpu/memory';
import type { Storage } from '../gpu/tensor';
import { arenasOf, gather, type LeafValues, readArenas, uploadParameters, writeArenas } from '../model/load';
import type { Arena, Parameters } from '../model/parameters';
import type { Leaf } from '../model/tree';
import type { LeafFloats } from '../train/state';

export const NO_LEAVES: Checkpoint['leaves'] = { weights: {}, moment1: {}, moment2: {} };

/**
 * Fills a stage's memory: leaves that have trained as they are now, the others from the start; moments go on where a
 * leaf has them and trains, and begin at zero where it has not.
 */
export function loadLeaves(
  memory: Memory,
  parameters: Parameters,
  { weights, moment1, moment2 }: Checkpoint['leaves'],
  start: (leaf: Leaf) => LeafValues,
): void {
  uploadParameters(memory, parameters, (leaf) => weights[leaf.path] ?? start(leaf));
  writeArenas(memory, parameters, 'moment1', arenasOf(parameters, moment1));
  writeArenas(memory, parameters, 'moment2', arenasOf(parameters, moment2));
}

/** Start values as a stage that freezes the leaf computes with them: those that a later stage goes on from. */
export const roundedLikeFrozen =
  (start: (leaf: Leaf) => LeafValues) =>
  (leaf: Leaf): LeafValues => {
    const values = start(leaf);
    return values instanceof Uint16Array ? values : fromBf16(toBf16(values));
  };

/**
 * Puts other weights where they may differ from the base's: into all that trains or has trained, and into LoRA.
 * What was computed once from the weights before has to be computed again.
 */
export function showWeights(
  memory: Memory,
  parameters: Parameters,
  weights: LeafFloats,
  start: (leaf: Leaf) => LeafValues,
): void {
  const mayDiffer = ({ path }: Leaf) => isLora(path) || !parameters.isFrozen(path) || parameters.isFrozenExactly(path);
  uploadParameters(memory, parameters, (leaf) => weights[leaf.path] ?? start(leaf), mayDiffer);
}

/**
 * Everything that has trained, as it is now.
 * @param earlier leaves that stages before this one trained; those that it trains on come off the GPU
 * @param through see readBack
 */
export const readWeights = async (
  memory: Memory,
  parameters: Parameters,
  earlier: LeafFloats,
  through?: Storage,
): Promise<LeafFloats> => ({ ...earlier, ...(await readLeaves(memory, parameters, 'weights', through)) });

/** The same with the moments of what trains. */
export const readAll = async (
  memory: Memory,
  parameters: Parameters,
  earlier: LeafFloats,
  through: Storage,
): Promise<Checkpoint['leaves']> => ({
  weights: await readWeights(memory, parameters, earlier, through),
  moment1: await readLeaves(memory, parameters, 'moment1', through),
  moment2: await readLeaves(memory, parameters, 'moment2', through),
});

async function readLeaves(
  memory: Memory,
  parameters: Parameters,
  what: keyof Arena,
  through?: Storage,
): Promise<LeafFloats> {
  return Object.fromEntries(gather(parameters, await readArenas(memory, parameters, what, through)));
}

/** The tensors of an adapter: all that has trained, and LoRA even where it never did. */
export function adapterTensors(
  { leaves }: Parameters,
  weights: LeafFloats,
  start: (leaf: Leaf) => LeafValues,
): Adapter['tensors'] {
  const tensors: Record<string, AdapterTensor> = {};
  for (const leaf of leaves) {
    const { path, shape } = leaf;
    const values = weights[path] ?? (isLora(path) ? (start(leaf) as Float32Array<ArrayBuffer>) : undefined);
    if (values) tensors[path] = { shape, values };
  }
  return tensors;
}
