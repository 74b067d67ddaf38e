import type { Problem } from '../problem';
import type { ListedJoint } from '../settings/actions';
import { counted } from './problems';
import type { Recording } from './recording';

/** Levels between which a joint that stands still may tremble: one tick of its encoder up and down. */
const LEVELS = 3;
/** Range of such a joint, relative to that of a joint in the middle. */
const SMALL = 0.01;
const STILL = 1e-6;

/**
 * Of each joint of the action, why there is nothing to learn from it: it stands still, or only ever changes by a single tick, which is
 * noise of an encoder that normalising blows up to the size of a motion. What opens and closes has few levels too, but moves as far as
 * other joints do. Null for a joint that moves.
 */
export function quietJoints({
  episodes,
  jointNames: { action },
}: Pick<Recording, 'episodes' | 'jointNames'>): (ListedJoint['quiet'] | null)[] {
  const joints = action.map((_, joint) => levelsOf(episodes, joint, action.length));
  const ranges = joints.map(({ low, high }) => high - low).sort((a, b) => a - b);
  const middle = ranges[ranges.length >> 1] ?? 0;
  return joints.map(({ low, high, levels }) => {
    if (high - low <= STILL * Math.max(1, Math.abs(high))) return 'still';
    return levels !== null && high - low <= SMALL * middle ? 'tick' : null;
  });
}

/** Tells of the joints that are learned although they only jitter. */
export function jitterProblems(joints: readonly ListedJoint[]): Problem[] {
  const jittering = joints.filter(({ chosen, quiet }) => chosen && quiet === 'tick').map(({ name }) => name);
  if (jittering.length === 0) return [];
  return [
    {
      what: `${jittering.slice(0, 12).join(', ')}: the action never changes by more than a tick, which is noise and no motion, and would be learned as one.`,
      where: `action, ${counted(jittering.length, 'joint')}`,
      fix: `Leave ${jittering.length === 1 ? 'the joint' : 'the joints'} out, or go on if that is how it should move.`,
    },
  ];
}

/** The range of a joint's action, and its levels; null where there are more than a tick has. */
function levelsOf(episodes: Recording['episodes'], joint: number, width: number) {
  const levels = new Set<number>();
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { action } of episodes) {
    for (let at = joint; at < action.length; at += width) {
      const value = action[at]!;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (levels.size <= LEVELS) levels.add(value);
    }
  }
  return { low, high, levels: levels.size <= LEVELS ? levels.size : null };
}
