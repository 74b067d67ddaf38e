import type { PlannedModelId } from '../model/true_size';
import type { ProposedSettings } from '../settings/task';

/** What could be trained within a budget, by what it trains, from the least to the most; each in the way that suits the budget. */
export interface Proposal {
  /** Bytes on the GPU that a run may take. */
  readonly budgetBytes: number;
  /** Where the budget comes from: a sentence. */
  readonly budgetReason: string;
  /** How fast this device computed just now; null where it could not be asked: no GPU, or a run keeps it busy. */
  readonly speed: SpeedReport | null;
  readonly rows: readonly ProposedRun[];
}

export interface SpeedReport {
  /** Floating-point operations a second of the engine's matrix products, at this model's sizes. */
  readonly flopsPerSecond: number;
  /** What each dispatch costs beside its operations. */
  readonly secondsPerDispatch: number;
}

/** One row of a proposal. */
export interface ProposedRun {
  /** Unique in its proposal. */
  readonly id: string;
  /** What it trains, in words. */
  readonly trains: string;
  /** What applying it sets; everything else stays as it is. */
  readonly settings: ProposedSettings;
  /** The model of openpi, at its true size, that is trained; the settings' base where there is none. */
  readonly model?: PlannedModelId;
  readonly trainableParameters: number;
  readonly plannedBytes: number;
  /** What openpi keeps for the same, without activations and moving average. */
  readonly openpiBytes: number;
  /** Floating-point operations of one optimizer step. */
  readonly flopsPerStep: number;
  /** Predicted; null where this device's speed is not known. Evaluations and sampling come on top. */
  readonly secondsPerStep: number | null;
  /** True, or why it does not fit the budget: a sentence. */
  readonly fits: true | string;
  /** Why this one is recommended: a sentence; null for all rows but one, and for all where nothing fits. */
  readonly recommended: string | null;
}
