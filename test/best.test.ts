import { expect, test } from 'vitest';
import { bestOf, isBetter } from '../src/best';

const evaluations = (...losses: number[]) => losses.map((loss, n) => ({ step: 10 * n, loss })); // the first is the base

test('the best is the least, and of equals the first', () => {
  expect(bestOf(evaluations(9, 4, 2, 3, 2))).toEqual({ step: 20, loss: 2 });
  expect(isBetter({ loss: 2 }, { loss: 2 })).toBe(false);
  expect(isBetter({ loss: 2 }, null)).toBe(true);
});

test('the base does not take part, however good it is', () => {
  expect(bestOf(evaluations(1, 4, 3, 5))).toEqual({ step: 20, loss: 3 });
});

test('what is no number is never the best', () => {
  expect(bestOf(evaluations(9, Number.NaN, 5, Number.NaN))).toEqual({ step: 20, loss: 5 });
  expect(bestOf(evaluations(Number.NaN, Number.NaN, Number.POSITIVE_INFINITY))).toBeNull();
  expect(bestOf([])).toBeNull();
});
