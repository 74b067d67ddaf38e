import { expect, test } from 'vitest';
import { chunkStarts, jointErrors, jointsWon, worseThanBase } from '../../../src/ui/actions/open_loop_data';
import type { ActionCurve, OpenLoop } from '../../../src/worker/api';

const curve: ActionCurve = {
  episode: 7,
  frames: 3,
  horizon: 2,
  recorded: new Float32Array([0, 10, 1, 20, 2, 30]),
  predicted: new Float32Array([0.5, 11, 1.5, 19, 4, 29]),
  base: new Float32Array([0, 12, 0, 12, -6, 12]),
};
const openLoop: OpenLoop = {
  fps: 20,
  joints: ['shoulder', 'gripper'],
  mae: [1, 3],
  hold: [2, 3],
  mean: [4, 5],
  base: [6, Number.NaN],
  curves: [curve],
};

test('each joint has its four errors, and the smallest is marked, both where two are equal', () => {
  const rows = jointErrors(openLoop);
  expect(rows[0]).toEqual({ joint: 'shoulder', errors: { adapter: 1, hold: 2, mean: 4, base: 6 }, best: ['adapter'] });
  expect(rows[1]?.best).toEqual(['adapter', 'hold']);
  expect(jointsWon(rows)).toBe(2);
  expect(jointsWon(jointErrors({ ...openLoop, hold: [0.5, 3] }))).toBe(1);
});

test('an error that is no number is never the best', () => {
  const none = { ...openLoop, mae: [Number.NaN, 1], hold: [], mean: [], base: [] };
  expect(jointErrors(none).map((row) => row.best)).toEqual([[], ['adapter']]);
});

test('joints on which the base alone is better are named; no number is not worse', () => {
  expect(worseThanBase(jointErrors(openLoop))).toEqual([]);
  expect(worseThanBase(jointErrors({ ...openLoop, base: [0.5, 2.9] }))).toEqual(['shoulder', 'gripper']);
});

test('chunks begin where they begin, and are left out where they would be too many', () => {
  expect(chunkStarts({ ...curve, frames: 5, horizon: 2 })).toEqual([2, 4]);
  expect(chunkStarts({ ...curve, frames: 5, horizon: 5 })).toEqual([]);
  expect(chunkStarts({ ...curve, frames: 90, horizon: 2 })).toEqual([]);
});
