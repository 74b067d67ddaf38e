import type { Call } from '../../gpu/kernel';
import { bytesOf, type Storage, type Tensor } from '../../gpu/tensor';
import { LLM } from '../../leaves/gemma';
import { IMG } from '../../leaves/siglip';
import type { ModelConfig } from '../../model/config';
import { Parameters } from '../../model/parameters';
import { tokensOf } from '../../model/pi0';
import { leavesOf } from '../../model/tree';
import type { OptimizerConfig } from '../../train/record';
import { type ActionsStepShape, caches, prefixTensors, recordActionsStep } from './step';

/** May the leaf change the prefix's keys and values? Of the backbone's, only the last norm does not. */
export const isInPrefix = (path: string) => path.startsWith(IMG) || (path.startsWith(LLM) && !path.includes('_1/'));

/**
 * Samples whose prefix fits on the GPU in what a constant prefix saves.
 * @returns a number that is the same for all filters
 */
export function affordableRows(config: ModelConfig, shape: ActionsStepShape, recompute: boolean): number {
  const { prefix: S } = tokensOf(config, shape);
  const bytesOfOne = caches(config, { B: 1, S, kind: 'prefix' }).reduce((sum, layer) => sum + bytesOf(layer), 0);
  return Math.floor(savedBytes(config, shape, recompute) / bytesOfOne);
}

const known = new Map<string, number>();
/** Shapes whose savings are remembered. */
const MOST_KNOWN = 64;

function savedBytes(config: ModelConfig, shape: ActionsStepShape, recompute: boolean): number {
  const key = JSON.stringify([config, shape, recompute]);
  const saved = known.get(key) ?? computeSaved(config, shape, recompute);
  known.delete(key); // and put it last
  known.set(key, saved);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return saved;
}

/** What a step is recorded with whose update nobody runs. */
const ANY_OPTIMIZER: OptimizerConfig = { beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0, clipNorm: 1 };

/**
 * Bytes that a run takes less, at least, if it trains nothing in front of the prefix's keys, whatever else both train.
 *
 * Slots are counted by kind and size. Where a size occurs in the prefix alone, the suffix does not matter: with a
 * constant prefix, its slots are those of its forward pass; without, they are at least those of a gradient that goes
 * back to the end of the backbone's first layer, which every leaf in question demands. Where the suffix has that size
 * too, not even all of it training makes a slot less of it than a constant prefix needs, so the saving counts as none.
 */
function computeSaved(config: ModelConfig, shape: ActionsStepShape, recompute: boolean): number {
  const record = (reach: boolean) => {
    const parameters = new Parameters(leavesOf(config), isInPrefix, { arenaBytes: Number.POSITIVE_INFINITY });
    // The kind of GPU changes no byte.
    return recordActionsStep(config, parameters, shape, ANY_OPTIMIZER, { software: false, recompute, reach });
  };
  const constant = record(false);
  const { prefix, forward, backward, update, plan } = constant;
  if (!prefix) throw new Error('with all that comes before it frozen, the prefix is constant');
  const ofSuffix = new Set([...forward, ...backward, ...update].flatMap(plannedBy).map(groupOf));
  const change = (slots: readonly Storage[]) =>
    slots.filter((slot) => !ofSuffix.has(groupOf(slot))).reduce((sum, { bytes }) => sum + bytes, 0);
  const uploaded =
    shape.M *
    Object.values<Tensor<string>>(prefixTensors(prefix.inputs)).reduce((sum, input) => sum + bytesOf(input), 0);
  return change(record(true).plan.slots) - change(plan.slots) + uploaded;
}

const plannedBy = (call: Call) =>
  Object.values(call.tensors).flatMap(({ storage }) => (storage.planned ? [storage] : []));

const groupOf = ({ kind, bytes }: Storage) => `${kind} ${bytes}`;
