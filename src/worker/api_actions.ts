/** The part of the page's conversation with the trainer's thread that the actions task alone has. Types only. */
import type { Outcome, Problem, TrainingSettings } from './api';

/** Of the conversation, what is about the recording that is open. */
export interface RecordingCalls {
  /**
   * Reads a robot's recording and splits it by episode; replaces the recording that was open. What cannot be read is in
   * the report. One that is still being read is given up.
   */
  openRecording(
    files: readonly FileInFolder[],
    options: RecordingOptions,
    onProgress?: (progress: ReadingProgress) => void,
  ): Promise<Outcome<RecordingReport>>;
  /** Forgets the open recording, and gives up one that is being read. */
  closeRecording(): Promise<Outcome<void>>;
}

/** A file and where it lies in the folder that was chosen, with "/" between the parts. */
export interface FileInFolder {
  readonly path: string;
  readonly file: File;
}

export interface RecordingOptions {
  /** Share of episodes kept for the held-out error, 0 to 0.5; at least one where it is above zero. */
  readonly heldoutFraction: number;
  readonly seed: number;
  /** Frames a second, for arrays and tables that hold no times. */
  readonly fps?: number;
  /** Columns of state and action, where they cannot be guessed; several are put side by side. */
  readonly columns?: RecordingColumns;
}

export interface RecordingColumns {
  readonly state?: readonly string[];
  readonly action?: readonly string[];
}

/** How far the reading of a recording is: files of motion, the one under way as its share. */
export interface ReadingProgress {
  readonly done: number;
  readonly of: number;
}

export interface RecordingReport {
  /** "LeRobot v3.0", "NumPy arrays", "table". */
  readonly layout: string;
  /** As the recording calls it; empty where it does not say. */
  readonly robot: string;
  /** Frames a second. */
  readonly fps: number;
  readonly episodes: readonly EpisodeReport[];
  readonly frames: number;
  readonly heldoutFrames: number;
  /** Names, in the order of the columns. */
  readonly joints: { readonly state: readonly string[]; readonly action: readonly string[] };
  readonly cameras: readonly CameraReport[];
  readonly tasks: readonly string[];
  /** Of each joint of the action: is it best learned as a difference from the state? */
  readonly suggestedDelta: readonly boolean[];
  /** What could not be read; everything else is here. */
  readonly problems: readonly Problem[];
}

export interface EpisodeReport {
  /** Its number in the recording. */
  readonly index: number;
  readonly frames: number;
  /** What the robot was asked for at its first frame. */
  readonly task: string;
  /** Never trained on. */
  readonly heldout: boolean;
}

export interface CameraReport {
  readonly name: string;
  /** Pixels; 0 where the recording does not say. */
  readonly width: number;
  readonly height: number;
  /** True where at least one episode has video or pictures of it; a camera without is masked. */
  readonly available: boolean;
}

/**
 * What a state tells: where the joints were measured, as openpi has it; or the action before, where they were told to
 * be; or that and how far they are behind it.
 */
export type StateForm = 'measured' | 'last-action' | 'last-action-and-lag';

/** A run of the actions task. */
export interface ActionsSettings extends TrainingSettings {
  readonly task: 'actions';
  /** LoRA in the backbone too, not in the action expert alone. */
  readonly backboneLora: boolean;
  /** H: actions that are predicted from one frame. */
  readonly horizon: number;
  /** What the state tells; null: the most that the recording and the base have room for. */
  readonly state: StateForm | null;
  /** z-score as π0 has it, or quantiles as π0.5 has them. */
  readonly normalization: 'z-score' | 'quantile';
  /**
   * Joints of the action that are learned as differences from the state’s first numbers; null: those that the report
   * suggests, or all where the state tells the last action.
   */
  readonly delta: readonly boolean[] | null;
  /** Cameras that the model sees, in its order; null: the first ones that have video. */
  readonly cameras: readonly string[] | null;
  /** Leave actions after an episode's end out of the loss; openpi learns that the last one is held. */
  readonly maskTail: boolean;
  /** Leave numbers beyond the robot's joints out of the loss; openpi learns that they are zero. */
  readonly maskPadding: boolean;
}

/**
 * Predicted against recorded action chunks on held-out episodes. Errors are means of absolute differences, a number a
 * joint, in the joint's own units.
 */
export interface OpenLoop {
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

/** The robot that an adapter moves. */
export interface RobotSummary {
  /** As the recording calls it; empty where it does not say. */
  readonly name: string;
  /** Joints of the action. */
  readonly joints: readonly string[];
  /** Cameras that it saw in training; none: it learned blind. */
  readonly cameras: readonly string[];
  /** H: actions that it predicts from one frame. */
  readonly horizon: number;
}
