import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { tileRows, tileRowsKernels } from '../../src/ops/tile_rows';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/tile_rows';
import { differentiateFrom } from './differentiate';

const elements = ({ N, C }: { N: number; C: number }) => N * C;
const doubled = (values: number[]) => values.map((v) => 2 * v);

describe.each([
  ['a bias', { N: 7, T: 1, C: 31 }],
  ['positions', { N: 6, T: 3, C: 35 }],
] as const)('%s', (_, sizes) => {
  const table = randoms(sizes.T * sizes.C, 1);
  const dy = randoms(elements(sizes), 2);
  const before = randoms(elements(sizes), 3);
  const expected = reference.tileRows(table, elements(sizes));
  const dtableExpected = numericalGradient((at) => reference.tileRows(at, elements(sizes)), table, dy);

  test.each(['f32', 'bf16', 'f16'] as const)('forward, set and added, %s', async (type) => {
    const tape = new Tape();
    const TABLE = upload('T C', sizes, table, type);
    const y = tileRows(tape, { table: TABLE, rows: sizes.N });
    expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-6);
    const added = new Tape();
    const sum = tileRows(added, { table: TABLE, rows: sizes.N, addTo: upload('N C', sizes, before) });
    const expectedSum = expected.map((v, i) => v + (before[i] as number));
    expect(maxError(await runAndRead(added.forward, sum), expectedSum)).toBeLessThan(1e-6);
  });

  test('backward', async () => {
    const dtable = upload('T C', sizes, table);
    const tensors = { dy: upload('N C', sizes, dy), dtable };
    const set = call(tileRowsKernels.backward, tensors);
    expect(maxError(await runAndRead([set], dtable), dtableExpected)).toBeLessThan(1e-5);
    const add = call(tileRowsKernels.backward, tensors, { ADD: true });
    expect(maxError(await runAndRead([add], dtable), doubled(dtableExpected))).toBeLessThan(1e-5);
  });

  test('the tape gives the gradient of two tables in one sum', async () => {
    const tape = new Tape();
    const [one, two] = [trainable('T C', sizes, table), trainable('T C', sizes, table)];
    const y = tileRows(tape, { table: one, rows: sizes.N });
    tileRows(tape, { table: two, rows: sizes.N, addTo: y });
    differentiateFrom(tape, y, dy);
    const calls = [...tape.forward, ...tape.backward];
    expect(maxError(await runAndRead(calls, one.gradient as typeof one), dtableExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead([], two.gradient as typeof two), dtableExpected)).toBeLessThan(1e-5);
  });
});

test('half floats of every size', async () => {
  const table = [0, 65504, -65504, 2 ** -14, -(2 ** -14), 1 + 2 ** -10, 2 ** -14 - 2 ** -24, 2 ** -24];
  const tape = new Tape();
  const y = tileRows(tape, { table: upload('T C', { T: 1, C: 8 }, table, 'f16'), rows: 1 });
  const values = await runAndRead(tape.forward, y);
  expect(values.slice(0, 6)).toEqual(table.slice(0, 6));
  expect(maxError(values, table)).toBeLessThan(2 ** -14); // those below 2^-14 may become 0
});

test('rows that do not fit evenly', () => {
  const table = upload('T C', { T: 3, C: 2 });
  expect(() => tileRows(new Tape(), { table, rows: 7 })).toThrow('3 rows, which do not fit 7 evenly');
});

test('sizes that disagree are named', () => {
  const tensors = { table: upload('T C', { T: 1, C: 31 }), y: upload('N C', { N: 7, C: 30 }) };
  expect(() => call(tileRowsKernels.forward, tensors)).toThrow('tile_rows.forward: C is 31 in table but 30 in y');
});
