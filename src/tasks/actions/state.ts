import { problem } from '../../problem';
import { actionWidth } from '../../recording/chunks';
import { anglesOf, type DeltaProposal, proposeDelta } from '../../recording/delta';
import { type JointMatch, matchJoints } from '../../recording/joint_match';
import type { Episode, Recording } from '../../recording/recording';
import type { ActionsSettings, StateForm } from '../../settings/actions';

/** What the state tells, and what decided it, a sentence. */
export interface StateChoice {
  readonly form: StateForm;
  readonly why: string;
}

/**
 * What a robot's state tells the model: what the settings say, or else as much as there is room for. A chunk goes on
 * from the last action, which no measured state shows: the joints are always a little behind.
 * @param width numbers of a state that the model has room for
 * @throws ProblemError where actions are no positions of what the state measures, or there is no room
 */
export const stateFormOf = (recording: Recording, settings: Pick<ActionsSettings, 'state'>, width: number): StateForm =>
  chooseState(recording, settings, width).form;

/** The same with its reason. @throws ProblemError as stateFormOf does */
export function chooseState(
  recording: Recording,
  { state }: Pick<ActionsSettings, 'state'>,
  width: number,
): StateChoice {
  const actions = recording.jointNames.action.length;
  const match = matchJoints(recording);
  const { same, why } = match;
  if (state === null) return proposed(match, actions, width);
  if (state === 'measured') return { form: state, why: 'It was chosen.' };
  const fix = 'Choose the measured state.';
  if (!same) throw problem(`State and action of this robot are not the same joints. ${why}`, 'state', fix);
  if (state === 'last-action-and-lag') {
    if (2 * actions > width)
      throw problem(`${actions} joints with their lag need more than the ${width} numbers of a state.`, 'state', fix);
    const other = lagless(match);
    if (other > 0)
      throw problem(
        `${other} of ${actions} joints are not measured in the unit of their action, so they have no lag.`,
        'state',
        'Choose the last action alone, or the measured state.',
      );
  }
  return { form: state, why: 'It was chosen.' };
}

function proposed(match: JointMatch, actions: number, width: number): StateChoice {
  const { same, why } = match;
  if (!same) return { form: 'measured', why };
  if (2 * actions > width)
    return { form: 'last-action', why: `${why} There is no room for the lag of ${actions} joints.` };
  const other = lagless(match);
  if (other === 0) return { form: 'last-action-and-lag', why };
  const which = other === actions ? '' : `of ${other} of ${actions} joints `;
  return {
    form: 'last-action',
    why: `${why} There is no lag: what was measured ${which}does not follow the action in its unit.`,
  };
}

/** Joints whose distance from their action cannot be taken. */
const lagless = ({ sameUnit }: JointMatch) => sameUnit.filter((one) => !one).length;

/**
 * Joints that are learned as differences from a state of that form. Where it begins with the last action, a difference of zero goes on
 * with it: right for a gripper too, not for an angle that wraps.
 */
export function suggestDelta(recording: Recording, form: StateForm): DeltaProposal {
  if (form === 'measured') return proposeDelta(recording);
  const turning = anglesOf(recording);
  const names = recording.jointNames.action.filter((_, joint) => turning[joint]);
  const but = names.length > 0 ? `, but not of ${names.join(', ')}, whose angles may wrap` : '';
  const why = `Differences from the last action, with which the state begins${but}.`;
  const reasons = turning.map((turns) => (turns ? 'angle' : 'last action'));
  return { mask: turning.map((turns) => !turns), why, reasons };
}

/** A recording whose state is of that form. Before the first action, the robot stands where it should. */
export function withState(recording: Recording, form: StateForm): Recording {
  if (form === 'measured') return recording;
  const { action } = recording.jointNames;
  const lags = form === 'last-action-and-lag' ? action.map((name) => `lag of ${name}`) : [];
  const match = matchJoints(recording);
  return {
    ...recording,
    jointNames: { state: [...action, ...lags], action },
    episodes: recording.episodes.map((episode) => ({ ...episode, state: stateOf(episode, match, lags.length > 0) })),
  };
}

/**
 * (F, A) or (F, 2 A): the action before each frame, and how far the joints are behind it. A joint that is not measured in the unit of
 * its action stands, before the first one, where that sends it.
 */
function stateOf(episode: Episode, { measured, sameUnit }: JointMatch, withLag: boolean): Float32Array<ArrayBuffer> {
  const joints = actionWidth(episode);
  const own = episode.state.length / episode.length;
  const width = withLag ? 2 * joints : joints;
  const state = new Float32Array(episode.length * width);
  for (let frame = 0; frame < episode.length; frame++) {
    for (let joint = 0; joint < joints; joint++) {
      const place = sameUnit[joint] ? measured[joint]! : null;
      const target = episode.action[Math.max(0, frame - 1) * joints + joint]!;
      const now = place === null ? target : episode.state[frame * own + place]!;
      const last = frame > 0 ? target : now;
      state[frame * width + joint] = last;
      if (withLag) state[frame * width + joints + joint] = last - now;
    }
  }
  return state;
}
