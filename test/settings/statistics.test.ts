import { expect, test } from 'vitest';
import { misfitOf } from '../../src/settings/statistics';

const ROW = { mean: [1, 2, 0], std: [1, 1, 0.5], q01: [0, 1, -1], q99: [2, 3, 1] };
const zeros = (row: readonly number[] | undefined, length: number) =>
  [...(row ?? []), ...new Array(length).fill(0)].slice(0, length);
/** As openpi measures a robot whose numbers it has padded. */
const padded = (length: number, { mean, std, q01, q99 } = ROW) => ({
  mean: zeros(mean, length),
  std: zeros(std, length),
  q01: zeros(q01, length).map((value, n) => (n < 3 ? value : -1e-10)),
  q99: zeros(q99, length).map((value, n) => (n < 3 ? value : 1e-10)),
});
const misfit = (stats: Parameters<typeof misfitOf>[0], state: number, actions: number, kind = 'quantile' as const) =>
  misfitOf(stats, { state, actions }, kind);

test('statistics are of a robot with as many numbers, or with fewer where the rest is padding', () => {
  const own = { state: ROW, actions: ROW };
  expect(misfit(own, 3, 3)).toBeNull();
  expect(misfit({ state: padded(32), actions: padded(32) }, 3, 3)).toBeNull();
  const still = { ...ROW, mean: [1, 2, 0], std: [1, 1, 0] }; // its last joint has never moved
  expect(misfit({ state: still, actions: still }, 3, 3)).toBeNull();
});

test.each([
  ['more numbers', { state: padded(32), actions: padded(32) }, 4, 3, 'of 3 numbers of a state, and there are 4.'],
  ['fewer numbers', { state: ROW, actions: ROW }, 3, 2, 'of 3 numbers of an action, and there are 2.'],
  ['other numbers behind them', { state: ROW, actions: padded(32) }, 3, 2, 'of 3 numbers of an action'],
] as const)('they are not of one with %s', (_, stats, state, actions, said) => {
  expect(misfit(stats, state, actions)).toContain(said);
});

test('quantiles are needed where numbers are scaled by them, and nowhere else', () => {
  const { q01: _, q99: __, ...row } = ROW;
  const stats = { state: ROW, actions: row };
  expect(misfit(stats, 3, 3)).toContain('hold no quantiles');
  expect(misfitOf(stats, { state: 3, actions: 3 }, 'z-score')).toBeNull();
});
