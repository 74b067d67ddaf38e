import { expect, test } from 'vitest';
import { faultsOf, type Measured } from '../../tools/bench_true_size/limits';

const GOOD: Measured = {
  pass: { planned_bytes: 5e8, counted_bytes: 5e8 },
  training: { planned_bytes: 1.39e9, counted_bytes: 1.39e9, losses: [2.8, 2.9, 1.7] },
  tab_mb: { start: 200, most: 1700 },
};

test('what is planned, within the limits and learns has no fault', () => {
  expect(faultsOf('pi0', GOOD)).toEqual([]);
  expect(faultsOf('pi0', { ...GOOD, tab_mb: null })).toEqual([]);
  const one = { ...GOOD.training, losses: [2.8] };
  expect(faultsOf('pi0', { ...GOOD, training: one })).toEqual([]); // one step has nothing to fall from
});

test('each fault is told: bytes that were not planned, or too many; a tab that is too large; a loss that rises', () => {
  const training = { planned_bytes: 1.6e9, counted_bytes: 1.6e9, losses: [2, Number.NaN] };
  const bad: Measured = {
    pass: { planned_bytes: 1.5e9, counted_bytes: 1.7e9 },
    training,
    tab_mb: { start: 300, most: 2001 },
  };
  expect(faultsOf('pi0', bad)).toEqual([
    'frames: 1500000000 bytes were planned, and 1700000000 counted.',
    'frames: 1700000000 bytes on the GPU are more than 1600000000.',
    'training: 1600000000 bytes on the GPU are more than 1400000000.',
    'The tab took 2001 MB, more than 2000.',
    'The loss went from 2 to NaN.',
  ]);
  expect(faultsOf('pi05', { ...GOOD, training: { ...training, losses: [2, 1] } })).toEqual([]);
});
