import type { ChunkedArray } from '../containers/chunked_array';
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import type { ListedJoint } from '../settings/actions';

/** Demonstrations of a robot: what the joints did, what the cameras saw, and what the person asked for. */
export interface Recording {
  readonly info: RecordingInfo;
  /** Frames a second. */
  readonly fps: number;
  /** By ascending index. */
  readonly episodes: readonly Episode[];
  readonly jointNames: JointNames;
  /** Every joint of the action in the files, also where some were left out. Absent until joints are chosen. */
  readonly joints?: readonly ListedJoint[];
  readonly cameras: readonly Camera[];
  /** What was asked for; an episode's `task` counts into this list. */
  readonly tasks: readonly string[];
  /** What could not be read; everything else of the recording is here. */
  readonly problems: readonly Problem[];
}

export interface RecordingInfo {
  /** "LeRobot v3.0", "NumPy arrays", "table". */
  readonly layout: string;
  /** As the recording calls it; empty where it does not say. */
  readonly robot: string;
  /** What meta/info.json says that there is; null where it does not say. */
  readonly promisedEpisodes: number | null;
  readonly stateColumn: string;
  readonly actionColumn: string;
}

/** In the order of the columns of `state` and `action`. */
export interface JointNames {
  readonly state: readonly string[];
  readonly action: readonly string[];
}

/** One demonstration of F frames. */
export interface Episode {
  /** Its number in the recording. */
  readonly index: number;
  /** Where several recordings are read as one: which it comes from, and its number there. */
  readonly source?: EpisodeSource;
  /** F: frames. */
  readonly length: number;
  /** (F, S), in the joints' own units. */
  readonly state: Float32Array<ArrayBuffer>;
  /** (F, A), in the joints' own units. */
  readonly action: Float32Array<ArrayBuffer>;
  /** (F): seconds since the start of the episode. */
  readonly timestamps: Float32Array<ArrayBuffer>;
  /** (F): index into the recording's tasks. */
  readonly task: Uint16Array<ArrayBuffer>;
  /** Of each camera, where its pictures lie, or null where there are none and the camera has to be masked. */
  readonly footage: readonly (Footage | null)[];
}

export interface EpisodeSource {
  /** As its folder or archive is called. */
  readonly recording: string;
  readonly index: number;
}

export interface Camera {
  /** The feature's key: "observation.images.top". */
  readonly name: string;
  /** Pixels; 0 where the recording does not say. */
  readonly width: number;
  readonly height: number;
  /** True where at least one episode has pictures of it. */
  readonly available: boolean;
  /** Of video, how it is coded, as its first file says: "av01.0.04M.08"; of stored pictures "image". Absent where no file could be read. */
  readonly codec?: string;
  /** Why it is not available, a sentence. */
  readonly why?: string;
  /** What to type in a terminal to have it. */
  readonly command?: string;
}

/** Where what a camera saw of an episode lies. */
export type Footage = VideoStretch | StoredPictures | ArrayPictures;

/** Where in a video an episode lies. */
export interface VideoStretch {
  readonly file: StoredFile;
  /** Seconds in the video at the episode's first frame. */
  readonly from: number;
  /** Seconds in the video after its last frame. */
  readonly to: number;
  /** Whether the video holds this episode and no other: then `to` is what the clock of the robot says. */
  readonly whole: boolean;
  /** Rows that the files have between `from` and `to`. */
  readonly rows: number;
  /** Which of those the episode begins with. */
  readonly row: number;
}

/** Pictures that a file of motion holds itself, one a frame. */
export interface StoredPictures {
  readonly file: StoredFile;
  readonly column: string;
  /** Number of the episode whose rows these are. */
  readonly episode: number;
  /** Which of those the episode begins with. */
  readonly row: number;
}

/** Pictures that an array beside the motion holds, one a row. */
export interface ArrayPictures {
  /** What names the array in a problem. */
  readonly file: StoredFile;
  /** Its path in the file. */
  readonly array: string;
  /** The row that the episode begins with. */
  readonly row: number;
  open(): Promise<ChunkedArray>;
}
