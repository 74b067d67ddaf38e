import { emptyBytes } from '../gpu/memory';
import type { Evaluated, MemorySample, RunHistory } from './events';

/** Values of whole leaves by path, row-major. */
export type LeafFloats = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

/**
 * Weights worth keeping, and how good they were: those of the step with the least held-out loss. The base takes no part: where no
 * step beats it, the least bad is kept and said to be worse, so that nothing is lost that a person has waited for.
 */
export interface Best {
  readonly step: number;
  /** Held-out loss: nats a token, or squares of action elements. */
  readonly loss: number;
  /** Of every leaf that had trained by then, in whatever stage. */
  readonly weights: LeafFloats;
}

/** What a run knows besides what is on the GPU. With the arenas it is a checkpoint. */
export interface RunState {
  /** Steps done. */
  step: number;
  readonly train: { step: number; loss: number; gradNorm: number; learningRate: number }[];
  readonly heldout: { step: number; loss: number }[];
  baselineHeldout: number;
  /** What the base shows by itself, as its task keeps it; null until the base has been measured. */
  base: object | null;
  best: Best | null;
  /** In the last stage. */
  evaluationsWithoutImprovement: number;
  /** Steps in a row that were not finite. */
  skippedInARow: number;
  /** Wall-clock seconds of training, over all sittings. */
  secondsTrained: number;
  /** Tokens that went through the model in them. */
  tokensTrained: number;
  readonly memory: MemorySample[];
}

export const newState = (): RunState => ({
  step: 0,
  train: [],
  heldout: [],
  baselineHeldout: Number.NaN,
  base: null,
  best: null,
  evaluationsWithoutImprovement: 0,
  skippedInARow: 0,
  secondsTrained: 0,
  tokensTrained: 0,
  memory: [],
});

/** The part that the page sees and an adapter keeps. */
export function historyOf(state: RunState, evaluated: Evaluated): RunHistory {
  const copies = <T extends object>(points: readonly T[]): T[] => points.map((point) => ({ ...point }));
  const largest = state.memory.reduce<typeof NOTHING>(
    (most, one) => (one.allocatedBytes > most.allocatedBytes ? one : most),
    NOTHING,
  );
  const { plannedBytes, allocatedBytes, byKind } = largest;
  return {
    train: copies(state.train),
    heldout: copies(state.heldout),
    evaluated,
    tokensPerSecond: state.secondsTrained > 0 ? state.tokensTrained / state.secondsTrained : 0,
    plannedBytes,
    allocatedBytes,
    byKind,
    memory: copies(state.memory),
  };
}

/** Before anything is allocated. */
const NOTHING: Pick<MemorySample, 'plannedBytes' | 'allocatedBytes' | 'byKind'> = {
  plannedBytes: 0,
  allocatedBytes: 0,
  byKind: emptyBytes(),
};
