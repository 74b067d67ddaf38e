import { expect, test } from 'vitest';
import {
  batchAt,
  countTargets,
  EVALUATED_WINDOWS,
  heldoutBatches,
  mostCounted,
  type TokenBatch,
  type TokenDataset,
} from '../../src/tokens/batches';

const PAD = 99;
const T = 4;

/** Training windows of 2 to 5 tokens, told apart by their first token; the last `heldout` of them are held out. */
function datasetOf(count: number, heldout: number): TokenDataset {
  const windows = Array.from({ length: count }, (_, w) => [
    w,
    ...Array.from({ length: 1 + (w % T) }, (_, i) => 50 + i),
  ]);
  const offsets = [0];
  for (const window of windows) offsets.push(offsets.at(-1)! + window.length);
  return {
    tokens: Uint16Array.from(windows.flat()),
    lossMask: Uint8Array.from(windows.flatMap((window) => window.map((_, i) => (i > 0 && i % 2 === 1 ? 1 : 0)))),
    offsets: Uint32Array.from(offsets),
    training: Uint32Array.from({ length: count - heldout }, (_, w) => w),
    heldout: Uint32Array.from({ length: heldout }, (_, w) => count - heldout + w),
    sequenceLength: T,
    vocabularySize: 100,
    pad: PAD,
  };
}

/** The windows of batches, by their first token. */
const firsts = (batches: readonly { tokens: Uint32Array }[]) =>
  batches.flatMap(({ tokens }) => [...tokens].filter((_, i) => i % T === 0));

const countedIn = ({ lossMask }: TokenBatch) => Array.from(lossMask).reduce((sum, m) => sum + m, 0);

test('a batch, written out', () => {
  const dataset = { ...datasetOf(3, 0), training: Uint32Array.of(2), heldout: Uint32Array.of(2, 0) };
  const [batch, ...more] = heldoutBatches(dataset, 3);
  expect(more).toEqual([]);
  expect(batch).toEqual({
    tokens: Uint32Array.of(2, 50, 51, PAD, 0, PAD, PAD, PAD, PAD, PAD, PAD, PAD),
    targets: Uint32Array.of(50, 51, 52, PAD, 50, PAD, PAD, PAD, PAD, PAD, PAD, PAD),
    inputMask: Uint32Array.of(1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0),
    lossMask: Float32Array.of(1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0),
  });
  expect(batchAt(dataset, 0, 0, 1, 1)).toEqual([
    {
      tokens: Uint32Array.of(2, 50, 51, PAD),
      targets: Uint32Array.of(50, 51, 52, PAD),
      inputMask: Uint32Array.of(1, 1, 1, 0),
      lossMask: Float32Array.of(1, 0, 1, 0),
    },
  ]);
});

test('every training window once a pass, in another order each pass, held-out ones never', () => {
  for (const [count, batchSize, accumulation] of [
    [24, 4, 2],
    [26, 5, 1],
    [10, 3, 2],
    [3, 4, 2],
  ] as const) {
    const dataset = datasetOf(count, 2);
    const size = dataset.training.length;
    const seen: number[] = [];
    for (let step = 0; seen.length < 6 * size; step++)
      seen.push(...firsts(batchAt(dataset, 5, step, batchSize, accumulation)));
    const passes = Array.from({ length: 6 }, (_, pass) => seen.slice(pass * size, (pass + 1) * size));
    for (const pass of passes) expect([...pass].sort((a, b) => a - b)).toEqual([...dataset.training]);
    if (size > 8) expect(new Set(passes.map(String)).size).toBe(6);
  }
});

test('a step is the same whenever it is asked for; seeds differ', () => {
  const dataset = datasetOf(40, 4);
  const run = (from: number, to: number, seed = 3) => {
    const steps = [];
    for (let step = from; step < to; step++) steps.push(batchAt(dataset, seed, step, 4, 2));
    return steps;
  };
  const whole = run(0, 30);
  const stored = structuredClone(dataset);
  expect([...run(0, 13), ...run(13, 30)]).toEqual(whole);
  expect(Array.from({ length: 30 }, (_, step) => batchAt(stored, 3, 29 - step, 4, 2)).reverse()).toEqual(whole);
  expect(run(0, 5, 4)).not.toEqual(whole.slice(0, 5));
});

test('micro-batches together are the larger batch', () => {
  const dataset = datasetOf(40, 4);
  const micro = batchAt(dataset, 1, 6, 2, 4);
  expect(micro.length).toBe(4);
  expect(firsts(micro)).toEqual(firsts(batchAt(dataset, 1, 6, 8, 1)));
  for (const { tokens, targets, inputMask, lossMask } of micro) {
    expect([tokens.length, targets.length, inputMask.length, lossMask.length]).toEqual([8, 8, 8, 8]);
  }
});

test('every held-out window once, in order, the last batch padded', () => {
  const dataset = datasetOf(20, 7);
  const batches = [...heldoutBatches(dataset, 3)];
  expect(firsts(batches)).toEqual([...dataset.heldout, PAD, PAD]);
  expect(batches.map(({ tokens }) => tokens.length)).toEqual([12, 12, 12]);
  expect([...batches[2]!.inputMask.subarray(4)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect([...batches[2]!.lossMask.subarray(4)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect([...heldoutBatches(datasetOf(4, 0), 3)]).toEqual([]);
});

test('of many held-out windows an evaluation takes some from everywhere, the same each time', () => {
  const dataset = datasetOf(2000, 605);
  const taken = firsts([...heldoutBatches(dataset, 8)]);
  expect(taken.length).toBe(EVALUATED_WINDOWS);
  expect(firsts([...heldoutBatches(dataset, 8)])).toEqual(taken);
  const places = taken.map((w) => dataset.heldout.indexOf(w));
  const gaps = places.slice(1).map((place, i) => place - places[i]!);
  for (const gap of gaps) expect(Math.abs(gap - 605 / EVALUATED_WINDOWS)).toBeLessThan(1);
  expect([places[0]! < 10, places.at(-1)! > 594]).toEqual([true, true]);
});

test('no batch has more targets that count than is said beforehand, and some have as many', () => {
  for (const [count, heldout, batchSize] of [
    [24, 6, 1],
    [24, 6, 3],
    [26, 5, 5],
    [6, 2, 3],
    [4, 2, 7],
  ] as const) {
    const dataset = datasetOf(count, heldout);
    const most = mostCounted(countTargets(dataset), batchSize);
    const counts: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      for (let step = 0; step < 20; step++) counts.push(...batchAt(dataset, seed, step, batchSize, 2).map(countedIn));
    }
    counts.push(...[...heldoutBatches(dataset, batchSize)].map(countedIn));
    expect(Math.max(...counts), `${count} windows, batches of ${batchSize}`).toBe(most);
  }
});

test('held-out windows count too', () => {
  const dataset = { ...datasetOf(8, 0), training: Uint32Array.of(0), heldout: Uint32Array.of(3, 7) };
  expect(countTargets(dataset)).toEqual({ training: Uint32Array.of(1), heldout: Uint32Array.of(2, 2) });
  expect(mostCounted(countTargets(dataset), 1)).toBe(2);
  expect(mostCounted(countTargets(dataset), 2)).toBe(4);
});
