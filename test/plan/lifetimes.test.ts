import { expect, test } from 'vitest';
import { type Call, kernel, read, write } from '../../src/gpu/kernel';
import { type Tensor, tensor } from '../../src/gpu/tensor';
import { lifetimes, peakLiveBytes, prune } from '../../src/plan/lifetimes';
import { plan } from '../../src/plan/plan';

type Values = Tensor<'N'>;

const copy = kernel({
  label: 'test.copy',
  source: '',
  overrides: {},
  bindings: { x: read('N'), y: write('N') },
  workgroups: () => [1],
});

const values = (label: string, planned = true, N = 4): Values =>
  tensor(label, 'N', { N }, { kind: 'workspace', planned });

/** A dispatch that reads x and writes y; sizes do not matter to lifetimes. */
const from = (x: Values, y: Values): Call => ({
  kernel: copy as never,
  tensors: { x, y },
  constants: {},
  workgroups: [1],
  flops: 0,
});

const given = values('given', false);
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((label) => values(label)) as [Values, Values, Values, Values];

const lives = (calls: readonly Call[], ...outputs: Values[]) =>
  lifetimes(
    calls,
    outputs.map(({ storage }) => storage),
  ).map(({ storage, first, last }) => [storage.label, first, last]);

test('a storage lives from its first use to its last; what is not planned is not counted', () => {
  expect(lives([from(given, a), from(a, b), from(b, c), from(a, c)])).toEqual([
    ['a', 0, 3],
    ['b', 1, 2],
    ['c', 2, 3],
  ]);
});

test('an output lives to the end, wherever it was written', () => {
  const calls = [from(given, a), from(given, b), from(b, c), from(c, d)];
  expect(lives(calls)[0]).toEqual(['a', 0, 0]);
  expect(lives(calls, a)[0]).toEqual(['a', 0, 3]);
  expect(lives(calls, a, d).map(([label, , last]) => [label, last])).toEqual([
    ['a', 3],
    ['b', 2],
    ['c', 3],
    ['d', 3],
  ]);
  expect(lives([from(given, a)], values('never written'))).toEqual([['a', 0, 0]]);
});

test('nothing takes the slot of an output, because it is read after the last call', () => {
  const calls = [from(given, a), from(given, b), from(b, c), from(c, d)];
  const { slotOf, slots } = plan(calls, [], [a.storage]);
  for (const other of [b, c, d]) expect(slotOf.get(other.storage)).not.toBe(slotOf.get(a.storage));
  expect(slots).toHaveLength(3);
  expect(plan(calls).slots).toHaveLength(2);
});

test('the peak is the largest sum of bytes that live during one call', () => {
  const large = values('large', true, 100);
  const calls = [from(given, a), from(a, large), from(large, b), from(b, c)];
  expect(peakLiveBytes(lifetimes(calls), calls.length)).toBe(400 + 16);
  expect(peakLiveBytes(lifetimes(calls, [large.storage]), calls.length)).toBe(400 + 2 * 16);
  expect(peakLiveBytes([], 0)).toBe(0);
});

test('calls whose results nobody reads are dropped, and so is what only they needed', () => {
  const kept = values('kept', false);
  const calls = [from(given, a), from(a, b), from(given, c), from(c, kept), from(b, d)];
  expect(prune(calls)).toEqual([calls[2], calls[3]]);
  expect(prune(calls, [d.storage])).toEqual(calls);
  expect(prune(calls, [b.storage])).toEqual(calls.slice(0, 4));
});
