import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { headLogits, headLogitsKernels } from '../../src/ops/head_logits';
import { Tape } from '../../src/tape/tape';
import { maxError, randoms, runAndRead, upload } from '../gpu';
import * as reference from '../reference/head_logits';
import { piecesOf } from './pieces';

const sizes = { N: 3, V: 150, C: 12 };
const { N, V, C } = sizes;
const hidden = randoms(N * C, 1).map((v) => v * 4);
const table = randoms(V * C, 2);
const before = () => upload('N V', sizes, new Array(N * V).fill(Number.NaN));

test.each([
  ['whole', null, [150]],
  ['whole, capped', 5, [150]],
  ['in pieces', null, [64, 64, 22]],
  ['in pieces, capped', 5, [128, 22]],
] as const)('a head %s', async (_, cap, rows) => {
  const expected = reference.headLogits(hidden, table, C, cap);
  for (const type of ['f32', 'bf16'] as const) {
    const tape = new Tape();
    const logits = before();
    const pieces = piecesOf(table, C, rows).map(({ sizes, values }) => upload('V C', sizes, values, type));
    headLogits(tape, { hidden: upload('N C', sizes, hidden), table: pieces, cap, logits });
    expect(maxError(await runAndRead(tape.forward, logits), expected)).toBeLessThan(1e-6);
  }
});

test('far out a cap is not crossed, and near zero it changes little', async () => {
  const far = { N: 1, U: 6 };
  const logits = upload('N V', { N: 1, V: 6 });
  const values = [1e-6, -1e-6, 25, -25, 1e30, -1e30];
  const capped = call(headLogitsKernels.forward, { part: upload('N U', far, values), logits }, { CAP: 30 });
  const expected = values.map((x) => 30 * Math.tanh(x / 30));
  expect(maxError(await runAndRead([capped], logits), expected)).toBeLessThan(3e-6);
});

test('sizes that disagree are named', () => {
  const tensors = { part: upload('N U', { N: 2, U: 150 }), logits: upload('N V', sizes) };
  expect(() => call(headLogitsKernels.forward, tensors)).toThrow('head_logits.forward: N is 2 in part but 3 in logits');
});
