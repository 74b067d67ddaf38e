import { expect, test } from 'vitest';
import { hash, mix, shuffle, shuffled } from '../../src/shuffle';
import { splitWindows } from '../../src/tokens/split';

/** Windows of two tokens each. */
function windowsOf(contents: readonly number[], chat: (w: number) => boolean) {
  const tokens = Uint16Array.from(contents.flatMap((content) => [1, content]));
  const windows = {
    tokens,
    lossMask: tokens.map(() => 1) as unknown as Uint8Array<ArrayBuffer>,
    offsets: Uint32Array.from([...contents.keys(), contents.length], (w) => 2 * w),
  };
  const origins = contents.map((_, w) => ({ chat: chat(w), file: 'a', line: w + 1, truncatedTokens: 0 }));
  return { windows, origins };
}

const distinct = (count: number) => Array.from({ length: count }, (_, i) => i);

function splitOf(contents: readonly number[], chat: (w: number) => boolean, fraction: number, seed = 0) {
  const { windows, origins } = windowsOf(contents, chat);
  const { training, heldout } = splitWindows(windows, origins, fraction, seed);
  expect([...training, ...heldout].sort((a, b) => a - b)).toEqual(distinct(contents.length));
  expect([...heldout]).toEqual([...heldout].sort((a, b) => a - b));
  return { training: [...training], heldout: [...heldout] };
}

test('both halves have a window and together all of them, whatever the sizes', () => {
  for (const chat of [() => true, () => false, (w: number) => w % 3 === 0]) {
    for (let count = 2; count <= 40; count++) {
      for (const fraction of [0.01, 0.1, 0.25, 0.5]) {
        const { training, heldout } = splitOf(distinct(count), chat, fraction, count);
        expect(training.length).toBeGreaterThan(0);
        expect(heldout.length).toBeGreaterThan(0);
        expect(Math.abs(heldout.length - count * fraction)).toBeLessThanOrEqual(1.01);
      }
    }
  }
});

test('no share, nothing held out', () => {
  expect(splitOf(distinct(5), () => true, 0).heldout).toEqual([]);
  expect(splitOf(distinct(1), () => false, 0).training).toEqual([0]);
});

test('the seed decides', () => {
  for (const chat of [() => true, () => false]) {
    const of = (seed: number) => splitOf(distinct(400), chat, 0.1, seed).heldout;
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  }
});

test('copies of a conversation are on one side', () => {
  for (let seed = 0; seed < 20; seed++) {
    const contents = distinct(100).map((i) => (i < 30 ? 7 : i % 60));
    const { training, heldout } = splitOf(contents, () => true, 0.2, seed);
    const learned = new Set(training.map((w) => contents[w]));
    expect(heldout.filter((w) => learned.has(contents[w]))).toEqual([]);
    expect(heldout.length).toBeGreaterThan(10);
    expect(heldout.length).toBeLessThan(40);
  }
});

test('where every example has many copies, the fewest are held out', () => {
  const { heldout } = splitOf([1, 1, 1, 2, 2, 3, 3, 3], () => true, 0.1);
  expect(heldout).toEqual([3, 4]);
});

test('plain text is held out in at most four stretches', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { heldout } = splitOf(distinct(1000), () => false, 0.1, seed);
    expect(heldout.length).toBe(100);
    expect(heldout.filter((w, i) => w !== (heldout[i - 1] ?? -2) + 1).length).toBeLessThanOrEqual(4);
  }
});

test('too little data says how much is needed', () => {
  const { windows, origins } = windowsOf([5], () => false);
  expect(() => splitWindows(windows, origins, 0.1, 0)).toThrow(/1 window, and at least 2 are needed/);
  const same = windowsOf([5, 5, 5], () => true);
  expect(() => splitWindows(same.windows, same.origins, 0.1, 0)).toThrow(/All examples are the same/);
});

test('the shuffle is a permutation for every size, and keys and sizes give others', () => {
  for (const size of [1, 2, 3, 5, 16, 17, 64, 100, 1000, 4097]) {
    const order = shuffle(size, 9);
    expect([...order].sort((a, b) => a - b)).toEqual(distinct(size));
    if (size > 4) expect(order).not.toEqual(shuffle(size, 10));
  }
});

test('the shuffle sends each item to each place about equally often', () => {
  const size = 7;
  const counts = Array.from({ length: size * size }, () => 0);
  for (let key = 0; key < 7000; key++)
    for (let i = 0; i < size; i++) counts[i * size + shuffled(i, size, hash(key))]!++;
  // 1000 expected in each cell; the standard deviation is about 29.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(160);
});

test('random numbers are the same everywhere: golden values', () => {
  expect([mix(0), mix(1), mix(0xffffffff)]).toEqual([0, 1364076727, 2180083513]);
  expect(shuffle(10, 1)).toEqual([6, 1, 4, 5, 0, 9, 2, 3, 8, 7]);
});
