import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { rowsOf } from '../../src/gpu/tensor';
import { gradientNormKernels, PARTIAL_SUMS, STATE_NUMBERS } from '../../src/ops/gradient_norm';
import { maxError, randoms, runAndRead, upload } from '../gpu';
import * as reference from '../reference/gradient_norm';

const W = PARTIAL_SUMS;
const before = [0, 0, 1, 1, 0, 0, 0, 0];

/** The calls of one step over arenas of gradients, and the state that they change. */
function recordNorm(arenas: number[][], { clipNorm = 1, loss = 2 } = {}) {
  const partials = upload('W', { W: W * arenas.length });
  const state = upload('E', { E: STATE_NUMBERS }, before);
  const calls = arenas.map((page, n) => {
    const gradient = upload('P', { P: page.length }, page);
    return call(gradientNormKernels.partial, { gradient, partials: rowsOf(partials, n * W, W) });
  });
  const finish = { partials, loss: upload('', {}, [loss]), state };
  calls.push(call(gradientNormKernels.finish, finish, { CLIP_NORM: clipNorm, BETA1: 0.9, BETA2: 0.95 }));
  return { calls, state };
}

test.each([
  ['several arenas, clipped', [10007, 1, 4096], 1],
  ['one page smaller than a workgroup, not clipped', [37], 100],
])('%s', async (_, lengths, clipNorm) => {
  const arenas = lengths.map((length, seed) => randoms(length, seed + 1));
  const { norm, factor } = reference.gradientNorm(arenas.flat(), clipNorm);
  const { calls, state } = recordNorm(arenas, { clipNorm });
  expect(maxError(await runAndRead(calls, state), [norm, factor, 0.9, 0.95, 1, 1, 0, 0])).toBeLessThan(1e-5);
  expect(maxError(await runAndRead(calls, state), [norm, factor, 0.81, 0.9025, 1, 2, 0, 0])).toBeLessThan(1e-5);
});

test('a gradient of zeros is not divided by', async () => {
  const { calls, state } = recordNorm([[0, 0, 0]]);
  expect(maxError(await runAndRead(calls, state), [0, 1, 0.9, 0.95, 1, 1, 0, 0])).toBeLessThan(1e-6);
});

test.each([
  ['NaN in a gradient', [1, Number.NaN, 2], 2],
  ['infinity in a gradient', [1, Number.NEGATIVE_INFINITY, 2], 2],
  ['a norm too large for float32', [1e30, 1, 2], 2],
  ['a NaN loss', [1, 1, 2], Number.NaN],
  ['an infinite loss', [1, 1, 2], Number.POSITIVE_INFINITY],
])('%s: the step is refused and not counted', async (_, page, loss) => {
  const { calls, state } = recordNorm([page], { loss });
  const [, factor, power1, power2, finite, steps] = await runAndRead(calls, state);
  expect([factor, power1, power2, finite, steps]).toEqual([0, 1, 1, 0, 0]);
});

test('sizes that disagree are named', () => {
  const tensors = { gradient: upload('P', { P: 4 }), partials: upload('W', { W }) };
  // @ts-expect-error partials is (W), not (P)
  expect(() => call(gradientNormKernels.partial, { ...tensors, gradient: tensors.partials })).toThrow(
    'is (W), not (P)',
  );
});
