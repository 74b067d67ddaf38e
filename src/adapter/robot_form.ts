/** What an actions adapter says of its robot, as text in its file, and whether a recording is of such a robot. */

import { problem } from '../problem';
import type { NormStats } from '../recording/normalize';
import type { Recording } from '../recording/recording';
import { MAX_JOINTS, NORMALIZATIONS, STATE_FORMS, stateWidth } from '../settings/actions';
import type { RobotForm } from './adapter';
import { count, type Form, flag, jsonIn, listOf, number, object, oneOf, text } from './forms';

/** @throws ProblemError where the text is no RobotForm */
export function readRobotForm(written: string, where: string): RobotForm {
  const robot = whole(jsonIn(written));
  if (!robot || !fits(robot)) throw unreadable(where);
  return robot;
}

/**
 * Says why an adapter cannot move the robot of a recording: other joints, or cameras that are not there.
 * @throws ProblemError
 */
export function checkRobot(form: RobotForm, recording: Pick<Recording, 'jointNames' | 'cameras'>, name: string): void {
  for (const role of ['state', 'action'] as const) {
    const [wanted, found] = [form.jointNames[role], recording.jointNames[role]];
    if (wanted.length === found.length && wanted.every((joint, n) => joint === found[n])) continue;
    const joint = wanted.findIndex((one, n) => one !== found[n]);
    const differs =
      wanted.length === found.length
        ? `joint ${joint + 1} of its ${role} is "${found[joint]}", where the adapter has "${wanted[joint]}"`
        : `its ${role} has ${found.length} joints, where the adapter has ${wanted.length}`;
    throw problem(
      `The adapter is for another robot than that of the recording: ${differs}.`,
      name,
      'Open a recording of the robot that the adapter was trained on, or train a new adapter on this one.',
    );
  }
  const missing = form.cameras.find((camera) => !recording.cameras.some((one) => one.name === camera && one.available));
  if (missing === undefined) return;
  throw problem(
    `The adapter learned with the camera "${missing}", of which the recording has no video.`,
    name,
    'Open a recording with that camera, or train a new adapter on this one.',
  );
}

const unreadable = (where: string) =>
  problem(
    'What the adapter says of its robot makes no sense.',
    where,
    'The file is damaged; export the adapter again.',
  );

const names: Form<readonly string[]> = (value) => {
  const list = listOf(text)(value);
  return list && list.length >= 1 && list.length <= MAX_JOINTS ? list : undefined;
};
const horizon: Form<number> = (value) => count(value) || undefined;
const numbers = listOf(number);
const row = object({ mean: numbers, std: numbers }, { q01: numbers, q99: numbers });
export const normStats: Form<NormStats> = object({ state: row, actions: row });

const whole: Form<RobotForm> = object(
  {
    name: text,
    fps: number,
    jointNames: object({ state: names, action: names }),
    state: oneOf(...STATE_FORMS),
    cameras: listOf(text),
    horizon,
    delta: listOf(flag),
    normalization: oneOf(...NORMALIZATIONS),
    stats: normStats,
    tasks: listOf(text),
  },
  { places: listOf(text) },
);

/** Whether its lists are as long as they must be. */
function fits({ jointNames, state: form, cameras, places, stats: { state, actions } }: RobotForm): boolean {
  const width = stateWidth(form, jointNames.state.length, jointNames.action.length);
  const isOf = (joints: number) => (list: readonly number[]) => list.length === joints;
  return (
    (places === undefined || places.length === cameras.length) &&
    Object.values(state).every(isOf(width)) &&
    Object.values(actions).every(isOf(jointNames.action.length))
  );
}
