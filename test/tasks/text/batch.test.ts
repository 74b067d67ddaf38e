import { expect, test } from 'vitest';
import { countedTokens, lossRowsOf, prepare } from '../../../src/tasks/text/batch';

const batch = {
  tokens: Uint32Array.of(7, 8, 9, 5, 6, 0),
  targets: Uint32Array.of(8, 9, 1, 6, 0, 0),
  inputMask: Uint32Array.of(1, 1, 1, 1, 1, 0),
  lossMask: Float32Array.of(0, 1, 1, 1, 0, 0),
};

test('positions count valid tokens; padding sees nothing and is seen by nobody', () => {
  const prepared = prepare(batch, { T: 3, counted: countedTokens(batch), lossRows: 6 });
  expect([...prepared.position]).toEqual([0, 1, 2, 0, 1, 1]);
  expect([...prepared.queryBlock]).toEqual([0, 1, 2, 0, 1, -1]);
  expect([...prepared.keyBlock]).toEqual([0, 1, 2, 0, 1, 2 ** 31 - 1]);
});

test('loss weights add up to one over all that counts', () => {
  const prepared = prepare(batch, { T: 3, counted: 6, lossRows: 6 }); // another micro-batch counts three more
  expect([...prepared.weight]).toEqual([0, 1 / 6, 1 / 6, 1 / 6, 0, 0].map(Math.fround));
  expect([...prepare(batch, { T: 3, counted: 0, lossRows: 6 }).weight]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('where there is room for all, the loss is computed of all tokens in their order', () => {
  const { rows, targets } = prepare(batch, { T: 3, counted: 3, lossRows: 6 });
  expect([...rows]).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...targets]).toEqual([...batch.targets]);
});

test('else of those that count, filled up with what is beyond the last and weighs nothing', () => {
  const { rows, targets, weight } = prepare(batch, { T: 3, counted: 4, lossRows: 5 });
  expect([...rows]).toEqual([1, 2, 3, 6, 6]);
  expect([...targets]).toEqual([9, 1, 6, 0, 0]);
  expect([...weight]).toEqual([0.25, 0.25, 0.25, 0, 0]);
  expect([...prepare(batch, { T: 3, counted: 3, lossRows: 3 }).rows]).toEqual([1, 2, 3]);
  expect(() => prepare(batch, { T: 3, counted: 3, lossRows: 2 })).toThrow('3 tokens of a batch count, 2 planned');
});

test('there are so many of them as a batch may need, in multiples of eight, and never more than tokens', () => {
  const counted = { training: Uint32Array.of(3, 20, 9), heldout: Uint32Array.of(1) };
  expect(lossRowsOf({ B: 1, T: 50 })).toBe(50);
  expect(lossRowsOf({ B: 1, T: 50 }, counted)).toBe(24);
  expect(lossRowsOf({ B: 1, T: 21 }, counted)).toBe(21);
  expect(lossRowsOf({ B: 2, T: 50 }, counted)).toBe(40); // the 20 twice, where two passes meet
  const none = { training: Uint32Array.of(0), heldout: Uint32Array.of() };
  expect(lossRowsOf({ B: 1, T: 50 }, none)).toBe(8);
});
