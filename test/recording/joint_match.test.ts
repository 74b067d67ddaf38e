import { expect, test } from 'vitest';
import { proposeDelta } from '../../src/recording/delta';
import { matchJoints } from '../../src/recording/joint_match';
import type { Recording } from '../../src/recording/recording';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { chooseState, withState } from '../../src/tasks/actions/state';

const FRAMES = 80;
const DEGREES = 180 / Math.PI;
type Numbers = (t: number) => readonly number[];
type Motion = Pick<Recording, 'episodes' | 'jointNames'>;

/** Where six joints are. */
const place = (t: number) => Array.from({ length: 6 }, (_, joint) => Math.sin(t / 8 + joint));
const names = (count: number, word: string) => Array.from({ length: count }, (_, n) => `${word}${n}`);

function motion(state: Numbers, action: Numbers, actionNames = names(action(0).length, 'a')): Motion {
  const frames = [...Array(FRAMES).keys()];
  const episode = {
    index: 0,
    length: FRAMES,
    state: Float32Array.from(frames.flatMap((frame) => [...state(frame)])),
    action: Float32Array.from(frames.flatMap((frame) => [...action(frame)])),
    timestamps: Float32Array.from(frames),
    task: new Uint16Array(FRAMES),
    footage: [],
  };
  return { episodes: [episode], jointNames: { state: names(state(0).length, 's'), action: actionNames } };
}

const formOf = (given: Motion) => chooseState(given as Recording, defaultActionsSettings, 32);
const next = (t: number) => place(t + 1);

test('joints of other names that are where the actions send them are the same joints', () => {
  const given = motion(place, next);
  expect(matchJoints(given)).toMatchObject({ measured: [0, 1, 2, 3, 4, 5], same: true });
  expect(formOf(given)).toMatchObject({ form: 'last-action-and-lag', why: expect.stringContaining('6 of 6 joints') });
  expect(proposeDelta(given).mask).toEqual(names(6, '').map(() => true));
});

test('velocities before the positions do not hide them', () => {
  const given = motion((t) => [...place(t + 12), ...place(t)], next);
  expect(matchJoints(given).measured).toEqual([6, 7, 8, 9, 10, 11]);
  expect(formOf(given).form).toBe('last-action-and-lag');
  expect(proposeDelta(given).mask).not.toContain(true); // a difference is taken from what stands at the same place
  const { state } = withState(given as Recording, 'last-action-and-lag').episodes[0]!;
  expect(state[6]).toBe(0);
  expect(state[12 + 6]).toBeCloseTo(0, 6); // the last action is where the joint is now
});

test('velocities between the positions do not hide them', () => {
  const between = (t: number) => place(t).flatMap((angle, joint) => [angle, place(t + 12)[joint]!]);
  expect(matchJoints(motion(between, next)).measured).toEqual([0, 2, 4, 6, 8, 10]);
  const before = (t: number) => [0.5, ...place(t).flatMap((angle, joint) => [place(t + 12)[joint]!, angle])];
  expect(matchJoints(motion(before, next)).measured).toEqual([2, 4, 6, 8, 10, 12]);
  expect(formOf(motion(before, next)).form).toBe('last-action-and-lag');
});

test('a leader that counts in degrees: the last action without lag, and no difference from radians', () => {
  const given = motion(place, (t) => next(t).map((angle) => angle * DEGREES));
  expect(matchJoints(given)).toMatchObject({ same: true, sameUnit: names(6, '').map(() => false) });
  expect(formOf(given)).toMatchObject({
    form: 'last-action',
    why: expect.stringContaining('does not follow the action in its unit'),
  });
  expect(proposeDelta(given).mask).not.toContain(true);
  const { state } = withState(given as Recording, 'last-action').episodes[0]!;
  expect([...state.slice(0, 6)]).toEqual([...given.episodes[0]!.action.slice(0, 6)]);
});

test('actions that are differences already are not made differences again', () => {
  const given = motion(place, (t) => next(t).map((angle, joint) => angle - place(t)[joint]!), names(6, 's'));
  expect(matchJoints(given).same).toBe(false);
  expect(formOf(given).form).toBe('measured');
  expect(proposeDelta(given)).toMatchObject({ mask: names(6, '').map(() => false) });
  expect(proposeDelta(given).why).toContain('0 of 6 joints that move only');
});

test('grippers and angles of an orientation are learned as they are; a wrist that rolls is a joint', () => {
  const named = (actionNames: readonly string[]) => proposeDelta(motion(place, next, [...actionNames])).mask;
  expect(named(['x', 'y', 'z', 'roll', 'pitch', 'yaw'])).toEqual([true, true, true, false, false, false]);
  expect(named(['wrist_roll.pos', 'left_shoulder_pitch', 'c', 'ee_roll', 'rx', 'gripper.pos'])).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  const turning = (t: number) => [((t * 0.3 + Math.PI) % (2 * Math.PI)) - Math.PI, ...place(t).slice(0, 2)];
  expect(proposeDelta(motion(turning, turning, ['a', 'b', 'c'])).mask).toEqual([false, true, true]);
});

test('where too little moves, names decide', () => {
  const still = () => [1, 2];
  expect(matchJoints(motion(still, still, ['s0', 's1']))).toMatchObject({ same: true, measured: [0, 1] });
  expect(matchJoints(motion(still, still, ['a', 'b'])).same).toBe(false);
});
