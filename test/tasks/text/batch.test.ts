import { expect, test } from 'vitest';
import { countedTokens, prepare } from '../../../src/tasks/text/batch';

const batch = {
  tokens: Uint32Array.of(7, 8, 9, 5, 6, 0),
  targets: Uint32Array.of(8, 9, 1, 6, 0, 0),
  inputMask: Uint32Array.of(1, 1, 1, 1, 1, 0),
  lossMask: Float32Array.of(0, 1, 1, 1, 0, 0),
};

test('positions count valid tokens; padding sees nothing and is seen by nobody', () => {
  const prepared = prepare(batch, 3, countedTokens(batch));
  expect([...prepared.position]).toEqual([0, 1, 2, 0, 1, 1]);
  expect([...prepared.queryBlock]).toEqual([0, 1, 2, 0, 1, -1]);
  expect([...prepared.keyBlock]).toEqual([0, 1, 2, 0, 1, 2 ** 31 - 1]);
});

test('loss weights add up to one over all that counts', () => {
  const prepared = prepare(batch, 3, 6); // another micro-batch counts three more
  expect([...prepared.weight]).toEqual([0, 1 / 6, 1 / 6, 1 / 6, 0, 0].map(Math.fround));
  expect([...prepare(batch, 3, 0).weight]).toEqual([0, 0, 0, 0, 0, 0]);
});
