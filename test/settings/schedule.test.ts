import { expect, test } from 'vitest';
import { learningRate } from '../../src/settings/schedule';

test('the values that openpi’s schedule gives', () => {
  const schedule = { peak: 2.5e-5, warmupSteps: 1000, decaySteps: 30000, end: 2.5e-6 };
  const at = (step: number) => learningRate(schedule, step);
  expect(at(0)).toBeCloseTo(2.4975e-8, 12);
  expect(at(500)).toBeCloseTo(1.25125e-5, 10);
  expect(at(1000)).toBeCloseTo(2.5e-5, 12);
  expect(at(15500)).toBeCloseTo(1.375e-5, 12);
  expect(at(30000)).toBeCloseTo(2.5e-6, 12);
  expect(at(40000)).toBeCloseTo(2.5e-6, 12);
});

test('without warm-up the first step has the peak', () => {
  expect(learningRate({ peak: 1, warmupSteps: 0, decaySteps: 10, end: 0 }, 0)).toBe(1);
});
