import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { reshape, rowsOf } from '../../src/gpu/tensor';
import { crossEntropy, crossEntropyKernels } from '../../src/ops/cross_entropy';
import { geglu } from '../../src/ops/geglu';
import { plan } from '../../src/plan/plan';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/cross_entropy';
import * as gegluReference from '../reference/geglu';
import { piecesOf } from './pieces';

/** Three tiles of 128, the last one partly filled; odd width. */
const sizes = { N: 7, V: 300, C: 5 };
const { N, V, C } = sizes;
const tile = 128;
const targets = [0, 127, 128, 299, 255, 256, 5];
const weight = [0.25, 0.25, 0, 0.25, 0.125, 0, 0.125];
const hidden = randoms(N * C, 1).map((v) => v * 4);
const table = randoms(V * C, 2);

const nllExpected = reference.crossEntropy(hidden, table, targets, C);
const weigh = (nll: number[]) => [nll.reduce((sum, value, n) => sum + value * (weight[n] as number), 0)];
const lossExpected = weigh(nllExpected)[0] as number;
const lossOf = (h: number[], w: number[]) => weigh(reference.crossEntropy(h, w, targets, C));
const dhiddenExpected = numericalGradient((at) => lossOf(at, table), hidden, [1]);
const dtableExpected = numericalGradient((at) => lossOf(hidden, at), table, [1]);

/** Inputs, and the outputs as memory may hold them before. */
const operands = () => ({
  targets: upload('N', sizes, targets, 'u32'),
  weight: upload('N', sizes, weight),
  nll: upload(
    'N',
    sizes,
    weight.map(() => Number.NaN),
  ),
  loss: upload('', {}, [2]),
});

describe.each([
  ['f32', 128],
  ['bf16', 128],
  ['bf16', 256],
  ['f32', 512],
] as const)('table in %s, tiles of %d', (type, rows) => {
  test('forward: nll is set, loss is added', async () => {
    const tape = new Tape();
    const t = operands();
    crossEntropy(tape, {
      ...t,
      hidden: upload('N C', sizes, hidden),
      table: [upload('V C', sizes, table, type)],
      tile: rows,
    });
    expect(maxError(await runAndRead(tape.forward, t.loss), [2 + lossExpected])).toBeLessThan(2e-6);
    expect(maxError(await runAndRead([], t.nll), nllExpected)).toBeLessThan(2e-6);
    expect(tape.backward).toEqual([]);
  });

  test('gradient of hidden', async () => {
    const tape = new Tape();
    const parameter = trainable('N C', sizes, hidden);
    crossEntropy(tape, { ...operands(), hidden: parameter, table: [upload('V C', sizes, table, type)], tile: rows });
    tape.differentiate();
    const calls = [...tape.forward, ...tape.backward];
    expect(maxError(await runAndRead(calls, parameter.gradient as typeof parameter), dhiddenExpected)).toBeLessThan(
      1e-5,
    );
  });
});

test('gradient of the table, and of nothing else', async () => {
  const tape = new Tape();
  const parameter = trainable('V C', sizes, table);
  crossEntropy(tape, { ...operands(), hidden: upload('N C', sizes, hidden), table: [parameter], tile });
  tape.differentiate();
  const calls = [...tape.forward, ...tape.backward];
  expect(maxError(await runAndRead(calls, parameter.gradient as typeof parameter), dtableExpected)).toBeLessThan(1e-5);
  expect(calls.filter((c) => c.kernel.label.startsWith('matmul') && c.tensors.y)).toEqual([]);
});

test('the gradient of an activation is set by the first tile and added by the others', async () => {
  const x = randoms(N * 2 * C, 3);
  const tape = new Tape();
  const parameter = trainable('N G F', { N, G: 2, F: C }, x);
  const activation = reshape(geglu(tape, { x: parameter }), 'N C', sizes);
  crossEntropy(tape, { ...operands(), hidden: activation, table: [upload('V C', sizes, table)], tile });
  tape.differentiate();
  const calls = [...tape.forward, ...tape.backward];
  const expected = numericalGradient((at) => lossOf(gegluReference.geglu(at, C), table), x, [1]);
  const once = await runAndRead(calls, parameter.gradient as typeof parameter);
  expect(maxError(once, expected)).toBeLessThan(1e-5);
  const twice = await runAndRead(calls, parameter.gradient as typeof parameter);
  expect(
    maxError(
      twice,
      expected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-5);
});

/** Of logits of ±4: far from none, and from all. */
const CAP = 1.5;

describe.each([
  ['whole', null, [300], 128],
  ['whole, capped', CAP, [300], 128],
  ['in pieces', null, [128, 128, 44], 128],
  ['in pieces of one tile and a part', null, [256, 44], 512],
  ['in pieces, capped', CAP, [128, 172], 128],
] as const)('a head %s', (_, cap, rows, tile) => {
  const pieces = piecesOf(table, C, rows);
  const nll = (h: number[], w: number[]) => reference.crossEntropy(h, w, targets, C, cap);
  const frozen = () => pieces.map(({ sizes, values }) => upload('V C', sizes, values, 'bf16'));

  test('forward', async () => {
    const tape = new Tape();
    const t = operands();
    crossEntropy(tape, { ...t, hidden: upload('N C', sizes, hidden), table: frozen(), cap, tile });
    expect(maxError(await runAndRead(tape.forward, t.nll), nll(hidden, table))).toBeLessThan(3e-6);
  });

  test('gradients of hidden and of the head', async () => {
    const tape = new Tape();
    const parameter = trainable('N C', sizes, hidden);
    const parameters = pieces.map(({ sizes, values }) => trainable('V C', sizes, values));
    crossEntropy(tape, { ...operands(), hidden: parameter, table: parameters, cap, tile });
    tape.differentiate();
    const dhidden = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient!);
    expect(
      maxError(
        dhidden,
        numericalGradient((at) => weigh(nll(at, table)), hidden, [1]),
      ),
    ).toBeLessThan(1e-5);
    const dtable: number[] = [];
    for (const { gradient } of parameters) dtable.push(...(await runAndRead([], gradient!)));
    expect(
      maxError(
        dtable,
        numericalGradient((at) => weigh(nll(hidden, at)), table, [1]),
      ),
    ).toBeLessThan(1e-5);
  });
});

test('what is planned does not depend on how many rows of hidden’s memory there are, nor on the pieces', () => {
  const plannedBy = (rows: number, pieces: readonly number[]) => {
    const tape = new Tape();
    const one = { N: rows };
    const hidden = trainable('N C', { N: 40, C }, new Array(40 * C).fill(0));
    crossEntropy(tape, {
      hidden: rowsOf(hidden, 0, rows),
      table: piecesOf(table, C, pieces).map(({ sizes, values }) => upload('V C', sizes, values)),
      targets: upload('N', one, undefined, 'u32'),
      weight: upload('N', one),
      nll: upload('N', one),
      loss: upload('', {}),
      tile,
    });
    tape.differentiate();
    const { slots } = plan([...tape.forward, ...tape.backward]);
    return slots.map(({ kind, bytes }) => `${kind} ${bytes}`).sort();
  };
  const all = plannedBy(40, [300]);
  expect(all).toContain(`workspace ${4 * 40 * 128}`);
  expect(plannedBy(8, [300])).toEqual(all);
  expect(plannedBy(16, [200, 100])).toEqual(all);
});

test('large logits: no overflow, whichever tile holds the largest', async () => {
  const few = { N: 2, V: 256, C: 1 };
  const values = Array.from({ length: 256 }, (_, v) => (v === 3 ? -400 : v === 200 ? 400 : 0));
  const tape = new Tape();
  const nll = upload('N', { N: 2 });
  crossEntropy(tape, {
    hidden: upload('N C', few, [1, -1]),
    table: [upload('V C', few, values)],
    targets: upload('N', few, [200, 200], 'u32'),
    weight: upload('N', few, [0.5, 0.5]),
    nll,
    loss: upload('', {}),
    tile,
  });
  expect(maxError(await runAndRead(tape.forward, nll), [0, 800])).toBeLessThan(1e-6);

  const capped = new Tape();
  const parameter = trainable('N C', few, [1, -1]);
  crossEntropy(capped, {
    hidden: parameter,
    table: [upload('V C', few, values)],
    targets: upload('N', few, [200, 200], 'u32'),
    weight: upload('N', few, [0.5, 0.5]),
    nll,
    loss: upload('', {}),
    cap: 30,
    tile,
  });
  capped.differentiate();
  const slopes = await runAndRead([...capped.forward, ...capped.backward], parameter.gradient!);
  expect(maxError(await runAndRead([], nll), [0, 60])).toBeLessThan(1e-6);
  expect(maxError(slopes, [0, 0])).toBeLessThan(1e-6); // flat, that far out
});

test('many rows and the default tile', async () => {
  const many = { N: 150, V: 1000, C: 3 };
  const h = randoms(many.N * 3, 5);
  const w = randoms(many.V * 3, 6);
  const ids = Array.from({ length: many.N }, (_, n) => (n * 37) % many.V);
  const tape = new Tape();
  const loss = upload('', {});
  const inputs = { hidden: upload('N C', many, h), table: [upload('V C', many, w)], loss, nll: upload('N', many) };
  const mean = upload(
    'N',
    many,
    ids.map(() => 1 / many.N),
  );
  crossEntropy(tape, { ...inputs, targets: upload('N', many, ids, 'u32'), weight: mean });
  expect(tape.forward.filter((c) => c.kernel === (crossEntropyKernels.forward as unknown))).toHaveLength(2);
  const expected = reference.crossEntropy(h, w, ids, 3).reduce((sum, v) => sum + v / many.N, 0);
  expect(maxError(await runAndRead(tape.forward, loss), [expected])).toBeLessThan(1e-6);
});

test('a tile where no binding may begin is refused', () => {
  const tensors = { hidden: upload('N C', sizes), table: [upload('V C', sizes)] };
  expect(() => crossEntropy(new Tape(), { ...operands(), ...tensors, tile: 100 })).toThrow('no multiple of 128');
});

test('sizes that disagree are named', () => {
  const { targets, nll } = operands();
  const perRow = { maximum: upload('N', sizes), sum: upload('N', sizes), nll };
  const tensors = { ...perRow, targets, logits: upload('N U', { N: 6, U: 128 }) };
  expect(() => call(crossEntropyKernels.forward, tensors)).toThrow(
    'cross_entropy.forward: N is 6 in logits but 7 in targets',
  );
});
