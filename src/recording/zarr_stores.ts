/** Episodes of Zarr stores, as diffusion policy lays them out: all frames in "data", the ends of episodes in "meta". */
import type { StoredFile } from '../containers/stored_file';
import { openZarr } from '../containers/zarr';
import { type Problem, problem, severalProblems } from '../problem';
import {
  addFootage,
  camerasAmong,
  firstRows,
  motionNames,
  numpyArrays,
  partNames,
  withStateParts,
} from './array_motion';
import { addArrays, TIME_NAMES } from './arrays';
import { EPISODE_ARRAYS } from './episode_ends';
import { chooseColumns } from './features';
import type { Gathering } from './gathering';
import { alike } from './problems';

/** Frames a second of diffusion policy. */
const USUAL_FPS = 10;

/** A description in a store, or a piece of an array, which is called after its place: "3.0". */
export const isOfZarr = ({ path }: StoredFile) =>
  /(^|\/)(\.z(array|group|attrs|metadata)|zarr\.json|\d+(\.\d+)*)$/.test(path);

/** The files of each store: all below the outermost folders that describe themselves. */
export function zarrStores(files: readonly StoredFile[]): StoredFile[][] {
  const folders = files.flatMap(
    ({ path }) => /^(.*\/)?(?:\.zgroup|\.zarray|zarr\.json)$/.exec(path)?.slice(1, 2) ?? [],
  );
  const roots = [...new Set(folders.map((folder) => storeOf(folder ?? '')))];
  const outermost = roots.filter((root) => !roots.some((other) => other !== root && root.startsWith(other)));
  return outermost.map((root) => files.filter(({ path }) => path.startsWith(root)));
}

/** The store that a folder belongs to: the one that holds "data" and "meta". */
const storeOf = (folder: string) => /^(.*?\.zarr\/|.*?(?=(?:data|meta)\/))/.exec(folder)?.[1] ?? folder;

const EMPTY = 'The files are of a Zarr store (diffusion policy), and hold no array that can be read.';
const WAY_OUT =
  'Choose the whole folder or a .zip of it, convert it to LeRobot, or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E).';

/** Adds the episodes of a store. @throws ProblemError where they cannot be read */
export async function addZarr(files: readonly StoredFile[], gathering: Gathering): Promise<void> {
  const description = files.find(({ path }) => /(^|\/)(\.zgroup|\.zarray|zarr\.json)$/.test(path))!;
  const root = storeOf(description.path.slice(0, description.path.lastIndexOf('/') + 1));
  const where = root === '' ? description.path : root.slice(0, -1);
  const inside = new Map(files.map((file) => [file.path.slice(root.length), file]));
  const faults: Problem[] = [];
  const found = await openZarr(inside, faults);
  const [fault, ...more] = alike(faults, found.size + faults.length, 'array');
  const arrays = new Map([...found].map(([name, array]) => [name.replace(/^(data|meta)\//, ''), array]));
  if (arrays.size === 0)
    throw fault ? severalProblems([fault, ...more], EMPTY) : problem(EMPTY, description.path, WAY_OUT);
  gathering.problems.push(...(fault ? [fault, ...more] : []));
  const names = motionNames(arrays);
  const columns = chooseColumns(names, withStateParts(gathering.choice, names), where);
  const others = [...EPISODE_ARRAYS, ...TIME_NAMES].filter((name) => names.includes(name));
  const read = await numpyArrays(arrays, [...new Set([...columns.state, ...columns.action, ...others])], where);
  const cameras = await camerasAmong(arrays, where, gathering.problems);
  const { next: number, builder, tasks } = gathering;
  const { next } = addArrays(read, where, columns, number, builder, tasks);
  Object.assign(gathering, { next, columns });
  gathering.names = { state: partNames(columns.state, arrays), action: partNames(columns.action, arrays) };
  gathering.rate ??= { fps: USUAL_FPS, told: false, timed: TIME_NAMES.some((name) => read.has(name)) };
  const footage = (array: string, row: number) => ({
    file: description,
    array,
    row,
    open: async () => arrays.get(array)!,
  });
  addFootage(gathering, cameras, firstRows(read, columns, number), footage);
}
