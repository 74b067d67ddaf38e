import { expect, test } from 'vitest';
import { normals, randomStream } from '../../src/random';
import { deltaChunk } from '../../src/recording/chunks';
import { computeNormStats } from '../../src/recording/norm_stats';
import { writeNormStats } from '../../src/recording/norm_stats_file';
import { denormalize, type NormStats, normalize } from '../../src/recording/normalize';
import type { Episode } from '../../src/recording/recording';
import { normStatsIn } from './norm_stats_text';
import { openSample } from './sample';

const FORM = { horizon: 4, delta: [true, true, false] };

test('statistics are those of the chunks after differences, computed one by one', async () => {
  const { episodes, jointNames } = await openSample();
  const { stats, problems } = computeNormStats(episodes, FORM, jointNames);
  expect(problems).toEqual([]);
  const rows = episodes.flatMap((episode) =>
    Array.from({ length: episode.length }, (_, frame) => deltaChunk(episode, frame, FORM)).flatMap((chunk) =>
      [0, 1, 2, 3].map((step) => [...chunk.slice(step * 3, step * 3 + 3)]),
    ),
  );
  for (let joint = 0; joint < 3; joint++) {
    const values = rows.map((row) => row[joint]!).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(stats.actions.mean[joint]).toBeCloseTo(mean, 9);
    expect(stats.actions.std[joint]).toBeCloseTo(Math.sqrt(variance), 9);
    const bin = (values.at(-1)! - values[0]!) / 5000;
    const rank = (share: number) => values[Math.ceil(values.length * share) - 1]!;
    expect(Math.abs(stats.actions.q01![joint]! - rank(0.01))).toBeLessThanOrEqual(bin);
    expect(Math.abs(stats.actions.q99![joint]! - rank(0.99))).toBeLessThanOrEqual(bin);
  }
});

/** An episode whose state and action are these columns. */
function episodeOf(...columns: readonly ArrayLike<number>[]): Episode {
  const length = columns[0]!.length;
  const rows = Float32Array.from(
    { length: length * columns.length },
    (_, i) => columns[i % columns.length]![Math.floor(i / columns.length)]!,
  );
  return {
    index: 0,
    length,
    state: rows,
    action: rows,
    timestamps: new Float32Array(length),
    task: new Uint16Array(length),
    footage: [],
  };
}

test('z-scores have mean 0 and spread 1, quantiles lie between −1 and 1, and both come back', () => {
  const values = normals(20000, randomStream(3)).map((value) => 5 + 3 * value);
  const episode = episodeOf(values);
  const names = { state: ['a'], action: ['a'] };
  const { stats } = computeNormStats([episode], { horizon: 1, delta: [] }, names);
  expect(stats.state.q01![0]).toBeCloseTo(5 - 3 * 2.326, 0);
  expect(stats.state.q99![0]).toBeCloseTo(5 + 3 * 2.326, 0);
  const scored = values.slice();
  normalize(scored, stats.state, 'z-score');
  const mean = scored.reduce((sum, value) => sum + value, 0) / scored.length;
  expect(mean).toBeCloseTo(0, 4);
  expect(scored.reduce((sum, value) => sum + value * value, 0) / scored.length).toBeCloseTo(1, 3);
  denormalize(scored, stats.state, 'z-score');
  expect(Math.max(...scored.map((value, i) => Math.abs(value - values[i]!)))).toBeLessThan(1e-5);
  const ranked = values.slice();
  normalize(ranked, stats.state, 'quantile');
  const inside = ranked.filter((value) => value >= -1 && value <= 1).length / ranked.length;
  expect(inside).toBeCloseTo(0.98, 2);
});

test('the formulas are those of openpi', () => {
  const stats: NormStats['state'] = { mean: [1], std: [2], q01: [-1], q99: [3] };
  const scored = Float32Array.of(4);
  normalize(scored, stats, 'z-score');
  expect(scored[0]).toBeCloseTo((4 - 1) / (2 + 1e-6), 6);
  const ranked = Float32Array.of(2.5);
  normalize(ranked, stats, 'quantile');
  expect(ranked[0]).toBeCloseTo(((2.5 - -1) / (3 - -1 + 1e-6)) * 2 - 1, 6);
  expect(() => normalize(Float32Array.of(1), { mean: [1], std: [2] }, 'quantile')).toThrow('hold no quantiles');
});

test('a joint that stands still is reported and never blown up', () => {
  const still = Array.from({ length: 100 }, (_, i) => 1000 + (i % 2) * 1e-4);
  const rare = Array.from({ length: 100 }, (_, i) => (i === 50 ? 5 : 0)); // moves too seldom for its quantiles to differ
  const moving = Array.from({ length: 100 }, (_, i) => Math.sin(i));
  const names = { state: ['still', 'rare', 'moving'], action: ['still', 'rare', 'moving'] };
  const { stats, problems } = computeNormStats([episodeOf(still, rare, moving)], { horizon: 1, delta: [] }, names);
  expect(problems.map(({ what }) => what)).toEqual([
    'The state of still never changes, so there is nothing to learn from it.',
    'The action of still never changes, so there is nothing to learn from it.',
  ]);
  expect([stats.state.q01![1], stats.state.q99![1]]).toEqual([0, 5]); // within what was recorded
  expect([stats.state.q01![0], stats.state.q99![0]]).toEqual([Math.fround(still[0]!), Math.fround(still[1]!)]);
  const written = normStatsIn(writeNormStats(stats)).state;
  expect([written.q01![0]!, written.q99![0]!].map(Math.round)).toEqual([999, 1001]); // openpi divides by their distance
  for (const kind of ['z-score', 'quantile'] as const) {
    const values = Float32Array.of(1000.1, 5, 1);
    normalize(values, stats.state, kind);
    expect(Math.abs(values[0]!)).toBeLessThan(0.11);
    expect(Math.abs(values[1]!)).toBeLessThan(11);
  }
});

test('norm_stats.json is written in the form of openpi', async () => {
  const { episodes, jointNames } = await openSample();
  const { stats } = computeNormStats(episodes, FORM, jointNames);
  const text = writeNormStats(stats);
  expect(Object.keys(JSON.parse(text))).toEqual(['norm_stats']);
  expect(Object.keys(normStatsIn(text))).toEqual(['state', 'actions']);
  expect(Object.keys(normStatsIn(text).state)).toEqual(['mean', 'std', 'q01', 'q99']);
  expect(normStatsIn(text)).toEqual(stats);
  const bare = { mean: [1], std: [2] }; // statistics of another program may lack quantiles; openpi reads null
  expect(normStatsIn(writeNormStats({ state: bare, actions: bare })).actions).toEqual({
    ...bare,
    q01: null,
    q99: null,
  });
});
