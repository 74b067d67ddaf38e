import type { RunHistory, TaskSettings } from '../worker/api';

/** Everything that a run needs to go on as if it had never stopped; plain data. */
export interface Checkpoint {
  readonly runId: string;
  readonly settings: TaskSettings;
  /** Steps done. The data's order and all random numbers follow from it and the seed. */
  readonly step: number;
  /** The trainables' memory, page by page, float32. */
  readonly arenas: {
    readonly weights: readonly Float32Array[];
    readonly moment1: readonly Float32Array[];
    readonly moment2: readonly Float32Array[];
  };
  /** The optimizer's own numbers on the GPU: powers of the betas, steps applied. */
  readonly optimizerState: Float32Array;
  readonly history: RunHistory;
  /** Held-out loss of the base without adapter. */
  readonly baselineHeldout: number;
  readonly best: BestWeights | null;
  readonly evaluationsWithoutImprovement: number;
  /** Steps in a row whose loss or gradient was not finite. */
  readonly skippedInARow: number;
  readonly secondsTrained: number;
  /** SHA-256 of the base's weights file, hexadecimal. */
  readonly baseHash: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

/** The weights of the lowest held-out loss so far. */
export interface BestWeights {
  readonly step: number;
  readonly loss: number;
  /** Page by page. */
  readonly weights: readonly Float32Array[];
}
