import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { bytesOf } from '../../src/gpu/tensor';
import { add } from '../../src/ops/add';
import { gatherRows, gatherRowsKernels } from '../../src/ops/gather_rows';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/gather_rows';
import { differentiateFrom } from './differentiate';

const sizes = { S: 11, N: 8, C: 13 };
const { S, N, C } = sizes;
const rows = [0, 2, 3, 7, 10, 11, 11, 4_000_000_000]; // the first, the last, and three beyond it
const x = randoms(S * C, 1);
const dy = randoms(N * C, 2);
const gather = (at: number[]) => reference.gatherRows(at, rows, C);
const dxExpected = numericalGradient(gather, x, dy);
const indices = () => upload('N', sizes, rows, 'u32');
const rowsOfX = { N: S, C };

test('forward: rows beyond the end are zeros', async () => {
  const tape = new Tape();
  const y = gatherRows(tape, { x: upload('N C', rowsOfX, x), rows: indices() });
  expect(y.sizes).toEqual({ N, C });
  expect(await runAndRead(tape.forward, y)).toEqual(gather(x));
});

test('backward: rows that nobody took get none', async () => {
  const dx = upload('S C', sizes, x);
  const tensors = { dy: upload('N C', sizes, dy), rows: indices(), dx };
  expect(maxError(await runAndRead([call(gatherRowsKernels.backward, tensors)], dx), dxExpected)).toBeLessThan(1e-6);
  const added = await runAndRead([call(gatherRowsKernels.backward, tensors, { ADD: true })], dx);
  expect(
    maxError(
      added,
      dxExpected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-6);
});

test('the tape gives the gradient, set once and then added', async () => {
  const tape = new Tape();
  const parameter = trainable('N C', rowsOfX, x);
  const taken = gatherRows(tape, { x: parameter, rows: indices() });
  const others = gatherRows(tape, { x: parameter, rows: upload('N', { N }, [1, 2, 3, 4, 5, 6, 7, 8], 'u32') });
  differentiateFrom(tape, add(tape, { a: taken, b: others }), dy);
  const both = (at: number[]) => {
    const other = reference.gatherRows(at, [1, 2, 3, 4, 5, 6, 7, 8], C);
    return gather(at).map((v, i) => v + (other[i] as number));
  };
  const dx = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient!);
  expect(maxError(dx, numericalGradient(both, x, dy))).toBeLessThan(1e-6);

  const through = new Tape();
  const first = trainable('N C', rowsOfX, x);
  const sum = add(through, { a: first, b: upload('N C', rowsOfX, x) });
  differentiateFrom(through, gatherRows(through, { x: sum, rows: indices() }), dy);
  const once = await runAndRead([...through.forward, ...through.backward], first.gradient!);
  expect(maxError(once, dxExpected)).toBeLessThan(1e-6);
});

test('all rows, in their order, are x', async () => {
  const tape = new Tape();
  const y = gatherRows(tape, {
    x: upload('N C', rowsOfX, x),
    rows: upload('N', { N: S }, [...new Array(S).keys()], 'u32'),
  });
  expect(await runAndRead(tape.forward, y)).toEqual(x);
});

test('what is taken and its gradient have the memory of all rows', () => {
  const tape = new Tape();
  const parameter = trainable('N C', rowsOfX, x);
  const y = gatherRows(tape, { x: parameter, rows: indices() });
  differentiateFrom(tape, y, dy);
  expect(y.storage.bytes).toBe(bytesOf(parameter));
  const gradient = tape.backward.flatMap(({ tensors }) => (tensors.dx && tensors.dy ? [tensors.dy] : []));
  expect(gradient.map(({ storage }) => storage.bytes)).toEqual([bytesOf(parameter)]);
});

test('what nothing needs is not differentiated, and more rows than there are is refused', () => {
  const tape = new Tape();
  expect(tape.needs(gatherRows(tape, { x: upload('N C', rowsOfX), rows: indices() }))).toBe(false);
  const few = upload('N C', { N: 3, C });
  expect(() => gatherRows(tape, { x: few, rows: indices() })).toThrow('gather_rows: 8 rows of test, which has 3');
});

test('sizes that disagree are named', () => {
  const tensors = { x: upload('S C', sizes), rows: indices(), y: upload('N C', { N, C: 12 }) };
  expect(() => call(gatherRowsKernels.forward, tensors)).toThrow('gather_rows.forward: C is 13 in x but 12 in y');
});
