/** Several recordings of one robot as one: their episodes one behind the other, numbered anew. */
import { type Problem, type ProblemError, problem, severalProblems } from '../problem';
import { isNumbered } from './features';
import type { Camera, Episode, Recording } from './recording';
import { taskList } from './tasks';

/** A recording, and what its folder or archive is called. */
export interface NamedRecording {
  readonly name: string;
  readonly recording: Recording;
}

/** Times further that the numbers of one recording may reach than those of another, in the middle of its joints, and still count in one unit. */
const SAME_UNIT = 10;
const STILL = 1e-6;

/**
 * One recording of those that agree with the one that has most frames: as many numbers of state and action, no other names of joints, one
 * unit, one rate. Cameras are those that all of them have. Who is left out is told, with both figures.
 */
export function joinRecordings(given: readonly [NamedRecording, ...NamedRecording[]], problems: Problem[]): Recording {
  const first = given.reduce((most, one) => (framesOf(one) > framesOf(most) ? one : most));
  const joined: NamedRecording[] = [];
  for (const one of given) {
    const why = one === first ? null : (difference(one, first) ?? copyOf(one, joined));
    if (why === null) joined.push(one);
    else problems.push(leftOut(one.name, why, 'Train on it in a run of its own, or go on without it.'));
  }
  const tasks = taskList();
  const names = commonCameras(joined, problems);
  const parts = joined.map((one) => renumbered(one, names, tasks.place));
  const episodes = parts.flat().map((episode, index) => ({ ...episode, index }));
  const { recording } = first;
  const named = joined.find(({ recording: { jointNames } }) => !isNumbered(jointNames.action))?.recording ?? recording;
  return {
    ...recording,
    info: {
      ...recording.info,
      layout: distinct(joined.map((one) => one.recording.info.layout)),
      robot: distinct(joined.map((one) => one.recording.info.robot)),
      promisedEpisodes: null, // of each recording, it is told where some are missing
    },
    episodes,
    jointNames: named.jointNames,
    cameras: names.map((name) => together(name, joined, episodes, names.indexOf(name))),
    tasks: tasks.texts,
    problems,
  };
}

/** A recording that cannot be used beside others, with everything that went wrong in it. */
export function leftOut(name: string, why: string, fix: string): Problem {
  return { what: `The recording "${name}" is left out: ${why}`, where: name, fix };
}

/** Where none of several recordings can be read. */
export const noneLeft = (found: readonly Problem[]): ProblemError => {
  const [first, ...others] = found;
  if (first) return severalProblems([first, ...others], 'No recording could be read.');
  return problem('No recording could be read.', 'the files', 'Choose a recording with at least one whole episode.');
};

const framesOf = ({ recording }: NamedRecording) => recording.episodes.reduce((sum, { length }) => sum + length, 0);

const distinct = (texts: readonly string[]) => [...new Set(texts.filter((text) => text !== ''))].join(', ');

/** Why one recording cannot go with another, a sentence; null where it can. */
function difference({ recording: one }: NamedRecording, { name, recording: other }: NamedRecording): string | null {
  for (const role of ['state', 'action'] as const) {
    const [own, wanted] = [one.jointNames[role], other.jointNames[role]];
    if (own.length !== wanted.length)
      return `its ${role} has ${own.length} numbers a frame, and that of "${name}" has ${wanted.length}.`;
    const place = own.findIndex((joint, n) => joint !== wanted[n]);
    if (place >= 0 && !isNumbered(own) && !isNumbered(wanted))
      return `number ${place} of its ${role} is "${own[place]}", and that of "${name}" is "${wanted[place]}".`;
    const [ranges, others] = [one, other].map(({ episodes }) => rangesOf(episodes, role, own.length));
    if (place >= 0 && areApart(ranges!, others!))
      return `the numbers of its ${role} lie beside those of "${name}", and no names say that its joints are the same.`;
    const times = timesFurther(ranges!, others!);
    if (times !== null)
      return `the numbers of its ${role} reach ${times > 1 ? `${round(times)} times as far as` : `1/${round(1 / times)} as far as`} those of "${name}": they count in another unit.`;
  }
  if (Math.abs(one.fps - other.fps) > 0.01 * other.fps)
    return `it has ${one.fps} frames a second, and "${name}" has ${other.fps}.`;
  return null;
}

const round = (value: number) => Math.round(value);

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Whether most joints that move in both do so in other places. */
function areApart(own: readonly Range[], wanted: readonly Range[]): boolean {
  const moving = own.flatMap((range, joint) => (reach(range) > STILL && reach(wanted[joint]!) > STILL ? [joint] : []));
  const apart = moving.filter((n) => own[n]!.low > wanted[n]!.high || own[n]!.high < wanted[n]!.low);
  return 2 * apart.length > moving.length;
}

/** How much further the joints of one move than those of another, in the middle; null where it is about as far. */
function timesFurther(own: readonly Range[], wanted: readonly Range[]): number | null {
  const ratios = own.flatMap((range, joint) =>
    reach(range) > STILL && reach(wanted[joint]!) > STILL ? [reach(range) / reach(wanted[joint]!)] : [],
  );
  const middle = ratios.sort((a, b) => a - b)[ratios.length >> 1];
  return middle === undefined || (middle < SAME_UNIT && middle > 1 / SAME_UNIT) ? null : middle;
}

const reach = ({ low, high }: Range) => high - low;

function rangesOf(episodes: readonly Episode[], role: 'state' | 'action', width: number): Range[] {
  const low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  for (const episode of episodes) {
    for (const [n, value] of episode[role].entries()) {
      low[n % width] = Math.min(low[n % width]!, value);
      high[n % width] = Math.max(high[n % width]!, value);
    }
  }
  return Array.from(high, (value, joint) => ({ low: low[joint]!, high: value }));
}

/** Why a recording is not taken twice: its folder beside its archive. */
function copyOf({ recording: { episodes } }: NamedRecording, others: readonly NamedRecording[]): string | null {
  const same = others.find(({ recording }) => {
    const own = recording.episodes;
    return own.length === episodes.length && own.every((episode, e) => isSame(episode, episodes[e]!));
  });
  return same ? `it holds the same as "${same.name}".` : null;
}

const isSame = (a: Episode, b: Episode) =>
  a.length === b.length &&
  a.action.every((value, n) => value === b.action[n]) &&
  a.state.every((value, n) => value === b.state[n]);

/** Names of the cameras that all have; others are told. */
function commonCameras(joined: readonly NamedRecording[], problems: Problem[]): string[] {
  const has = ({ recording }: NamedRecording, name: string) => recording.cameras.some((camera) => camera.name === name);
  const all = [...new Set(joined.flatMap(({ recording }) => recording.cameras.map(({ name }) => name)))];
  const common = all.filter((name) => joined.every((one) => has(one, name)));
  for (const name of all.filter((one) => !common.includes(one))) {
    const lacking = joined.filter((one) => !has(one, name)).map((one) => `"${one.name}"`);
    problems.push({
      what: `Camera "${name.slice(0, 80)}" is left out: ${lacking.slice(0, 4).join(', ')}${lacking.length > 4 ? ` and ${lacking.length - 4} more` : ''} ${lacking.length === 1 ? 'has' : 'have'} none of that name.`,
      where: `cameras of ${joined.length} recordings`,
      fix: 'Give it one name in all recordings, or go on without this camera.',
    });
  }
  return common;
}

function together(
  name: string,
  joined: readonly NamedRecording[],
  episodes: readonly Episode[],
  place: number,
): Camera {
  const own = joined.map(({ recording }) => recording.cameras.find((camera) => camera.name === name)!);
  const available = episodes.some(({ footage }) => footage[place] !== null);
  const best = own.find((camera) => camera.available) ?? own[0]!;
  return { ...best, available };
}

/** Its episodes with the cameras and tasks of all, each with where it comes from. */
function renumbered(
  { name, recording: { episodes, cameras, tasks } }: NamedRecording,
  names: readonly string[],
  place: (task: string) => number,
): Episode[] {
  const places = tasks.map(place);
  const order = names.map((camera) => cameras.findIndex((own) => own.name === camera));
  return episodes.map((episode) => ({
    ...episode,
    source: { recording: name, index: episode.index },
    task: episode.task.map((task) => places[task]!),
    footage: order.map((camera) => episode.footage[camera]!),
  }));
}
