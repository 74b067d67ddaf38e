/** Joints whose actions are learned as differences from the state: one flag a joint; joints beyond its end stay as they are. */
export type DeltaMask = readonly boolean[];

/** Joints that are usually learned as they are: what opens and closes. */
const GRASPING = /grip|finger|hand|thumb|claw|jaw/i;

/** Differences for the joints that stand at the same place in state and action under the same name, grippers and hands excepted. */
export const suggestDeltaMask = (names: { readonly state: readonly string[]; readonly action: readonly string[] }) =>
  names.action.map((name, joint) => names.state[joint] === name && !GRASPING.test(name));

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
