/** Every kind of file that holds motion by itself, without a description beside it, in the order in which they are read. */
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import { addArrays, npyGroups, readNpyGroup, readNpz } from './arrays';
import type { EpisodeBuilder } from './episodes';
import type { Columns } from './features';
import type { JointNames } from './recording';
import { addTable } from './table';
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
}

/** A kind of file that holds motion: one row of the table below. */
export interface MotionReader {
  readonly id: string;
  /** What a recording of such files is called. */
  readonly layout: string;
  matches(file: StoredFile): boolean;
  /** The files, those together that must be read together. */
  groups(files: readonly StoredFile[]): readonly (readonly StoredFile[])[];
  /** Adds the frames of one group. @throws ProblemError which costs this group alone */
  read(group: readonly StoredFile[], gathering: Gathering): Promise<void>;
}

const eachAlone = (files: readonly StoredFile[]) => files.map((file) => [file]);

const endsWith =
  (...endings: readonly string[]) =>
  ({ path }: StoredFile) =>
    endings.some((ending) => path.toLowerCase().endsWith(ending));

const npz: MotionReader = {
  id: 'npz',
  layout: 'NumPy arrays',
  matches: endsWith('.npz'),
  groups: eachAlone,
  async read(files, gathering) {
    for (const file of files) addAll(await readNpz(file), file.path, gathering);
  },
};

const npy: MotionReader = {
  id: 'npy',
  layout: 'NumPy arrays',
  matches: endsWith('.npy'),
  groups: npyGroups,
  async read(files, gathering) {
    const { where, arrays } = await readNpyGroup(files);
    addAll(arrays, where, gathering);
  },
};

const table: MotionReader = {
  id: 'table',
  layout: 'table',
  matches: endsWith('.csv', '.tsv'),
  groups: eachAlone,
  async read(files, gathering) {
    const { choice, builder, tasks, problems } = gathering;
    for (const file of files) {
      const { next, names } = await addTable({ file, choice }, gathering.next, builder, tasks, problems);
      Object.assign(gathering, { next, names });
    }
  },
};

export const MOTION_READERS: readonly MotionReader[] = [npz, npy, table];

function addAll(arrays: Parameters<typeof addArrays>[0], where: string, gathering: Gathering): void {
  const { choice, next, builder, tasks } = gathering;
  Object.assign(gathering, addArrays(arrays, where, choice, next, builder, tasks));
}
