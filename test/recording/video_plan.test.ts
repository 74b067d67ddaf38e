import { expect, test } from 'vitest';
import { randomStream } from '../../src/random';
import { planDecoding, type SampleTable } from '../../src/recording/video_plan';

/** Samples a second apart with keyframes at these places; `times` where presentation is in another order. */
const samples = (length: number, keys: readonly number[], times?: readonly number[]): SampleTable => ({
  length,
  time: Float64Array.from({ length }, (_, i) => times?.[i] ?? i),
  key: Uint8Array.from({ length }, (_, i) => (keys.includes(i) ? 1 : 0)),
});

test('decoding starts at the keyframe before the first frame and ends with the last', () => {
  const plan = planDecoding(samples(10, [0, 4, 8]), [5, 6], 0.5);
  expect(plan.runs).toEqual([{ first: 4, last: 6 }]);
  expect([...plan.picks]).toEqual([
    [5, [0]],
    [6, [1]],
  ]);
});

test('it jumps ahead where a keyframe lies between, and goes straight on where none does', () => {
  const table = samples(20, [0, 4, 12]);
  expect(planDecoding(table, [1, 13], 0.5).runs).toEqual([
    { first: 0, last: 1 },
    { first: 12, last: 13 },
  ]);
  expect(planDecoding(table, [5, 11], 0.5).runs).toEqual([{ first: 4, last: 11 }]);
  expect(planDecoding(table, [3, 4], 0.5).runs).toEqual([{ first: 0, last: 4 }]);
});

test('frames are found by the time they are shown, whatever order they are decoded in', () => {
  const table = samples(4, [0], [0, 3, 1, 2]);
  const plan = planDecoding(table, [2.1, 0.9, 3], 0.5);
  expect([...plan.picks].sort(([a], [b]) => a - b)).toEqual([
    [1, [2]],
    [2, [1]],
    [3, [0]],
  ]);
  expect(plan.runs).toEqual([{ first: 0, last: 3 }]);
});

test('a frame serves every time that is nearest to it; times without a frame are missing', () => {
  const plan = planDecoding(samples(3, [0]), [1, 1.2, 0.8, 7, Number.NaN], 0.3);
  expect([...plan.picks]).toEqual([[1, [0, 1, 2]]]);
  expect(plan.missing).toEqual([3, 4]);
  expect(planDecoding(samples(0, []), [0], 1).missing).toEqual([0]);
  expect(planDecoding(samples(3, [2]), [0, 2], 0.1)).toMatchObject({ missing: [0], runs: [{ first: 2, last: 2 }] });
});

test('halfway between two frames the earlier one is taken', () => {
  const plan = planDecoding(samples(3, [0]), [0.5, 1.5], 0.5);
  expect([...plan.picks]).toEqual([
    [0, [0]],
    [1, [1]],
  ]);
});

test('whatever is wanted: no sample twice, every run from a keyframe, every frame inside a run', () => {
  const random = randomStream(5);
  for (let round = 0; round < 200; round++) {
    const length = 1 + Math.floor(random() * 60);
    const keys = [0, ...Array.from({ length }, (_, i) => i).filter(() => random() < 0.2)];
    const table = samples(length, keys);
    const wanted = Array.from({ length: 1 + Math.floor(random() * 20) }, () => random() * length);
    const { runs, picks, missing } = planDecoding(table, wanted, 0.5);
    const decoded = runs.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    expect(new Set(decoded).size).toBe(decoded.length);
    expect(decoded).toEqual([...decoded].sort((a, b) => a - b));
    for (const { first } of runs) expect(table.key[first]).toBe(1);
    for (const sample of picks.keys()) expect(decoded).toContain(sample);
    expect([...picks.values()].flat().length + missing.length).toBe(wanted.length);
  }
});
