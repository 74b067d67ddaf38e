import { type Problem, ProblemError } from '../problem';
import { type ListedJoint, MAX_JOINTS } from '../settings/actions';
import { quietJoints } from './jitter';
import { matchJoints } from './joint_match';
import type { Recording } from './recording';

/**
 * A recording with some of its joints, and the list of all. Without a choice a state that is too wide keeps what was measured of the action's joints, if that is
 * known, and it is told.
 * @param chosen names of joints of the action, or their places from 0: "3", "0-6"; null for all
 * @throws ProblemError for a joint that is not there, or for more than the model has room for
 */
export function chooseJoints(recording: Recording, chosen: readonly string[] | null, problems: Problem[]): Recording {
  const { state, action } = recording.jointNames;
  const places = chosen ? placesOf(chosen, action) : [...action.keys()];
  const joints = listed(recording, places);
  if (!chosen && Math.min(state.length, action.length) > MAX_JOINTS) throw tooMany('state', state.length, joints);
  if (places.length < 1 || places.length > MAX_JOINTS) throw tooMany('action', places.length, joints);
  if (!chosen && state.length <= MAX_JOINTS) return { ...recording, joints };
  const measured = statePlaces(recording, places, chosen !== null);
  if (measured.length < 1 || measured.length > MAX_JOINTS) throw tooMany('state', measured.length, joints);
  if (!chosen)
    problems.push({
      what: `The state has ${state.length} numbers; the ${measured.length} that were measured of the joints of the action are kept.`,
      where: recording.info.stateColumn,
      fix: `Choose another column of the state with at most ${MAX_JOINTS} numbers, or go on.`,
    });
  return {
    ...recording,
    joints,
    jointNames: { state: measured.map((place) => state[place]!), action: places.map((place) => action[place]!) },
    episodes: recording.episodes.map((episode) => ({
      ...episode,
      state: columnsOf(episode.state, state.length, measured),
      action: columnsOf(episode.action, action.length, places),
    })),
  };
}

/** What of the state goes with these joints of the action: by name, by value, by place; all of it where nothing says. */
function statePlaces(recording: Recording, places: readonly number[], byPlace: boolean): number[] {
  const { state, action } = recording.jointNames;
  const { measured } = matchJoints(recording);
  const found = places.map((place) => {
    const named = state.indexOf(action[place]!);
    return named >= 0 ? named : measured[place]!;
  });
  if (found.every((place) => place !== null)) return [...new Set(found)];
  if (byPlace && state.length === action.length) return [...places];
  return [...state.keys()];
}

function placesOf(chosen: readonly string[], names: readonly string[]): number[] {
  const places = chosen.flatMap((text) => {
    const named = names.indexOf(text);
    if (named >= 0) return [named];
    const [, from, to] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from !== undefined && first <= last && last < names.length)
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    throw new ProblemError({
      what: `The action has no joint "${text.slice(0, 60)}".`,
      where: 'joints',
      fix: `Choose by name or by place, 0 to ${names.length - 1}: ${enumerated(names)}.`,
    });
  });
  return [...new Set(places)];
}

function listed(recording: Recording, places: readonly number[]): ListedJoint[] {
  const quiet = quietJoints(recording);
  return recording.jointNames.action.map((name, place) => {
    const why = quiet[place];
    return { name, chosen: places.includes(place), ...(why ? { quiet: why } : {}) };
  });
}

const tooMany = (role: string, width: number, joints: readonly ListedJoint[]) =>
  new ProblemError({
    what: `The ${role} has ${width} numbers a frame; 1 to ${MAX_JOINTS} can be learned.`,
    where: 'joints',
    fix: `Choose at most ${MAX_JOINTS} joints by name or place, or another column: ${enumerated(joints.map(({ name }) => name))}.`,
    joints,
  });

const LISTED = 48;
const enumerated = (names: readonly string[]) =>
  `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}`;

/** (F, places) of (F, width). */
function columnsOf(values: Float32Array, width: number, places: readonly number[]): Float32Array<ArrayBuffer> {
  const frames = values.length / width;
  const kept = new Float32Array(frames * places.length);
  for (let frame = 0; frame < frames; frame++) {
    for (const [n, place] of places.entries()) kept[frame * places.length + n] = values[frame * width + place]!;
  }
  return kept;
}
