import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import type { ReadOptions } from './lerobot';
import type { Recording } from './recording';

export interface OpenOptions extends ReadOptions {
  /** Frames a second, for arrays and tables that hold no times. */
  readonly fps?: number;
  /** Joints of the action to learn, by name or by place from 0, "3" or "0-6"; without it, all. */
  readonly joints?: readonly string[];
}

/** A way to lay out a recording over files: one row of the table in open_recording.ts. */
export interface LayoutReader {
  readonly id: string;
  /** Decides on which files there are; those inside archives are among them. */
  matches(files: readonly StoredFile[]): boolean;
  /**
   * Reads what can be read; what is wrong with one file costs that file and is added to `problems`.
   * @throws ProblemError where nothing is left to learn from
   */
  read(files: readonly StoredFile[], options: OpenOptions, problems: Problem[]): Promise<Recording>;
}
