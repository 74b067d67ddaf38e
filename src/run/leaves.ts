/** What has been trained, on its way between GPU, host, checkpoint and adapter: whole leaves by path, never rounded. */
import { type Adapter, type AdapterTensor, isLora } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Base } from '../base/base';
import type { Memory } from '../gpu/memory';
import type { Storage } from '../gpu/tensor';
import type { Progress } from '../hub/source';
import { initialLora } from '../model/init';
import { arenasOf, gather, readArenas, uploadParameters, writeArenas } from '../model/load';
import type { Arena, Parameters } from '../model/parameters';
import type { Leaf } from '../model/tree';
import type { LeafFloats } from '../train/state';

export const NO_LEAVES: Checkpoint['leaves'] = { weights: {}, moment1: {}, moment2: {} };

/** What leaves begin with that no run has trained yet. */
export interface Start {
  readonly base: Base;
  readonly seed: number;
  /** The base has no LoRA: the model computes what the base does. */
  readonly withoutLora?: boolean;
  /** A stage has frozen what has not trained yet: it goes on with the values that were computed with. */
  readonly asFrozen?: boolean;
}

/**
 * Fills a stage's memory: leaves that have trained as they are now, the others from the start; moments go on where a
 * leaf has them and trains, and begin at zero where it has not.
 */
export async function loadLeaves(
  memory: Memory,
  parameters: Parameters,
  { weights, moment1, moment2 }: Checkpoint['leaves'],
  start: Start,
  onRead?: (progress: Progress) => void,
): Promise<void> {
  await putLeaves(memory, parameters, weights, start, () => true, onRead);
  writeArenas(memory, parameters, 'moment1', arenasOf(parameters, moment1));
  writeArenas(memory, parameters, 'moment2', arenasOf(parameters, moment2));
}

/**
 * Puts other weights where they may differ from the base's: into all that trains or has trained, and into LoRA.
 * What was computed once from the weights before has to be computed again.
 */
export function showWeights(memory: Memory, parameters: Parameters, weights: LeafFloats, start: Start): Promise<void> {
  const mayDiffer = ({ path }: Leaf) => isLora(path) || !parameters.isFrozen(path) || parameters.hasTrained(path);
  return putLeaves(memory, parameters, weights, start, mayDiffer);
}

/** Puts those leaves of `which`: as `weights` has them, the others from the start. Moments are left alone. */
export async function putLeaves(
  memory: Memory,
  parameters: Parameters,
  weights: LeafFloats,
  { base, seed, withoutLora = false, asFrozen = false }: Start,
  which: (leaf: Leaf) => boolean,
  onRead?: (progress: Progress) => void,
): Promise<void> {
  const isBase = ({ path }: Leaf) => !(path in weights) && !isLora(path);
  const valuesOf = (leaf: Leaf) => weights[leaf.path] ?? startOfLora(leaf, seed, withoutLora);
  uploadParameters(memory, parameters, valuesOf, (leaf) => which(leaf) && !isBase(leaf));
  const options = { asFrozen, ...(onRead ? { onRead } : {}) };
  await base.weights.load(memory, parameters, (leaf) => which(leaf) && isBase(leaf), options);
}

function startOfLora(leaf: Leaf, seed: number, withoutLora: boolean): Float32Array<ArrayBuffer> {
  const start = initialLora(leaf, seed);
  return withoutLora ? start.fill(0) : start;
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
export function adapterTensors({ leaves }: Parameters, weights: LeafFloats, seed: number): Adapter['tensors'] {
  const tensors: Record<string, AdapterTensor> = {};
  for (const leaf of leaves) {
    const { path, shape } = leaf;
    const values = weights[path] ?? (isLora(path) ? initialLora(leaf, seed) : undefined);
    if (values) tensors[path] = { shape, values };
  }
  return tensors;
}
