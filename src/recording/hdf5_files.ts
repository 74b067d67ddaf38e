/** Episodes of HDF5 files: of ALOHA, an episode a file; of robomimic and LIBERO, an episode a group of "data". */
import { type Hdf5File, openHdf5 } from '../containers/hdf5';
import type { NumpyArray } from '../containers/npy';
import { parseShallow } from '../containers/shallow_json';
import type { StoredFile } from '../containers/stored_file';
import { type Problem, problem } from '../problem';
import {
  type ArraysOf,
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
import { type Columns, chooseColumns } from './features';
import type { Gathering } from './gathering';
import { fieldsOf, numberOf, textOf } from './json';
import { alike, reported } from './problems';
import { TASK_NAMES } from './tasks';

/** Frames a second that are usual: of ALOHA, and of the simulators that robomimic records. */
const ALOHA_FPS = 50;
const ROBOSUITE_FPS = 20;

/** Adds the episodes of a file. @throws ProblemError where none of them can be read */
export async function addHdf5(file: StoredFile, gathering: Gathering): Promise<void> {
  const hdf5 = await openHdf5(file);
  const groups = episodesIn(hdf5.arrays);
  const failed: Problem[] = [];
  for (const [group, arrays] of groups) {
    try {
      await addEpisode({ file, hdf5, group, arrays }, gathering);
    } catch (error) {
      failed.push(reported(error));
    }
  }
  gathering.problems.push(...alike(failed, groups.size, 'episode'));
  const isAloha = hdf5.arrays.has('observations/qpos');
  const told = rateIn(hdf5);
  const timed = [...groups.values()].some((arrays) => timesAmong(arrays).length > 0);
  gathering.rate ??= { fps: told ?? (isAloha ? ALOHA_FPS : ROBOSUITE_FPS), told: told !== null, timed };
}

/** Arrays of each episode by their path in its group, and the groups by theirs: those that have actions, or the whole file. */
function episodesIn(arrays: ArraysOf): ReadonlyMap<string, ArraysOf> {
  const groups = [...arrays.keys()]
    .flatMap((name) => /^(.*\/)?actions?$/.exec(name)?.slice(1, 2) ?? [])
    .map((group) => group ?? '');
  const outermost = groups.filter((group) => !groups.some((other) => other !== group && group.startsWith(other)));
  const sorted = [...new Set(outermost)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const below = (group: string) =>
    new Map(
      [...arrays].flatMap(([name, array]) => (name.startsWith(group) ? [[name.slice(group.length), array]] : [])),
    );
  return new Map((sorted.length > 0 ? sorted : ['']).map((group) => [group, below(group)]));
}

const timesAmong = (arrays: ArraysOf) => motionNames(arrays).filter((name) => TIME_NAMES.includes(name));

interface Episode {
  readonly file: StoredFile;
  readonly hdf5: Hdf5File;
  /** "data/demo_3/", or "" for the file. */
  readonly group: string;
  readonly arrays: ArraysOf;
}

async function addEpisode({ file, hdf5, group, arrays }: Episode, gathering: Gathering): Promise<void> {
  const where = group === '' ? file.path : `${file.path}, ${group.slice(0, -1)}`;
  const columns = columnsOf(arrays, gathering, where);
  // an episode of its own needs nothing that tells episodes apart; a whole file may hold several
  const marks = group === '' ? motionNames(arrays).filter((name) => EPISODE_ARRAYS.includes(name)) : [];
  const others = [...timesAmong(arrays), ...marks];
  const read: Map<string, NumpyArray> = await numpyArrays(
    arrays,
    [...columns.state, ...columns.action, ...others],
    where,
  );
  const task = taskIn(hdf5, group);
  if (task !== null) read.set('task', { shape: [], values: [task] });
  const cameras = await camerasAmong(arrays, where, gathering.problems);
  const { builder, tasks } = gathering;
  const number = numberOfEpisode(file, group, gathering);
  const { next } = addArrays(read, where, columns, number, builder, tasks);
  Object.assign(gathering, { next, columns });
  const names = { state: partNames(columns.state, arrays), action: partNames(columns.action, arrays) };
  if (gathering.names.state.length + gathering.names.action.length === 0) gathering.names = names;
  const open = (array: string) => async () => {
    const found = (await openHdf5(file)).arrays.get(`${group}${array}`);
    if (!found) throw problem(`"${array}" is no longer in the file.`, file.path, 'Choose the recording again.');
    return found;
  };
  const footage = (array: string, row: number) => ({ file, array: `${group}${array}`, row, open: open(array) });
  addFootage(gathering, cameras, firstRows(read, columns, number), footage);
}

/** Where state and action are; the states of a simulator are none that a robot measures. */
function columnsOf(arrays: ArraysOf, { choice }: Gathering, where: string): Columns {
  const names = motionNames(arrays);
  const measured = names.some((name) => name.startsWith('obs/')) ? names.filter((name) => name !== 'states') : names;
  return chooseColumns(choice.state ? names : measured, withStateParts(choice, measured), where);
}

/** Its number as the file is called, "episode_12.hdf5", where that is free. */
function numberOfEpisode({ path }: StoredFile, group: string, { next }: Gathering): number {
  const number = group === '' ? Number(/episode_(\d{1,9})\.\w+$/i.exec(path)?.[1] ?? -1) : -1;
  return number >= next ? number : next;
}

/** What was asked for, as an attribute says of the episode, of the groups around it or of the file. */
function taskIn({ attributes }: Hdf5File, group: string): string | null {
  const parts = group.split('/').slice(0, -1);
  for (let depth = parts.length; depth >= 0; depth--) {
    const fields = fieldsOf(attributes.get(parts.slice(0, depth).join('/')));
    const about = fieldsOf(parsed(fields.get('problem_info')));
    for (const name of TASK_NAMES) {
      const text = textOf(fields.get(name), 500) ?? textOf(about.get(name), 500);
      if (text !== null) return text;
    }
  }
  return null;
}

const RATES = ['fps', 'frequency', 'control_freq', 'hz'];

/** Frames a second, as attributes of the file or of its data say. */
function rateIn({ attributes }: Hdf5File): number | null {
  for (const group of ['', 'data', 'observations']) {
    const fields = fieldsOf(attributes.get(group));
    const simulator = fieldsOf(fieldsOf(parsed(fields.get('env_args'))).get('env_kwargs'));
    for (const name of RATES) {
      const rate = numberOf(fields.get(name)) ?? numberOf(simulator.get(name));
      if (rate !== null && rate > 0 && rate <= 10_000) return rate;
    }
  }
  return null;
}

/** An attribute that holds JSON, as its value; anything else as nothing. */
function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? parseShallow(text) : null;
  } catch {
    return null; // an attribute of another kind, which says nothing of the rate or the task
  }
}
