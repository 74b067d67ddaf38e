import type { Problem } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import type { EpisodeBuilder } from './episodes';
import type { Columns } from './features';
import type { ArrayPictures, JointNames } from './recording';
import type { TaskList } from './tasks';

/** What the files of a recording add to, one after another. */
export interface Gathering {
  readonly builder: EpisodeBuilder;
  readonly tasks: TaskList;
  readonly choice: RecordingColumns;
  readonly problems: Problem[];
  /** Number of the next episode. */
  next: number;
  /** Where state and action were found. */
  columns: Columns;
  /** As the files call the joints; empty where they do not. */
  names: JointNames;
  /** Frames a second that the files say, or else that are usual in them, and whether they hold times; null where there is nothing to go by. */
  rate: { readonly fps: number; readonly told: boolean; readonly timed: boolean } | null;
  /** Of each episode, the pictures of each camera by its name. */
  readonly footage: Map<number, ReadonlyMap<string, ArrayPictures>>;
  /** Pixels of each camera; 0 where they are not known. */
  readonly cameras: Map<string, { readonly width: number; readonly height: number }>;
}
