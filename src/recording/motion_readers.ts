/** Every kind of file that holds motion by itself, without a description beside it, in the order in which they are read. */
import type { StoredFile } from '../containers/stored_file';
import { addArrays, npyGroups, readNpyGroup, readNpz } from './arrays';
import type { Gathering } from './gathering';
import { addHdf5 } from './hdf5_files';
import { addTable } from './table';
import { addZarr, isOfZarr, zarrStores } from './zarr_stores';

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

const hdf5: MotionReader = {
  id: 'hdf5',
  layout: 'HDF5',
  matches: endsWith('.hdf5', '.h5'),
  groups: (files) => eachAlone([...files].sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }))),
  async read(files, gathering) {
    for (const file of files) await addHdf5(file, gathering);
  },
};

const zarr: MotionReader = {
  id: 'zarr',
  layout: 'Zarr',
  matches: isOfZarr,
  groups: zarrStores,
  read: addZarr,
};

export const MOTION_READERS: readonly MotionReader[] = [npz, npy, table, hdf5, zarr];

function addAll(arrays: Parameters<typeof addArrays>[0], where: string, gathering: Gathering): void {
  const { choice, next, builder, tasks } = gathering;
  Object.assign(gathering, addArrays(arrays, where, choice, next, builder, tasks));
}
