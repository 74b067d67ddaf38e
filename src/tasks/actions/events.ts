/**
 * Predicted against recorded action chunks on held-out episodes. Errors are means of absolute differences, a number a
 * joint, in the joint's own units.
 */
export interface OpenLoop {
  /** Frames a second. */
  readonly fps: number;
  /** Names of the action's joints. */
  readonly joints: readonly string[];
  /** Of the adapter. */
  readonly mae: readonly number[];
  /** Of holding the last action before the chunk. */
  readonly hold: readonly number[];
  /** Of always doing the mean action of the training episodes. */
  readonly mean: readonly number[];
  /** Of the base without adapter. */
  readonly base: readonly number[];
  readonly curves: readonly ActionCurve[];
}

/** Chunks of one episode, one behind the other; A joints. */
export interface ActionCurve {
  /** Its number in the recording. */
  readonly episode: number;
  /** F: frames from the first on. */
  readonly frames: number;
  /** A new chunk begins every so many frames. */
  readonly horizon: number;
  /** (F, A) each, in the joints' own units. */
  readonly recorded: Float32Array<ArrayBuffer>;
  readonly predicted: Float32Array<ArrayBuffer>;
  readonly base: Float32Array<ArrayBuffer>;
}

/** What an actions run tells besides. */
export type ActionsEvent =
  | { readonly kind: 'open loop'; readonly step: number; readonly openLoop: OpenLoop }
  | {
      /** Whether images and prompt are computed once or in every step, and why. */
      readonly kind: 'prefix';
      readonly constant: boolean;
      readonly reason: string;
    }
  | {
      /** Frames have gone through what comes before the expert, layer by layer. */
      readonly kind: 'pass';
      readonly frames: number;
      readonly plannedBytes: number;
      /** The most that was counted, buffer by buffer. */
      readonly allocatedBytes: number;
      readonly seconds: number;
      /** Floating-point operations of all of them. */
      readonly flops: number;
    };

/** What is said of the adapter that a run kept; nothing where no episode is held out. */
export interface ActionsConclusion {
  readonly openLoop?: OpenLoop;
}
