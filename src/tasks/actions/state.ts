import { problem } from '../../problem';
import { actionWidth } from '../../recording/chunks';
import { sameJoints } from '../../recording/evaluate';
import type { Episode, Recording } from '../../recording/recording';
import type { ActionsSettings, StateForm } from '../../settings/actions';

/**
 * What a robot's state tells the model: what the settings say, or else as much as there is room for. A chunk goes on
 * from the last action, which no measured state shows: the joints are always a little behind.
 * @param width numbers of a state that the model has room for
 * @throws ProblemError where state and action are not of the same joints, or there is no room
 */
export function stateFormOf(recording: Recording, { state }: ActionsSettings, width: number): StateForm {
  const actions = recording.jointNames.action.length;
  const same = sameJoints(recording);
  if (state === null) {
    if (!same) return 'measured';
    return 2 * actions <= width ? 'last-action-and-lag' : 'last-action';
  }
  if (state === 'measured') return state;
  const fix = 'Choose the measured state.';
  if (!same) throw problem('State and action of this robot are not the same joints.', 'state', fix);
  if (state === 'last-action-and-lag' && 2 * actions > width) {
    throw problem(`${actions} joints with their lag need more than the ${width} numbers of a state.`, 'state', fix);
  }
  return state;
}

/** A recording whose state is of that form. Before the first action, the robot stands where it should. */
export function withState(recording: Recording, form: StateForm): Recording {
  if (form === 'measured') return recording;
  const { action } = recording.jointNames;
  const lags = form === 'last-action-and-lag' ? action.map((name) => `lag of ${name}`) : [];
  return {
    ...recording,
    jointNames: { state: [...action, ...lags], action },
    episodes: recording.episodes.map((episode) => ({ ...episode, state: stateOf(episode, lags.length > 0) })),
  };
}

/** (F, A) or (F, 2 A): the action before each frame, and how far the joints are behind it. */
function stateOf(episode: Episode, withLag: boolean): Float32Array<ArrayBuffer> {
  const joints = actionWidth(episode);
  const width = withLag ? 2 * joints : joints;
  const state = new Float32Array(episode.length * width);
  for (let frame = 0; frame < episode.length; frame++) {
    for (let joint = 0; joint < joints; joint++) {
      const measured = episode.state[frame * joints + joint]!;
      const last = frame > 0 ? episode.action[(frame - 1) * joints + joint]! : measured;
      state[frame * width + joint] = last;
      if (withLag) state[frame * width + joints + joint] = last - measured;
    }
  }
  return state;
}
