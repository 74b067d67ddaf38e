import type { TaskSettings } from '../settings/task';
import type { RunHistory } from '../train/events';
import type { Best, LeafFloats } from '../train/state';

/** Everything that a run needs to go on as if it had never stopped; plain data. */
export interface Checkpoint {
  readonly runId: string;
  readonly settings: TaskSettings;
  /** Steps done. The data's order and all random numbers follow from it and the seed. */
  readonly step: number;
  /**
   * Every leaf that has trained so far, float32: those of the stage with their moments, those that an earlier stage
   * trained without. At the border of two stages the moments are those of the stage that has ended.
   */
  readonly leaves: {
    readonly weights: LeafFloats;
    readonly moment1: LeafFloats;
    readonly moment2: LeafFloats;
  };
  /** The optimizer's own numbers on the GPU: powers of the betas, steps applied. */
  readonly optimizerState: Float32Array;
  readonly history: RunHistory;
  /** Held-out loss of the base without adapter. */
  readonly baselineHeldout: number;
  /** What the base shows by itself; null where it has not been measured yet. */
  readonly base: object | null;
  readonly best: Best | null;
  readonly evaluationsWithoutImprovement: number;
  /** Steps in a row whose loss or gradient was not finite. */
  readonly skippedInARow: number;
  readonly secondsTrained: number;
  /** SHA-256 of the base's weights file, hexadecimal. */
  readonly baseHash: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}
