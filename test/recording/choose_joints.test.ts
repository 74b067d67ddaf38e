import { expect, test } from 'vitest';
import { openRecording } from '../../src/recording/open_recording';
import { npy, npz } from '../containers/npy';
import { actionValue, sampleV21, sampleV30, stateValue } from './sample';

/** Frames of a recording with columns of these values a frame. */
const arrays = (frames: number, state: (frame: number) => number[], action: (frame: number) => number[]) => {
  const rows = [...Array(frames).keys()];
  const [states, actions] = [rows.map(state), rows.map(action)];
  const packed = (values: number[][]) => npy([frames, values[0]!.length], values.flat());
  return [{ path: 'a.npz', file: npz({ state: packed(states), action: packed(actions) }) }];
};
const wave = (count: number) => (frame: number) =>
  Array.from({ length: count }, (_, joint) => Math.sin(frame / 9 + joint));

test('joints by name and by place, of state and action alike', async () => {
  for (const sample of [sampleV21, sampleV30]) {
    const joints = ['joint_4.pos', '0-1', '1'];
    const { jointNames, episodes } = await openRecording(sample({ joints: 40 }), { joints });
    const names = ['joint_4.pos', 'joint_0.pos', 'joint_1.pos'];
    expect(jointNames).toEqual({ state: names, action: names });
    expect([...episodes[1]!.action.slice(3, 6)]).toEqual([4, 0, 1].map((joint) => actionValue(1, 1, joint)));
    expect([...episodes[1]!.state.slice(3, 6)]).toEqual([4, 0, 1].map((joint) => stateValue(1, 1, joint)));
  }
});

test.each([[['elbow']], [['40']], [['3-1']]])('%j is no joint', async (joints) => {
  await expect(openRecording(sampleV30({ joints: 40 }), { joints })).rejects.toMatchObject({
    problem: { what: `The action has no joint "${joints[0]}".`, fix: expect.stringContaining('0 to 39') },
  });
});

test('more joints than the model has room for: what can be chosen', async () => {
  const joints = Array.from({ length: 40 }, (_, joint) => ({ name: `joint_${joint}.pos`, chosen: true }));
  await expect(openRecording(sampleV30({ joints: 40 }))).rejects.toMatchObject({
    problem: { where: 'joints', fix: expect.stringContaining('joint_0.pos, joint_1.pos'), joints },
  });
  await expect(openRecording(sampleV30({ joints: 40 }), { joints: ['0-32'] })).rejects.toMatchObject({
    problem: { what: 'The action has 33 numbers a frame; 1 to 32 can be learned.' },
  });
});

test('of a wide state, what was measured of the joints is kept, and told', async () => {
  const wide = (frame: number) => [...wave(30)(frame + 20), ...wave(7)(frame)];
  const { jointNames, episodes, problems } = await openRecording(arrays(60, wide, (frame) => wave(7)(frame + 1)));
  expect(jointNames.state).toEqual([30, 31, 32, 33, 34, 35, 36].map((place) => `state ${place}`));
  expect(episodes[0]!.state[0]).toBe(0);
  expect(problems.map(({ what }) => what)).toEqual([
    'The state has 37 numbers; the 7 that were measured of the joints of the action are kept.',
  ]);
});

test('a joint that changes by a single tick is named; a gripper with two positions is not', async () => {
  const action = (frame: number) => [...wave(4)(frame), frame % 7 === 3 ? 0.5015 : 0.5, frame > 30 ? 1 : 0];
  const { problems } = await openRecording(arrays(60, action, action));
  expect(problems).toEqual([
    {
      what: 'action 4: the action never changes by more than a tick, which is noise and no motion, and would be learned as one.',
      where: 'action, 1 joint',
      fix: expect.stringContaining('Leave the joint out'),
    },
  ]);
  const { jointNames, joints } = await openRecording(arrays(60, action, action), { joints: ['0-3', '5'] });
  expect(joints?.slice(3)).toEqual([
    { name: 'action 3', chosen: true },
    { name: 'action 4', chosen: false, quiet: 'tick' },
    { name: 'action 5', chosen: true },
  ]);
  expect(jointNames.state).toEqual(['state 0', 'state 1', 'state 2', 'state 3', 'state 5']);
});

test('a joint that stands still is listed as such', async () => {
  const action = (frame: number) => [...wave(3)(frame), 0.25];
  const { joints } = await openRecording(arrays(60, action, action));
  expect(joints?.map(({ quiet }) => quiet)).toEqual([undefined, undefined, undefined, 'still']);
});
