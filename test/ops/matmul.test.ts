import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import type { ElementType } from '../../src/gpu/tensor';
import {
  backwardKernel,
  backwardWeightKernel,
  forwardKernel,
  linear,
  linearRows,
  matmulKernels,
  matmulTiledKernels,
  matmulWideKernels,
} from '../../src/ops/matmul';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, seedGradient, trainable, upload } from '../gpu';
import * as reference from '../reference/matmul';
import { type MatmulSizes, matmul, matmulBackward, matmulBackwardWeight } from '../reference/matmul';

/** Odd, prime and skinny sizes; one shared input and one input a group. */
const plainSizes: MatmulSizes[] = [
  { N: 5, J: 1, I: 7, G: 3, O: 11 },
  { N: 5, J: 3, I: 7, G: 3, O: 11 },
  { N: 1, J: 1, I: 1, G: 1, O: 1 },
];

/** Whole tiles, LoRA's skinny products, and rows and channels that end in the middle of a tile. */
const tiledSizes: MatmulSizes[] = [
  { N: 16, J: 1, I: 8, G: 2, O: 16 },
  { N: 37, J: 2, I: 8, G: 2, O: 20 },
  { N: 10, J: 1, I: 20, G: 3, O: 8 },
];

const wideSizes: MatmulSizes[] = [
  { N: 16, J: 1, I: 32, G: 2, O: 16 },
  { N: 37, J: 2, I: 20, G: 2, O: 36 },
  { N: 19, J: 1, I: 24, G: 3, O: 16 },
];

const cases = [
  ...[...plainSizes, ...tiledSizes].map((sizes) => ({ kernels: matmulKernels, sizes })),
  ...[...tiledSizes, ...wideSizes].map((sizes) => ({ kernels: matmulTiledKernels, sizes })),
  ...wideSizes.map((sizes) => ({ kernels: matmulWideKernels, sizes })),
].map(({ kernels, sizes }) => ({
  kernels,
  sizes,
  name: `${kernels.forward.label.split('.')[0]} with ${JSON.stringify(sizes)}`,
}));
const types: ElementType[] = ['f32', 'bf16', 'f16'];

const inputs = ({ N, J, I, G, O }: MatmulSizes) => ({
  x: randoms(N * J * I, 1),
  weight: randoms(G * I * O, 2),
  dy: randoms(N * G * O, 3),
});

describe.each(cases)('$name', ({ kernels, sizes }) => {
  const { x, weight, dy } = inputs(sizes);

  test.each(types)('forward, weight in %s', async (type) => {
    const tensors = { x: upload('N J I', sizes, x), weight: upload('G I O', sizes, weight, type) };
    const y = upload('N G O', sizes, dy);
    const expected = matmul(x, weight, sizes, 0.5);
    const set = call(kernels.forward, { ...tensors, y }, { SCALE: 0.5 });
    expect(maxError(await runAndRead([set], y), expected)).toBeLessThan(1e-5);
    const add = call(kernels.forward, { ...tensors, y }, { SCALE: 0.5, ADD: true });
    expect(
      maxError(
        await runAndRead([add], y),
        expected.map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-5);
  });

  test.each(types)('backward, weight in %s', async (type) => {
    const tensors = { dy: upload('N G O', sizes, dy), weight: upload('G I O', sizes, weight, type) };
    const dx = upload('N J I', sizes, x);
    const expected = matmulBackward(dy, weight, sizes, 0.5);
    const set = call(kernels.backward, { ...tensors, dx }, { SCALE: 0.5 });
    expect(maxError(await runAndRead([set], dx), expected)).toBeLessThan(1e-5);
    const add = call(kernels.backward, { ...tensors, dx }, { SCALE: 0.5, ADD: true });
    expect(
      maxError(
        await runAndRead([add], dx),
        expected.map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-5);
  });

  test('backward into the weight', async () => {
    const tensors = { x: upload('N J I', sizes, x), dy: upload('N G O', sizes, dy) };
    const dweight = upload('G I O', sizes, weight);
    const expected = matmulBackwardWeight(x, dy, sizes, 0.5);
    const set = call(kernels.backwardWeight, { ...tensors, dweight }, { SCALE: 0.5 });
    expect(maxError(await runAndRead([set], dweight), expected)).toBeLessThan(1e-5);
    const add = call(kernels.backwardWeight, { ...tensors, dweight }, { SCALE: 0.5, ADD: true });
    expect(
      maxError(
        await runAndRead([add], dweight),
        expected.map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-5);
  });
});

test.each(plainSizes)('the reference gradients are those of the reference, J $J', (sizes) => {
  const { x, weight, dy } = inputs(sizes);
  const dx = numericalGradient((at) => matmul(at, weight, sizes, 0.5), x, dy);
  expect(maxError(matmulBackward(dy, weight, sizes, 0.5), dx)).toBeLessThan(1e-6);
  const dweight = numericalGradient((at) => matmul(x, at, sizes, 0.5), weight, dy);
  expect(maxError(matmulBackwardWeight(x, dy, sizes, 0.5), dweight)).toBeLessThan(1e-6);
});

test('the way is chosen by sizes and by the kind of GPU', () => {
  const sizes = { N: 256, J: 1, I: 128, G: 8, O: 16 };
  expect(forwardKernel(sizes, { software: false })).toBe(matmulTiledKernels.forward);
  expect(forwardKernel({ ...sizes, O: 31 }, { software: false })).toBe(matmulKernels.forward);
  expect(backwardKernel({ ...sizes, N: 7 }, { software: false })).toBe(matmulKernels.backward);
  expect(backwardWeightKernel({ ...sizes, N: 3 }, { software: false })).toBe(matmulKernels.backwardWeight);
  expect(forwardKernel(sizes, { software: true })).toBe(matmulWideKernels.forward);
  expect(forwardKernel({ ...sizes, N: 64, G: 2 }, { software: true })).toBe(matmulTiledKernels.forward);
  expect(backwardKernel({ ...sizes, I: 8, O: 512 }, { software: true })).toBe(matmulTiledKernels.backward);
  expect(backwardWeightKernel({ ...sizes, O: 8, N: 1024 }, { software: true })).toBe(matmulTiledKernels.backwardWeight);
});

test('two linears into one y, through the tape', async () => {
  const sizes = { N: 6, J: 1, I: 5, G: 2, O: 3 };
  const { x, weight, dy } = inputs(sizes);
  const other = randoms(weight.length, 4);
  const tape = new Tape();
  const input = trainable('N J I', sizes, x);
  const w1 = trainable('G I O', sizes, weight);
  const w2 = trainable('G I O', sizes, other);
  const y = linear(tape, { x: input, weight: w1 });
  expect(linear(tape, { x: input, weight: w2, scale: 0.25, addTo: y })).toBe(y);
  seedGradient(tape, y, dy);
  tape.differentiate();
  const expected = matmul(x, weight, sizes).map((v, i) => v + matmul(x, other, sizes, 0.25)[i]!);
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-5);
  const calls = [...tape.forward, ...tape.backward];
  expect(maxError(await runAndRead(calls, w2.gradient!), matmulBackwardWeight(x, dy, sizes, 0.25))).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], w1.gradient!), matmulBackwardWeight(x, dy, sizes))).toBeLessThan(1e-5);
  const dx = matmulBackward(dy, weight, sizes).map((v, i) => v + matmulBackward(dy, other, sizes, 0.25)[i]!);
  expect(maxError(await runAndRead([], input.gradient!), dx)).toBeLessThan(1e-5);
});

/** Sizes for the plain, the tiled and, on software, the wide way; nowhere as many inputs as outputs. */
describe.each([
  { N: 5, I: 7, O: 11 },
  { N: 10, I: 20, O: 36 },
  { N: 96, I: 96, O: 132 },
])('linearRows with $N rows, $I inputs, $O outputs', (sizes) => {
  const [x, weight] = [randoms(sizes.N * sizes.I, 1), randoms(sizes.O * sizes.I, 2)];
  const [other, dy] = [randoms(sizes.O * sizes.I, 3), randoms(sizes.N * sizes.O, 4)];
  const expected = reference.linearRows(x, weight, sizes, 0.5);

  test.each(types)('forward and the gradient of x, weight in %s', async (type) => {
    const tape = new Tape({ software: true });
    const input = trainable('N I', sizes, x);
    const y = linearRows(tape, { x: input, weight: upload('O I', sizes, weight, type), scale: 0.5 });
    seedGradient(tape, y, dy);
    tape.differentiate();
    expect(tape.backward).toHaveLength(1);
    expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-5);
    const transposed = weight.map((_, at) => weight[(at % sizes.O) * sizes.I + Math.floor(at / sizes.O)]!);
    const dx = reference.linearRows(dy, transposed, { I: sizes.O, O: sizes.I }, 0.5);
    expect(maxError(await runAndRead(tape.backward, input.gradient!), dx)).toBeLessThan(1e-5);
  });

  test('two into one y, both weights trained', async () => {
    const tape = new Tape({ software: true });
    const input = upload('N I', sizes, x);
    const [w1, w2] = [trainable('O I', sizes, weight), trainable('O I', sizes, other)];
    const y = linearRows(tape, { x: input, weight: w1, scale: 0.5 });
    expect(linearRows(tape, { x: input, weight: w2, addTo: y })).toBe(y);
    seedGradient(tape, y, dy);
    tape.differentiate();
    const sum = reference.linearRows(x, other, sizes).map((v, i) => v + expected[i]!);
    expect(maxError(await runAndRead(tape.forward, y), sum)).toBeLessThan(1e-5);
    const dweight = matmulBackwardWeight(dy, x, { N: sizes.N, J: 1, I: sizes.O, G: 1, O: sizes.I });
    expect(maxError(await runAndRead(tape.backward, w2.gradient!), dweight)).toBeLessThan(1e-5);
    const halved = dweight.map((v) => v / 2);
    expect(maxError(await runAndRead([], w1.gradient!), halved)).toBeLessThan(1e-5);
  });
});

test('the gradients that linearRows is held against are those of its reference', () => {
  const sizes = { N: 3, I: 5, O: 4 };
  const [x, weight, dy] = [randoms(15, 1), randoms(20, 2), randoms(12, 3)];
  const transposed = weight.map((_, at) => weight[(at % 4) * 5 + Math.floor(at / 4)]!);
  const dx = numericalGradient((at) => reference.linearRows(at, weight, sizes), x, dy);
  expect(maxError(reference.linearRows(dy, transposed, { I: 4, O: 5 }), dx)).toBeLessThan(1e-6);
  const dweight = numericalGradient((at) => reference.linearRows(x, at, sizes), weight, dy);
  expect(maxError(matmulBackwardWeight(dy, x, { N: 3, J: 1, I: 4, G: 1, O: 5 }), dweight)).toBeLessThan(1e-6);
});

test('nothing is recorded for what is frozen', () => {
  const sizes = { N: 6, J: 1, I: 5, G: 2, O: 3 };
  const tape = new Tape();
  const y = linear(tape, { x: upload('N J I', sizes), weight: upload('G I O', sizes) });
  expect(tape.needs(y)).toBe(false);
  tape.differentiate();
  expect(tape.backward).toEqual([]);
});

test('sizes that disagree are named', () => {
  const x = upload('N J I', { N: 5, J: 1, I: 7 });
  const weight = upload('G I O', { G: 2, I: 8, O: 3 });
  const y = upload('N G O', { N: 5, G: 2, O: 3 });
  expect(() => call(matmulKernels.forward, { x, weight, y })).toThrow('matmul.forward: I is 7 in x but 8 in weight');
  const grouped = upload('N J I', { N: 5, J: 3, I: 8 });
  expect(() => linear(new Tape(), { x: grouped, weight })).toThrow('3: not 1, not 2');
  // @ts-expect-error the shape is wrong, and the compiler knows
  expect(() => call(matmulKernels.forward, { x: y, weight, y })).toThrow('x is (N, G, O), not (N, J, I)');
});
