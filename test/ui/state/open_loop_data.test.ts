import { expect, test } from 'vitest';
import {
  chartSize,
  chunkStarts,
  jointCurves,
  jointErrors,
  jointsWon,
  linePath,
} from '../../../src/ui/actions/open_loop_data';
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

test('a curve is cut into its joints, with the range of all lines', () => {
  const [shoulder, gripper] = jointCurves(openLoop.joints, curve);
  expect(shoulder).toEqual({
    joint: 'shoulder',
    recorded: [0, 1, 2],
    predicted: [0.5, 1.5, 4],
    base: [0, 0, -6],
    low: -6,
    high: 4,
  });
  expect(gripper).toMatchObject({ recorded: [10, 20, 30], predicted: [11, 19, 29], low: 10, high: 30 });
});

test('a line goes from left to right, low values at the bottom', () => {
  const { width, height } = chartSize;
  expect(linePath([0, 4], 0, 4)).toBe(`M0.0 ${height.toFixed(1)}L${width.toFixed(1)} 0.0`);
  expect(linePath([3, 3], 3, 3)).toContain(`${(height / 2).toFixed(1)}`);
  expect(linePath([], 0, 0)).toBe('');
});

test('a value that is no number leaves a gap', () => {
  expect(linePath([1, Number.NaN, 1, 1], 0, 1).match(/M/g)).toHaveLength(2);
});

test('of many frames no peak is lost', () => {
  const values = Array.from({ length: 5000 }, () => 0);
  values[2501] = 1;
  const path = linePath(values, 0, 1);
  expect(path).toMatch(/ 0\.0/);
  expect(path.match(/[ML]/g)?.length).toBeLessThanOrEqual(2 * chartSize.width);
});

test('chunks begin where they begin, and are left out where they would be too many', () => {
  expect(chunkStarts({ ...curve, frames: 5, horizon: 2 })).toEqual([chartSize.width / 2, chartSize.width]);
  expect(chunkStarts({ ...curve, frames: 5, horizon: 5 })).toEqual([]);
  expect(chunkStarts({ ...curve, frames: 40, horizon: 2 })).toEqual([]);
});
