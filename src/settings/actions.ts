import type { TrainingSettings } from './training';

/** Most joints, of state or of action, that the model has room for. */
export const MAX_JOINTS = 32;

/** A run of the actions task. */
export interface ActionsSettings extends TrainingSettings {
  readonly task: 'actions';
  /** LoRA in the backbone too, not in the action expert alone. */
  readonly backboneLora: boolean;
  /** H: actions that are predicted from one frame. */
  readonly horizon: number;
  /** What the state tells; null: the most that the recording and the base have room for. */
  readonly state: StateForm | null;
  /** How state and actions are scaled; null: as the base was trained. */
  readonly normalization: NormalizationKind | null;
  /** By whose statistics they are scaled. Absent: those of the recording. */
  readonly statistics?: StatisticsSource;
  /**
   * Joints of the action that are learned as differences from the state’s first numbers; null: those that the report
   * suggests, or all where the state tells the last action.
   */
  readonly delta: readonly boolean[] | null;
  /** The camera in each place of the base, in their order; null there, and after the last: empty. Null: as their names suggest. */
  readonly cameras: readonly (string | null)[] | null;
  /**
   * What comes before the expert goes through the GPU layer by layer before the first step, and what it gives is kept on the disk: for
   * models that the GPU has no room for. Absent: no.
   */
  readonly streamed?: boolean;
  /** Frames of the training episodes that are learned from, spread evenly over them, and as many at most that are evaluated. Absent: all. */
  readonly frames?: number;
  /** Leave actions after an episode's end out of the loss; openpi learns that the last one is held. */
  readonly maskTail: boolean;
  /** Leave numbers beyond the robot's joints out of the loss; openpi learns that they are zero. */
  readonly maskPadding: boolean;
}

/**
 * What a state tells: where the joints were measured, as openpi has it; or the action before, where they were told to
 * be; or that and how far they are behind it.
 */
export type StateForm = (typeof STATE_FORMS)[number];
export const STATE_FORMS = ['measured', 'last-action', 'last-action-and-lag'] as const;

/** Numbers of a state of that form. @param state Joints that are measured @param action Joints of an action */
export const stateWidth = (form: StateForm, state: number, action: number): number =>
  ({ measured: state, 'last-action': action, 'last-action-and-lag': 2 * action })[form];

/** Those of a run's training episodes, as openpi's compute_norm_stats has it; or those that lie beside the checkpoint that is adapted. */
export type StatisticsSource = (typeof STATISTICS)[number];
export const STATISTICS = ['recording', 'checkpoint'] as const;

/** z-score: (x − mean) / (std + 1e-6), as π0 does. quantile: q01 … q99 to −1 … 1, as π0.5 does. */
export type NormalizationKind = (typeof NORMALIZATIONS)[number];
export const NORMALIZATIONS = ['z-score', 'quantile'] as const;

export interface RecordingOptions {
  /** Share of episodes kept for the held-out error, 0 to 0.5; at least one where it is above zero. */
  readonly heldoutFraction: number;
  readonly seed: number;
  /** Frames a second, for arrays and tables that hold no times. */
  readonly fps?: number;
  /** Columns of state and action, where they cannot be guessed; several are put side by side. */
  readonly columns?: RecordingColumns;
  /** Joints of the action to learn, by name or by place from 0, "3" or "0-6"; without it, all. */
  readonly joints?: readonly string[];
  /** What the robot was asked for, where the recording does not say. */
  readonly prompt?: string;
}

/** A number of the action that a person may choose to learn, or leave out. */
export interface ListedJoint {
  readonly name: string;
  /** Whether it is learned. */
  readonly chosen: boolean;
  /** Why there is nothing to learn from it: it never changes, or by no more than a tick of its encoder. */
  readonly quiet?: 'still' | 'tick';
}

export interface RecordingColumns {
  readonly state?: readonly string[];
  readonly action?: readonly string[];
}
