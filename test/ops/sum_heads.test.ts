import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { sumHeadsKernels } from '../../src/ops/sum_heads';
import { maxError, numericalGradient, randoms, runAndRead, upload } from '../gpu';
import { sumHeads } from '../reference/sum_heads';

const sizes = { G: 3, R: 5, O: 29 };
const RO = sizes.R * sizes.O;
const b = randoms(sizes.G * RO, 1);
const dy = randoms(RO, 2);

test.each(['f32', 'bf16', 'f16'] as const)('forward, b in %s', async (type) => {
  const y = upload('R O', sizes);
  const forward = call(sumHeadsKernels.forward, { b: upload('G R O', sizes, b, type), y });
  expect(maxError(await runAndRead([forward], y), sumHeads(b, sizes.G, RO))).toBeLessThan(1e-6);
});

test('backward', async () => {
  const db = upload('G R O', sizes, b);
  const tensors = { dy: upload('R O', sizes, dy), db };
  const expected = numericalGradient((at) => sumHeads(at, sizes.G, RO), b, dy);
  const set = call(sumHeadsKernels.backward, tensors);
  expect(maxError(await runAndRead([set], db), expected)).toBeLessThan(1e-5);
  const add = call(sumHeadsKernels.backward, tensors, { ADD: true });
  expect(
    maxError(
      await runAndRead([add], db),
      expected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-5);
});

test('sizes that disagree are named', () => {
  const tensors = { b: upload('G R O', sizes), y: upload('R O', { R: 5, O: 30 }) };
  expect(() => call(sumHeadsKernels.forward, tensors)).toThrow('sum_heads.forward: O is 29 in b but 30 in y');
});
