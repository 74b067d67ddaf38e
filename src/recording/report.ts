import type { Problem } from '../problem';

/** A file and where it lies in the folder that was chosen, with "/" between the parts. */
export interface FileInFolder {
  readonly path: string;
  readonly file: File;
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
  /** Which joints are learned as differences where nobody chooses, and why: a sentence. */
  readonly deltaReason?: string;
  /** What decides what the state tells where nobody chooses, a sentence. */
  readonly stateReason?: string;
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
  /** Of video, how it is coded; of stored pictures "image". Absent where no file could be read. */
  readonly codec?: string;
  /** Why it is not available, a sentence. */
  readonly why?: string;
}
