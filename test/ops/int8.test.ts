import { describe, expect, test } from 'vitest';
import { fromF16, toF16 } from '../../src/floats';
import { int8Rows, q8Rows } from '../../src/gpu/int8_rows';
import { call } from '../../src/gpu/kernel';
import { type Int8Type, rowsOf, type Sizes, type Tensor, tensor } from '../../src/gpu/tensor';
import { embed } from '../../src/ops/embed';
import { headLogits } from '../../src/ops/head_logits';
import { linearRows, matmulKernels, matmulTiledKernels, matmulWideKernels } from '../../src/ops/matmul';
import { rmsNormKernels } from '../../src/ops/rms_norm';
import { Tape } from '../../src/tape/tape';
import { maxError, memory, numericalGradient, randoms, runAndRead, seedGradient, trainable, upload } from '../gpu';
import { embed as referenceEmbed } from '../reference/embed';
import { blocksOf, quantise } from '../reference/int8';
import * as reference from '../reference/matmul';
import { piecesOf } from './pieces';

const halved = (scale: number) => fromF16(toF16(Float32Array.of(scale))[0]!);

/** Weights on the GPU, and the values that they stand for. */
function quantised<const S extends string>(
  type: Int8Type,
  shape: S,
  sizes: Sizes<S>,
  weight: number[],
  columns: number,
) {
  const weights = tensor('weight', shape, sizes, { type, kind: 'frozen' });
  if (type === 'int8') {
    memory.upload(weights, int8Rows(Float32Array.from(weight), columns));
    return { weights, values: [...quantise(weight, columns, columns).values] };
  }
  const rows = quantise(weight, columns, 32, halved);
  memory.upload(
    weights,
    q8Rows(
      blocksOf(rows, (scale) => toF16(Float32Array.of(scale))[0]!),
      columns,
    ),
  );
  return { weights, values: [...rows.values] };
}

/** The rows differ in size, so that a scale taken from another row shows. */
const uneven = (count: number, columns: number, seed: number) =>
  randoms(count, seed).map((value, i) => value * (1 + (Math.floor(i / columns) % 7) + (Math.floor(i / 32) % 3)));

/** For the plain, the tiled and, on software, the wide way; odd numbers of words, and columns that are no whole words. */
describe.each([
  { N: 5, I: 7, O: 11, type: 'int8' },
  { N: 1, I: 64, O: 9, type: 'q8_0' },
  { N: 10, I: 20, O: 36, type: 'int8' },
  { N: 10, I: 96, O: 20, type: 'q8_0' },
  { N: 96, I: 100, O: 132, type: 'int8' },
  { N: 96, I: 96, O: 132, type: 'q8_0' },
] as const)('linearRows of $N rows with $O rows of $I in $type', ({ type, ...sizes }) => {
  const weight = uneven(sizes.O * sizes.I, sizes.I, 2);
  const [x, dy] = [randoms(sizes.N * sizes.I, 1), randoms(sizes.N * sizes.O, 4)];

  test('forward and the gradient of x', async () => {
    const { weights, values } = quantised(type, 'O I', sizes, weight, sizes.I);
    const tape = new Tape({ software: true });
    const input = trainable('N I', sizes, x);
    const y = linearRows(tape, { x: input, weight: weights, scale: 0.5 });
    seedGradient(tape, y, dy);
    tape.differentiate();
    expect(maxError(await runAndRead(tape.forward, y), reference.linearRows(x, values, sizes, 0.5))).toBeLessThan(1e-5);
    const transposed = values.map((_, at) => values[(at % sizes.O) * sizes.I + Math.floor(at / sizes.O)]!);
    const dx = reference.linearRows(dy, transposed, { I: sizes.O, O: sizes.I }, 0.5);
    expect(maxError(await runAndRead(tape.backward, input.gradient!), dx)).toBeLessThan(1e-5);
    if (x.length > 64) return; // central differences of the others take minutes
    const differences = numericalGradient((at) => reference.linearRows(at, values, sizes, 0.5), x, dy);
    expect(maxError(await runAndRead([], input.gradient!), differences)).toBeLessThan(1e-5);
  });
});

/** Groups side by side, as no model of the hub has them; the kernels do not know that. */
test.each([
  [matmulKernels, { N: 5, J: 3, I: 7, G: 3, O: 11 }],
  [matmulTiledKernels, { N: 37, J: 2, I: 8, G: 2, O: 20 }],
  [matmulWideKernels, { N: 19, J: 1, I: 24, G: 3, O: 16 }],
])('%# groups, forward and backward', async (kernels, sizes) => {
  const weight = uneven(sizes.G * sizes.I * sizes.O, sizes.O, 2);
  const { weights, values } = quantised('int8', 'G I O', sizes, weight, sizes.O);
  const [x, dy] = [randoms(sizes.N * sizes.J * sizes.I, 1), randoms(sizes.N * sizes.G * sizes.O, 3)];
  const y = upload('N G O', sizes);
  const forward = call(kernels.forward, { x: upload('N J I', sizes, x), weight: weights, y });
  expect(maxError(await runAndRead([forward], y), reference.matmul(x, values, sizes))).toBeLessThan(1e-5);
  const dx = upload('N J I', sizes);
  const backward = call(kernels.backward, { dy: upload('N G O', sizes, dy), weight: weights, dx });
  expect(maxError(await runAndRead([backward], dx), reference.matmulBackward(dy, values, sizes))).toBeLessThan(1e-5);
});

test.each([
  ['int8', 67],
  ['q8_0', 64],
] as const)('a row of a table in %s for each token, in pieces', async (type, C) => {
  const tokens = [3, 0, 3, 6, 1, 6, 6, 0, 3];
  const table = uneven(7 * C, C, 1);
  const pieces = piecesOf(table, C, [3, 1, 3]).map(({ sizes, values }) => quantised(type, 'V C', sizes, values, C));
  const tape = new Tape();
  const y = embed(tape, {
    tokens: upload('N', { N: tokens.length }, tokens, 'u32'),
    table: pieces.map(({ weights }) => weights),
    scale: 1.5,
  });
  const values = pieces.flatMap((piece) => piece.values);
  expect(maxError(await runAndRead(tape.forward, y), referenceEmbed(tokens, values, C, 1.5))).toBeLessThan(1e-6);
});

test('logits of a head in pieces, and of a tile that begins within one', async () => {
  const [N, C, V] = [9, 36, 300];
  const [hidden, table] = [randoms(N * C, 1), uneven(V * C, C, 2)];
  const pieces = piecesOf(table, C, [256, 44]).map(({ sizes, values }) => quantised('int8', 'V C', sizes, values, C));
  const values = pieces.flatMap((piece) => piece.values);
  const expected = reference.linearRows(hidden, values, { I: C, O: V });
  const tape = new Tape();
  const logits = upload('N V', { N, V });
  headLogits(tape, { hidden: upload('N C', { N, C }, hidden), table: pieces.map(({ weights }) => weights), logits });
  expect(maxError(await runAndRead(tape.forward, logits), expected)).toBeLessThan(1e-5);

  const tile = rowsOf(pieces[0]!.weights as Tensor<'V C'>, 128, 100);
  const own = new Tape();
  const part = upload('N V', { N, V: 100 });
  headLogits(own, { hidden: upload('N C', { N, C }, hidden), table: [tile], logits: part });
  const within = expected.filter((_, i) => i % V >= 128 && i % V < 228);
  expect(maxError(await runAndRead(own.forward, part), within)).toBeLessThan(1e-5);
});

test('what reads no rows refuses them', () => {
  const sizes = { N: 2, C: 8 };
  const scale = tensor('scale', 'C', sizes, { type: 'int8', kind: 'frozen' });
  const tensors = { x: upload('N C', sizes), scale, y: upload('N C', sizes), rstd: upload('N', sizes) };
  expect(() => call(rmsNormKernels.forward, tensors)).toThrow('rms_norm.forward: scale is int8, not f32');
});
