import { expect, test } from 'vitest';
import { actionChunk, framesOf } from '../../src/recording/chunks';
import {
  curveFrames,
  errorMeter,
  holdLastAction,
  holdMeanAction,
  meanAction,
  openLoopError,
} from '../../src/recording/evaluate';
import { matchJoints } from '../../src/recording/joint_match';
import { actionValue, EPISODES, openSample, stateValue } from './sample';

test('a perfect prediction has no error; a shifted one has the shift', async () => {
  const recording = await openSample();
  const places = framesOf(recording, [0, 2]);
  expect(openLoopError(recording, places, 5, (episode, frame) => actionChunk(episode, frame, 5))).toEqual([0, 0, 0]);
  const shifted = openLoopError(recording, places, 5, (episode, frame) =>
    actionChunk(episode, frame, 5).map((value, i) => value + (i % 3)),
  );
  expect(shifted.map((error) => Math.round(error * 1e4) / 1e4)).toEqual([0, 1, 2]);
});

test('steps after the end of the episode do not count', () => {
  const meter = errorMeter(2);
  meter.add([1, 2, 9, 9], [0, 0, 0, 0], 1);
  meter.add([3, 4, 5, 6], [0, 0, 0, 0], 2);
  expect(meter.perJoint()).toEqual([3, 4]);
});

test('baselines: the last action, at first the state; the mean action', async () => {
  const recording = await openSample();
  const mean = meanAction(recording, [0, 1]);
  const rows = [0, 1].flatMap((e) =>
    Array.from({ length: EPISODES[e]!.frames }, (_, frame) => actionValue(e, frame, 1)),
  );
  expect(mean[1]).toBeCloseTo(rows.reduce((sum, value) => sum + value, 0) / rows.length, 6);
  const episode = recording.episodes[1]!;
  const match = matchJoints(recording);
  const hold = holdLastAction(2, match, mean);
  const joints = [0, 1, 2];
  expect([...Array.from(hold(episode, 4))]).toEqual([...joints, ...joints].map((joint) => actionValue(1, 3, joint)));
  expect([...Array.from(hold(episode, 0))]).toEqual([...joints, ...joints].map((joint) => stateValue(1, 0, joint)));
  const unlike = { ...match, sameUnit: [false, false, false] };
  expect(Array.from(holdLastAction(1, unlike, mean)(episode, 0))).toEqual(mean.map(Math.fround));
  expect(Array.from(holdMeanAction(1, mean)(episode, 3))).toEqual(mean.map(Math.fround));
});

test('a curve is made of chunks one behind the other', async () => {
  const recording = await openSample();
  expect(curveFrames(recording, [1, 2], 4)).toEqual([
    { episode: 1, frame: 0 },
    { episode: 1, frame: 4 },
    { episode: 2, frame: 0 },
    { episode: 2, frame: 4 },
    { episode: 2, frame: 8 },
  ]);
});
