import { expect, test } from 'vitest';
import {
  frameAt,
  heightOf,
  jointCharts,
  lastOf,
  linePath,
  placeOf,
  timesAt,
  timeTicks,
} from '../../../src/ui/actions/curve_data';

const size = { width: 200, height: 50 };
const range = { low: 0, high: 1 };
const points = (path: string) =>
  [...path.matchAll(/[ML](\S+) (\S+?)(?=[ML]|$)/g)].map(([, x, y]) => [Number(x), Number(y)]);

test('joints of one name share a chart, with the range of all their lines; others have their own', () => {
  const charts = jointCharts([
    { id: 'action', joints: ['pan', 'lift'], rows: Float32Array.of(0, 10, 1, 20, 2, 30) },
    { id: 'state', joints: ['lift', 'load'], rows: Float32Array.of(-5, 7, 15, 7, 25, 7) },
  ]);
  expect(charts.map(({ joint, low, high }) => [joint, low, high])).toEqual([
    ['pan', 0, 2],
    ['lift', -5, 30],
    ['load', 7, 7],
  ]);
  expect(charts[1]?.lines.map(({ id, values }) => [id, ...values])).toEqual([
    ['action', 10, 20, 30],
    ['state', -5, 15, 25],
  ]);
});

test('two joints of the same name are two charts', () => {
  const charts = jointCharts([{ id: 'action', joints: ['a', 'a'], rows: Float32Array.of(1, 2, 3, 4) }]);
  expect(charts.map(({ joint, lines }) => [joint, ...(lines[0]?.values ?? [])])).toEqual([
    ['a', 1, 3],
    ['a (1)', 2, 4],
  ]);
});

test('a line that is no number has no part in the range', () => {
  const [chart] = jointCharts([
    { id: 'base', joints: ['a'], rows: Float32Array.of(Number.NaN, 3, Number.POSITIVE_INFINITY) },
  ]);
  expect(chart).toMatchObject({ low: 3, high: 3 });
});

test('a line goes by the times of its frames, low values at the bottom', () => {
  expect(points(linePath([0, 1, 0.5], [0, 1, 4], range, size))).toEqual([
    [0, 50],
    [50, 0],
    [200, 25],
  ]);
  expect(points(linePath([3, 3], [0, 1], { low: 3, high: 3 }, size))[0]).toEqual([0, 25]);
  expect(linePath([], [], range, size)).toBe('');
});

test('a value that is no number leaves a gap', () => {
  expect(linePath([1, Number.NaN, 1, 1], [0, 1, 2, 3], range, size).match(/M/g)).toHaveLength(2);
});

test('of many frames neither the highest nor the lowest of a pixel is lost, and a pixel has two points at most', () => {
  const values = Array.from({ length: 20_000 }, () => 0.5);
  values[7001] = 1;
  values[7003] = 0;
  const drawn = points(linePath(values, timesAt(30, values.length), range, size));
  expect(drawn.length).toBeLessThanOrEqual(2 * size.width + 2);
  const heights = drawn.map(([, y]) => y);
  expect(Math.min(...(heights as number[]))).toBe(0);
  expect(Math.max(...(heights as number[]))).toBe(50);
  expect(heights.indexOf(0)).toBeLessThan(heights.indexOf(50));
});

test('the axis has round moments, no more than there is room for', () => {
  expect(timeTicks(12.4, 6)).toEqual([0, 5, 10]);
  expect(timeTicks(12.4, 8)).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect(timeTicks(0.35, 4)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(timeTicks(600, 3)).toEqual([0, 200, 400, 600]);
  for (const most of [1, 3, 7]) expect(timeTicks(37.1, most).length).toBeLessThanOrEqual(most + 1);
});

test('the frame that is nearest to a moment, where frames were lost too', () => {
  const times = [0, 0.1, 0.2, 1];
  expect([-1, 0.04, 0.06, 0.5, 0.7, 9].map((at) => frameAt(at, times))).toEqual([0, 0, 1, 2, 3, 3]);
  expect(frameAt(1, [])).toBe(0);
});

test('places and heights on the drawing', () => {
  expect(placeOf(1, [0, 2], 300)).toBe(150);
  expect(lastOf([0])).toBe(1);
  expect(heightOf(0.25, range, 40)).toBe(30);
});
