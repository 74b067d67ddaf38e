import { expect, test } from 'vitest';
import { randomStream } from '../../src/random';
import { planDecoding, type SampleTable, timesOfFrames } from '../../src/recording/video_plan';

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

const TENTHS = Array.from({ length: 20 }, (_, i) => i / 10);

test('row k has frame k where a video has a frame for each row, whatever the clock says', () => {
  const whole = { from: 0, to: 2.3, whole: true, rows: 20 };
  const slow = TENTHS.map((seconds, row) => ({ seconds: seconds * 1.15, row, stretch: whole }));
  const reordered = [...TENTHS.slice(0, 8), TENTHS[9]!, TENTHS[8]!, ...TENTHS.slice(10)]; // as stored, not as shown
  expect(timesOfFrames({ ...samples(20, [0], reordered), cut: 0 }, slow, 10)).toEqual(TENTHS);
  const lost = timesOfFrames({ ...samples(15, [0], TENTHS), cut: 5 }, slow, 10);
  expect(lost.slice(0, 15)).toEqual(TENTHS.slice(0, 15));
  expect(lost.slice(15)).toEqual(Array(5).fill(Number.NaN));
  const other = timesOfFrames({ ...samples(19, [0], TENTHS), cut: 0 }, slow, 10);
  expect(other).toEqual(slow.map(({ seconds }) => seconds));
});

test('in a video of several episodes, frames are counted from where the episode begins, if they lie where they should', () => {
  const stretch = { from: 0.5, to: 1.5, whole: false, rows: 10 };
  const slow = Array.from({ length: 10 }, (_, row) => ({ seconds: 0.5 + row * 0.13, row, stretch }));
  const video = { ...samples(20, [0], TENTHS), cut: 0 };
  expect(timesOfFrames(video, slow, 10)).toEqual(TENTHS.slice(5, 15));
  const seconds = slow.map((one) => one.seconds);
  const twice = {
    ...samples(
      20,
      [0],
      TENTHS.map((time) => time / 2),
    ),
    cut: 0,
  }; // 20 frames a second, not 10
  expect(timesOfFrames(twice, slow, 10)).toEqual(seconds);
  const more = slow.map((one) => ({ ...one, stretch: { ...stretch, to: 1.7 } }));
  expect(timesOfFrames(video, more, 10)).toEqual(seconds);
});
