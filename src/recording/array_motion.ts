/** Frames out of the arrays of one container, HDF5 or Zarr: what is read of them, and the pictures beside. */
import { type ChunkedArray, readRowNumbers } from '../containers/chunked_array';
import { type NumpyArray, numberKind } from '../containers/npy';
import { type Problem, problem } from '../problem';
import { pictureSize } from './array_pictures';
import { episodesByArray } from './episode_ends';
import type { Columns } from './features';
import type { Gathering } from './gathering';
import type { ArrayPictures } from './recording';

export type ArraysOf = ReadonlyMap<string, ChunkedArray>;

/** Numbers of a frame in one array, beyond which it is no state. */
const WIDEST = 4096;

/** Arrays of state where no column has a usual name: those of robomimic and of LIBERO, which are read side by side. */
const STATE_PARTS = [/(^|\/)robot\d+_(eef_pos|eef_quat|gripper_qpos)$/, /(^|\/)(ee_states|gripper_states)$/];

/** Arrays of numbers, (F) or (F, N), that a state or an action can be. */
export const motionNames = (arrays: ArraysOf): string[] =>
  [...arrays].flatMap(([name, { shape, dtype }]) =>
    (shape.length === 1 || (shape.length === 2 && shape[1]! <= WIDEST)) && numberKind(dtype) ? [name] : [],
  );

/** The same columns, where a person chose none and the file has parts of a state under the names that simulators give them. */
export function withStateParts(choice: Gathering['choice'], names: readonly string[]): Gathering['choice'] {
  if (choice.state) return choice;
  const parts = STATE_PARTS.map((pattern) => names.filter((name) => pattern.test(name)).sort()).find(
    (found) => found.length > 0,
  );
  return parts ? { ...choice, state: parts } : choice;
}

/** Most numbers of the arrays that are read of one episode or store. */
const MAX_NUMBERS = 2 ** 28;

/** Whole arrays as numbers. @throws ProblemError that names the file and the array */
export async function numpyArrays(
  arrays: ArraysOf,
  names: readonly string[],
  where: string,
): Promise<Map<string, NumpyArray>> {
  const read = new Map<string, NumpyArray>();
  let numbers = 0;
  for (const name of names) {
    const array = arrays.get(name)!;
    try {
      numbers += array.shape.reduce((product, length) => product * length, 1);
      if (numbers > MAX_NUMBERS) throw new Error(`with it there are ${numbers} numbers`);
      read.set(name, { shape: array.shape, values: await readRowNumbers(array, 0, array.shape[0] ?? 0) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw problem(`"${name}" cannot be read: ${why}.`, where, 'Choose another column, or copy the file again.');
    }
  }
  return read;
}

/** Names of joints where several columns stand side by side: the last part of each, with its place. Empty for one column. */
export function partNames(columns: readonly string[], arrays: ArraysOf): string[] {
  if (columns.length < 2) return [];
  return columns.flatMap((column) => {
    const called = column.slice(column.lastIndexOf('/') + 1);
    const width = arrays.get(column)?.shape[1] ?? 1;
    return width === 1 ? [called] : Array.from({ length: width }, (_, n) => `${called} ${n}`);
  });
}

/** What a picture is called where its arrays lie in a folder of pictures. */
const PICTURES = /(^|\/)(images?|pixels|rgb)\/[^/]+$|(image|img|rgb|cam(era)?)[^/]*$/i;

/** The cameras among the arrays, by name, and how large their pictures are; one that cannot be read is told. */
export async function camerasAmong(arrays: ArraysOf, where: string, problems: Problem[]) {
  const found = new Map<string, { readonly array: string; readonly width: number; readonly height: number }>();
  for (const [name, array] of arrays) {
    if (!(array.shape.length === 4 || (array.shape.length === 2 && PICTURES.test(name)))) continue;
    try {
      const size = await pictureSize(array);
      if (size) found.set(name.slice(name.lastIndexOf('/') + 1), { array: name, ...size });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const what = `Camera "${name.slice(0, 80)}" is masked. Its pictures cannot be read: ${why}.`;
      problems.push({ what, where, fix: 'Copy the file again, or go on without this camera.' });
    }
  }
  return found;
}

/** The first row of each episode, of which the first has this number. */
export function firstRows(
  arrays: ReadonlyMap<string, NumpyArray>,
  columns: Columns,
  number: number,
): ReadonlyMap<number, number> {
  const frames = arrays.get(columns.action[0]!)?.shape[0] ?? 0;
  const episodeAt = episodesByArray(arrays, frames, number) ?? (() => number);
  const rows = new Map<number, number>();
  for (let row = 0; row < frames; row++) {
    const episode = episodeAt(row);
    if (!rows.has(episode)) rows.set(episode, row);
  }
  return rows;
}

/** Adds the pictures of episodes, whose first rows are given, and the cameras. */
export function addFootage(
  gathering: Gathering,
  cameras: Awaited<ReturnType<typeof camerasAmong>>,
  rows: ReadonlyMap<number, number>,
  footage: (array: string, row: number) => ArrayPictures,
): void {
  for (const [name, { width, height }] of cameras)
    if (!gathering.cameras.has(name)) gathering.cameras.set(name, { width, height });
  for (const [episode, row] of rows)
    gathering.footage.set(episode, new Map([...cameras].map(([name, { array }]) => [name, footage(array, row)])));
}
