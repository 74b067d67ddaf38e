import { type NumpyArray, readNpy } from '../containers/npy';
import type { StoredFile } from '../containers/stored_file';
import { openZip, unpackEntry } from '../containers/zip';
import { ProblemError, problem } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import { episodesByArray } from './episode_ends';
import type { EpisodeBuilder } from './episodes';
import { type Columns, chooseColumns } from './features';
import { bytesOf } from './files';
import { TASK_NAMES, type TaskList } from './tasks';

export const TIME_NAMES = ['timestamp', 'timestamps', 'time'];
/** Of all arrays of an archive together. */
const MAX_BYTES = 2 ** 30;

/** Arrays that belong together, by name, as one .npz holds them. */
export type Arrays = ReadonlyMap<string, NumpyArray>;

/** The arrays of a .npz file. @throws ProblemError that names the file */
export async function readNpz(file: StoredFile): Promise<Arrays> {
  const arrays = new Map<string, NumpyArray>();
  try {
    for (const entry of await openZip(await file.open(), MAX_BYTES)) {
      if (!entry.name.endsWith('.npy')) continue;
      const content = await (await unpackEntry(entry, MAX_BYTES)).arrayBuffer();
      arrays.set(entry.name.slice(0, -4), readNpy(content, `${file.path}, ${entry.name}`));
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`The file cannot be opened: ${why}.`, file.path, 'Save it again with numpy.savez.');
  }
  return arrays;
}

/**
 * .npy files in groups of arrays that belong together: "run1_state.npy" and "run1_action.npy", or "state.npy" and "action.npy" of one
 * folder.
 */
export function npyGroups(files: readonly StoredFile[]): StoredFile[][] {
  const groups = new Map<string, StoredFile[]>();
  for (const file of files) {
    const { group } = npyPlace(file);
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [...groups.values()];
}

/** The arrays of one such group, and what to call it. @throws ProblemError that names the file */
export async function readNpyGroup(
  files: readonly StoredFile[],
): Promise<{ readonly where: string; readonly arrays: Arrays }> {
  const arrays = new Map<string, NumpyArray>();
  let where = '';
  for (const file of files) {
    const { group, name } = npyPlace(file);
    where = `${group}*.npy`;
    arrays.set(name, readNpy(await bytesOf(await file.open(), file.path), file.path));
  }
  return { where, arrays };
}

/** The group that a .npy file belongs to, and the name of its array there. */
function npyPlace({ path }: StoredFile): { readonly group: string; readonly name: string } {
  const stem = path.slice(0, -4);
  const [, before = '', name = stem, after = ''] =
    /^(.*?)(observation\.state|states?|qpos|actions?)(_?\d*)$/i.exec(stem) ?? [];
  return { group: before + after, name: name.toLowerCase() };
}

/**
 * Adds the frames of state (F, S) and action (F, A). With three axes the first counts episodes; frames of two axes are split by
 * what says where episodes end (episode_ends.ts). Otherwise all is one episode, number `next`. Answers with the next free number.
 */
export function addArrays(
  arrays: Arrays,
  where: string,
  choice: RecordingColumns,
  next: number,
  builder: EpisodeBuilder,
  tasks: TaskList,
): { readonly next: number; readonly columns: Columns } {
  const numeric = [...arrays].filter(([, { values, shape }]) => values instanceof Float64Array && shape.length > 0);
  const columns = chooseColumns(
    numeric.map(([name]) => name),
    choice,
    where,
  );
  const [first, ...others] = [...columns.state, ...columns.action].map((name) => ({
    name,
    ...rowsOf(arrays.get(name)!),
  }));
  const state = first!;
  for (const { name, frames, perEpisode } of others) {
    if (frames === state.frames && perEpisode === state.perEpisode) continue;
    throw problem(
      `"${state.name}" has ${state.frames} frames but "${name}" has ${frames}.`,
      where,
      'Save one row of each for every frame.',
    );
  }
  const rowsIn = (names: readonly string[]) => names.map((name) => rowsOf(arrays.get(name)!));
  const [states, actions] = [rowsIn(columns.state), rowsIn(columns.action)];
  const times = arrays.get(TIME_NAMES.find((name) => arrays.has(name)) ?? '')?.values;
  const texts = arrays.get(TASK_NAMES.find((name) => arrays.has(name)) ?? '')?.values ?? [];
  const task = (row: number) => tasks.place(String(texts.length === state.frames ? texts[row] : (texts[0] ?? '')));
  const episodeAt = episodeOfRow(arrays, state, next);
  let last = next - 1;
  for (let row = 0; row < state.frames; row++) {
    const episode = episodeAt(row);
    last = Math.max(last, episode);
    const frame = { state: rowIn(states, row), action: rowIn(actions, row), task: task(row) };
    builder.add(episode, times?.length === state.frames ? { ...frame, timestamp: times[row] } : frame);
  }
  return { next: last + 1, columns };
}

const rowIn = (rows: readonly Rows[], row: number) => rows.map((one) => one.row(row));

interface Rows {
  readonly frames: number;
  /** Frames of each episode; null where the array does not say. */
  readonly perEpisode: number | null;
  row(index: number): Float64Array;
}

function rowsOf({ shape, values }: NumpyArray): Rows {
  const numbers = values as Float64Array;
  const width = shape.length > 1 ? shape.at(-1)! : 1;
  const frames = width === 0 ? 0 : numbers.length / width;
  return {
    frames,
    perEpisode: shape.length === 3 ? shape[1]! : null,
    row: (index) => numbers.subarray(index * width, (index + 1) * width),
  };
}

function episodeOfRow(arrays: Arrays, { frames, perEpisode }: Rows, next: number): (row: number) => number {
  if (perEpisode !== null) return (row) => next + Math.floor(row / perEpisode);
  return episodesByArray(arrays, frames, next) ?? (() => next);
}
