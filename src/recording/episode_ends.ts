import type { NumpyArray } from '../containers/npy';
import { countOf } from './json';

type Arrays = ReadonlyMap<string, NumpyArray>;

/** Arrays (F) that number the episode of each frame. */
const NUMBERS = ['episode_index', 'episode', 'episodes', 'episode_id'];
/** Arrays (E) that say behind which frame each episode ends. */
const ENDS = ['episode_ends', 'ends'];
/** Arrays (F) that are not 0 at the last frame of an episode; where there are several, each ends one. */
const LAST = ['terminals', 'dones', 'done', 'terminated', 'truncated', 'timeouts', 'is_last'];

/** All of these names. */
export const EPISODE_ARRAYS = [...NUMBERS, ...ENDS, ...LAST];

/**
 * The episode of each row, from `next` on, by the first of these that the file has: a number a row, the ends of episodes, marks at their
 * last frames. Null where it has none.
 */
export function episodesByArray(arrays: Arrays, frames: number, next: number): ((row: number) => number) | null {
  const numeric = (name: string) => {
    const values = arrays.get(name)?.values;
    return values instanceof Float64Array ? values : null;
  };
  const aRow = (names: readonly string[]) => names.map(numeric).filter((values) => values?.length === frames);
  const [numbers] = aRow(NUMBERS);
  if (numbers) return (row) => next + (countOf(numbers[row]) ?? 0);
  const ends = ENDS.map(numeric).find((values) => values !== null);
  if (ends) return inOrder(next, (row, episode) => episode < ends.length && row >= ends[episode]!);
  const marks = aRow(LAST);
  if (marks.length > 0) return inOrder(next, (row) => row > 0 && marks.some((values) => values![row - 1] !== 0), 1);
  return null;
}

/** Episodes of rows that are asked for in order; `isOver` says whether the one before the row has ended, `most` how many may end there. */
function inOrder(next: number, isOver: (row: number, episode: number) => boolean, most = Number.POSITIVE_INFINITY) {
  let episode = 0;
  return (row: number) => {
    for (let ended = 0; ended < most && isOver(row, episode); ended++) episode++;
    return next + episode;
  };
}
