import { expect, test } from 'vitest';
import { bestOf, isBetter, isUnmeasured, isWorseThanBase } from '../src/best';

const evaluations = (...losses: number[]) => losses.map((loss, n) => ({ step: 10 * n, loss })); // the first is the base

test('the best is the least, and of equals the first', () => {
  expect(bestOf(evaluations(9, 4, 2, 3, 2))).toEqual({ step: 20, loss: 2 });
  expect(isBetter({ loss: 2 }, { loss: 2 })).toBe(false);
  expect(isBetter({ loss: 2 }, null)).toBe(true);
});

test('the base is the first candidate: nothing above it is the best', () => {
  expect(bestOf(evaluations(1, 4, 3, 5))).toEqual({ step: 0, loss: 1 });
  expect(bestOf(evaluations(4, 4))).toEqual({ step: 0, loss: 4 });
});

test('what is no number is never the best', () => {
  expect(bestOf(evaluations(9, Number.NaN, 5, Number.NaN))).toEqual({ step: 20, loss: 5 });
  expect(bestOf(evaluations(Number.NaN, Number.NaN, Number.POSITIVE_INFINITY))).toBeNull();
  expect(bestOf([])).toBeNull();
});

test('worse than the base is said only of what was measured', () => {
  expect(isWorseThanBase({ baselineHeldout: 2, heldout: 3 })).toBe(true);
  expect(isWorseThanBase({ baselineHeldout: 2, heldout: 2 })).toBe(false);
  const nothing = { baselineHeldout: Number.NaN, heldout: Number.NaN };
  expect(isWorseThanBase(nothing)).toBe(false);
  expect(isUnmeasured(nothing)).toBe(true);
  expect(isUnmeasured({ baselineHeldout: 2, heldout: Number.NaN })).toBe(false);
});
