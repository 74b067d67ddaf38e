import { matchJoints } from './joint_match';
import type { Episode, Recording } from './recording';

/** Joints whose actions are learned as differences from the state: one flag a joint; joints beyond its end stay as they are. */
export type DeltaMask = readonly boolean[];

/**
 * Why a joint is learned as a difference: it is a position of what the state measures, or the state tells the last action. Why it is
 * not: actions are no positions of what the state measures; it opens and closes; it is an angle of an orientation; it stands at another
 * place of the state, or nowhere; it counts in another unit.
 */
export type DeltaReason = 'position' | 'last action' | 'no positions' | 'grasping' | 'angle' | 'elsewhere' | 'unit';

/** What is proposed, and why: in a sentence, and of each joint. */
export interface DeltaProposal {
  readonly mask: DeltaMask;
  readonly why: string;
  readonly reasons: readonly DeltaReason[];
}

/** Joints that are usually learned as they are: what opens and closes. */
const GRASPING = /grip|finger|hand|thumb|claw|jaw/i;
/** An orientation of a tool, not the roll joint of a wrist: alone, or after what a tool is called. */
const EULER =
  /^(?:.*(?:ee|eef|tcp|effector|pose|euler|rpy|rotation|orientation)[._/ -]?)?(?:r[xyz]|roll|pitch|yaw|euler[._-]?\w*|rpy[._-]?\w*)$/i;
/** Of a turn, what a jump between two frames must have at least to be a step from one end of the scale to the other. */
const WRAP = 0.9;
const TURNS = [2 * Math.PI, 360];

/**
 * Differences where an action is the position of what stands at the same place of the state, in the same unit, by the values of the
 * recording; grippers, hands and angles of an orientation excepted: a difference of those means something else after a full turn.
 */
export function proposeDelta(recording: Pick<Recording, 'episodes' | 'jointNames'>): DeltaProposal {
  const { action } = recording.jointNames;
  const { measured, sameUnit, same, why } = matchJoints(recording);
  const turning = anglesOf(recording);
  const reasons = action.map((name, joint): DeltaReason => {
    if (!same) return 'no positions';
    if (turning[joint]) return 'angle';
    if (GRASPING.test(name)) return 'grasping';
    if (measured[joint] !== joint) return 'elsewhere';
    return sameUnit[joint] ? 'position' : 'unit';
  });
  const mask = reasons.map((reason) => reason === 'position');
  const angles = action.filter((_, joint) => turning[joint]);
  const but =
    angles.length > 0
      ? ` ${angles.join(', ')} ${angles.length === 1 ? 'is an angle' : 'are angles'} of an orientation, and learned as ${angles.length === 1 ? 'it is' : 'they are'}.`
      : '';
  if (mask.includes(true)) return { mask, why: `${why}${but}`, reasons };
  const instead = same
    ? ' They do not stand at the same place in the same unit, so no difference is taken.'
    : ' They are learned as they are.';
  return { mask, why: `${why}${instead}${but}`, reasons };
}

/** Of each joint of the action, whether it is an angle of an orientation: by its name, or because it jumps by a whole turn. */
export function anglesOf({ episodes, jointNames: { action } }: Pick<Recording, 'episodes' | 'jointNames'>): boolean[] {
  return action.map(
    (name, joint) => EULER.test(name) || episodes.some((episode) => jumps(episode, joint, action.length)),
  );
}

function jumps({ action, length }: Episode, joint: number, width: number): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let largest = 0;
  for (let frame = 0; frame < length; frame++) {
    const value = action[frame * width + joint]!;
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (frame > 0) largest = Math.max(largest, Math.abs(value - action[(frame - 1) * width + joint]!));
  }
  // from one end of the scale to the other in one frame, and no further than a turn: a command that steps has no such ends
  return TURNS.some((turn) => largest > WRAP * turn && high - low <= 1.01 * turn);
}

/** Turns actions (H, A) into differences from one state (S), the same for the whole chunk. In place. */
export function toDelta(actions: Float32Array, state: ArrayLike<number>, width: number, mask: DeltaMask) {
  shift(actions, state, width, mask, -1);
}

/** The inverse of toDelta, for what the model predicts. In place. */
export function toAbsolute(actions: Float32Array, state: ArrayLike<number>, width: number, mask: DeltaMask) {
  shift(actions, state, width, mask, 1);
}

function shift(actions: Float32Array, state: ArrayLike<number>, width: number, mask: DeltaMask, sign: 1 | -1) {
  const joints = Math.min(mask.length, width, state.length);
  for (let at = 0; at < actions.length; at += width) {
    for (let joint = 0; joint < joints; joint++) {
      if (mask[joint]) actions[at + joint] = actions[at + joint]! + sign * state[joint]!;
    }
  }
}
