import type { Episode, Recording } from './recording';

/** How the numbers of a state go with those of an action, as the recording's values say. */
export interface JointMatch {
  /** Of each joint of the action, the place in the state where it was measured; null where nothing in the state follows it. */
  readonly measured: readonly (number | null)[];
  /** Of each joint of the action, whether that number is the same quantity in the same unit. */
  readonly sameUnit: readonly boolean[];
  /** Whether most joints that move are followed by the state: then an action says where the robot is to be. */
  readonly same: boolean;
  /** What decided it, a sentence. */
  readonly why: string;
}

/** Least correlation of an action and what is measured of it: a joint follows its target. */
const FOLLOWS = 0.9;
/** The same of a joint among others that follow: a gripper that holds something stays behind. */
const LOOSELY = 0.5;
/** Frames that are enough to see whether two numbers go together. */
const FEWEST = 20;
const MOST_FRAMES = 5000;
/** Spread, relative to the size of the numbers, below which a joint stands still. */
const STILL = 1e-6;
/** How far from 1 the slope of an action over its state may be where both count in the same unit. */
const SLOPE = 0.4;

const known = new WeakMap<
  Recording['jointNames'],
  { readonly episodes: readonly Episode[]; readonly match: JointMatch }
>();

/** Compares state and action of a recording, by their values; by their names only where too little moves. */
export function matchJoints(recording: Pick<Recording, 'episodes' | 'jointNames'>): JointMatch {
  const { episodes, jointNames } = recording;
  const before = known.get(jointNames);
  if (before?.episodes === episodes) return before.match;
  const match = compared(recording);
  known.set(jointNames, { episodes, match });
  return match;
}

function compared({ episodes, jointNames }: Pick<Recording, 'episodes' | 'jointNames'>): JointMatch {
  const { state, action } = jointNames;
  const rows = sampledRows(episodes);
  const states = state.map((_, place) => rows.map((row) => row.state(place)));
  const actions = action.map((_, joint) => rows.map((row) => row.action(joint)));
  const moving = actions.map((values) => !isStill(values));
  if (rows.length < FEWEST || !moving.includes(true)) return byNames(jointNames);
  const goesWith = (joint: number, place: number, least: number) =>
    moving[joint] ? correlation(actions[joint]!, states[place]!) > least : isNear(actions[joint]!, states[place]!);
  const placeOf = likeliestPlaces(state.length, action.length, (joint, place) =>
    moving[joint] ? correlation(actions[joint]!, states[place]!) : 0,
  );
  const measuredWith = (least: number) =>
    action.map((name, joint) => {
      const places = [state.indexOf(name), placeOf(joint)].filter((place) => place >= 0 && place < state.length);
      return places.find((place) => goesWith(joint, place, least)) ?? null;
    });
  const movers = moving.flatMap((moves, joint) => (moves ? [joint] : []));
  const closely = measuredWith(FOLLOWS);
  const following = movers.filter((joint) => closely[joint] !== null);
  const same = 2 * following.length > movers.length;
  const measured = same ? measuredWith(LOOSELY) : closely;
  const pairs = measured.map((place, joint) => ({ place, values: actions[joint]! }));
  const sameUnit = pairs.map(({ place, values }) => place !== null && isSameUnit(values, states[place]!));
  return { measured, sameUnit, same, why: reason(movers, following, same) };
}

/**
 * Where in the state the action's joints stand: behind how many other numbers, and how many apart, as velocities and the like may stand before,
 * behind and between them. Where most joints follow, and of those where they follow best. No joint alone is looked for all over the state: a
 * velocity looks like another joint's position.
 */
function likeliestPlaces(
  states: number,
  actions: number,
  follows: (joint: number, place: number) => number,
): (joint: number) => number {
  let best = { offset: 0, apart: 1, score: Number.NEGATIVE_INFINITY };
  for (let apart = 1; apart === 1 || (actions - 1) * apart < states; apart++) {
    for (let offset = 0; offset + (actions - 1) * apart < states; offset++) {
      const found = Array.from({ length: actions }, (_, joint) => follows(joint, offset + joint * apart));
      const follow = found.filter((one) => one > FOLLOWS);
      const score = follow.length + follow.reduce((sum, one) => sum + one, 0) / (actions + 1);
      if (score > best.score) best = { offset, apart, score };
    }
    if (actions === 1) break;
  }
  return (joint) => best.offset + joint * best.apart;
}

function reason(movers: readonly number[], following: readonly number[], same: boolean): string {
  const count = `${following.length} of ${movers.length} joints that move`;
  return same
    ? `The state follows the action in ${count} (correlation above ${FOLLOWS}): an action says where a joint is to be.`
    : `The state follows the action in ${count} only (correlation above ${FOLLOWS}): the actions are no positions of what the state measures.`;
}

/** Where too little moves for a comparison. */
function byNames({ state, action }: Recording['jointNames']): JointMatch {
  const same = state.length === action.length && state.every((name, joint) => name === action[joint]);
  const why = same
    ? 'Too little moves to compare state and action; their joints have the same names.'
    : 'Too little moves to compare state and action, and their joints have other names.';
  return { measured: action.map((_, joint) => (same ? joint : null)), sameUnit: action.map(() => same), same, why };
}

interface Row {
  state(place: number): number;
  action(joint: number): number;
}

/** Frames spread evenly over the recording: an action, and the state one frame later, when the joints had time to follow. */
function sampledRows(episodes: readonly Episode[]): Row[] {
  const total = episodes.reduce((sum, { length }) => sum + length, 0);
  const stride = Math.ceil(total / MOST_FRAMES);
  return episodes.flatMap(({ state, action, length }) => {
    const [states, actions] = [state.length / length, action.length / length];
    return Array.from({ length: Math.ceil(length / stride) }, (_, n) => ({
      state: (place: number) => state[Math.min(n * stride + 1, length - 1) * states + place]!,
      action: (joint: number) => action[n * stride * actions + joint]!,
    }));
  });
}

/** Mean, and the square root of the mean square distance from it. */
function spread(values: readonly number[]): { readonly mean: number; readonly std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

function isStill(values: readonly number[]): boolean {
  const { mean, std } = spread(values);
  return std <= STILL * Math.max(1, Math.abs(mean));
}

/** Covariance and spreads of two lists of one length. */
function together(a: readonly number[], b: readonly number[]) {
  const [one, other] = [spread(a), spread(b)];
  const covariance = a.reduce((sum, value, n) => sum + (value - one.mean) * (b[n]! - other.mean), 0) / a.length;
  return { one, other, covariance };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const { one, other, covariance } = together(a, b);
  return one.std > 0 && other.std > 0 ? covariance / (one.std * other.std) : 0;
}

function isSameUnit(action: readonly number[], state: readonly number[]): boolean {
  const { one, other, covariance } = together(action, state);
  if (isStill(action)) return isNear(action, state);
  const slope = covariance / other.std ** 2;
  return Math.abs(slope - 1) < SLOPE && Math.abs(one.mean - other.mean) < one.std + other.std;
}

/** Of a joint that stands still: whether the state says about the same. */
function isNear(action: readonly number[], state: readonly number[]): boolean {
  const { one, other } = together(action, state);
  return (
    other.std <= 0.01 * Math.max(1, Math.abs(one.mean)) &&
    Math.abs(one.mean - other.mean) <= 0.05 * Math.max(1, Math.abs(one.mean))
  );
}
