import type { Problem } from '../problem';
import type { ListedJoint, StateForm } from '../settings/actions';
import type { DeltaProposal } from './delta';

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
  /** Episodes that the recording says it has; null where it does not say. */
  readonly promisedEpisodes: number | null;
  readonly frames: number;
  readonly heldoutFrames: number;
  /** Names, in the order of the columns. */
  readonly joints: { readonly state: readonly string[]; readonly action: readonly string[] };
  /** Every joint of the action in the files, those that were left out too. */
  readonly allJoints: readonly ListedJoint[];
  readonly cameras: readonly CameraReport[];
  readonly tasks: readonly string[];
  /** What the state tells where nobody chooses, and what decided it, a sentence. */
  readonly suggestedState: { readonly form: StateForm; readonly why: string };
  /** Every form that the state may have. */
  readonly states: readonly StateReport[];
  /** What could not be read; everything else is here. */
  readonly problems: readonly Problem[];
}

export interface StateReport {
  readonly form: StateForm;
  /** Why this recording cannot have it, a sentence; null where it can. */
  readonly refused: string | null;
  /** Joints of the action that are then learned as differences where nobody chooses, and why. */
  readonly delta: DeltaProposal;
}

export interface EpisodeReport {
  /** Its number in the recording. */
  readonly index: number;
  /** Where several recordings are read as one: which it comes from, and its number there. */
  readonly source?: { readonly recording: string; readonly index: number };
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
  /** What to type in a terminal to have it. */
  readonly command?: string;
}

/** Joints of an episode over time: F frames, S and A joints as the report names them. */
export interface EpisodeCurves {
  /** Its number in the recording. */
  readonly episode: number;
  /** (F): seconds since the start of the episode. */
  readonly times: Float32Array<ArrayBuffer>;
  /** (F, S), in the joints' own units. */
  readonly state: Float32Array<ArrayBuffer>;
  /** (F, A), in the joints' own units. */
  readonly action: Float32Array<ArrayBuffer>;
}

/** Pictures that a person looks at. */
export interface PicturesRequest {
  /** Number of the episode in the recording. */
  readonly episode: number;
  readonly frames: readonly number[];
  /** Names of cameras. */
  readonly cameras: readonly string[];
  /** Pixels; larger pictures are made smaller. */
  readonly maxWidth: number;
}

export interface EpisodePictures {
  readonly episode: number;
  /** In no order; a frame that a camera has no picture of is not among them. */
  readonly pictures: readonly SeenPicture[];
  /** Why pictures that should be there are not. */
  readonly problems: readonly Problem[];
}

export interface SeenPicture {
  readonly camera: string;
  readonly frame: number;
  /** In the camera's own proportions. Whoever has it closes it. */
  readonly picture: ImageBitmap;
}
