import type { BytesByKind, RunHistory } from '../worker/api';

/** Weights worth keeping, and how good they were. */
export interface Best {
  readonly step: number;
  /** Held-out loss: nats a token, or squares of action elements. */
  readonly loss: number;
  /** The arena's pages. */
  readonly weights: readonly Float32Array[];
}

/** What a run knows besides what is on the GPU. With the arenas it is a checkpoint. */
export interface RunState {
  /** Steps done. */
  step: number;
  readonly train: { step: number; loss: number; gradNorm: number; learningRate: number }[];
  readonly heldout: { step: number; loss: number }[];
  baselineHeldout: number;
  best: Best | null;
  evaluationsWithoutImprovement: number;
  /** Steps in a row that were not finite. */
  skippedInARow: number;
  /** Wall-clock seconds of training, over all sittings. */
  secondsTrained: number;
}

export const newState = (): RunState => ({
  step: 0,
  train: [],
  heldout: [],
  baselineHeldout: Number.NaN,
  best: null,
  evaluationsWithoutImprovement: 0,
  skippedInARow: 0,
  secondsTrained: 0,
});

/** The part that the page sees and an adapter keeps. */
export const historyOf = (
  state: RunState,
  tokensPerStep: number,
  bytes: { plannedBytes: number; allocatedBytes: number; byKind: BytesByKind },
): RunHistory => ({
  train: state.train.map((point) => ({ ...point })),
  heldout: state.heldout.map((point) => ({ ...point })),
  tokensPerSecond: state.secondsTrained > 0 ? (state.step * tokensPerStep) / state.secondsTrained : 0,
  ...bytes,
});
