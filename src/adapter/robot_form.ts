/** What an actions adapter says of its robot, as text in its file, and whether a recording is of such a robot. */

import { parseShallow } from '../containers/shallow_json';
import { problem } from '../problem';
import type { Stats } from '../recording/normalize';
import type { Recording } from '../recording/recording';
import type { StateForm } from '../settings/actions';
import { MAX_JOINTS } from '../settings/actions';
import type { RobotForm } from './adapter';

/** @throws ProblemError where the text is no RobotForm */
export function readRobotForm(text: string, where: string): RobotForm {
  let value: unknown;
  try {
    value = parseShallow(text);
  } catch {
    throw unreadable(where);
  }
  if (!isRobotForm(value)) throw unreadable(where);
  return value;
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

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isListOf = (value: unknown, accepts: (item: unknown) => boolean): value is unknown[] =>
  Array.isArray(value) && value.every(accepts);
const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => Number.isFinite(value);

const isNames = (value: unknown): value is string[] =>
  isListOf(value, isText) && value.length >= 1 && value.length <= MAX_JOINTS;

function isRobotForm(value: unknown): value is RobotForm {
  if (!isObject(value) || !isObject(value.jointNames) || !isObject(value.stats)) return false;
  const { name, fps, jointNames, state: form, cameras, places, horizon, delta, normalization, stats, tasks } = value;
  const { state, action } = jointNames as { state: unknown; action: unknown };
  return (
    isText(name) &&
    isNumber(fps) &&
    isNames(state) &&
    isNames(action) &&
    (form === 'measured' || form === 'last-action' || form === 'last-action-and-lag') &&
    isListOf(cameras, isText) &&
    (places === undefined || (isListOf(places, isText) && places.length === cameras.length)) &&
    Number.isSafeInteger(horizon) &&
    (horizon as number) >= 1 &&
    isListOf(delta, (flag) => typeof flag === 'boolean') &&
    (normalization === 'z-score' || normalization === 'quantile') &&
    isStats((stats as { state: unknown }).state, stateWidth(form, state.length, action.length)) &&
    isStats((stats as { actions: unknown }).actions, action.length) &&
    isListOf(tasks, isText)
  );
}

/** Numbers of a state of that form. */
const stateWidth = (form: StateForm, state: number, action: number) =>
  ({ measured: state, 'last-action': action, 'last-action-and-lag': 2 * action })[form];

const isStats = (value: unknown, joints: number): value is Stats =>
  isObject(value) &&
  ['mean', 'std', 'q01', 'q99'].every((key) => {
    const numbers = value[key];
    if (numbers === undefined) return key.startsWith('q');
    return isListOf(numbers, isNumber) && numbers.length === joints;
  });
