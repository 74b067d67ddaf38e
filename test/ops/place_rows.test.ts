import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { placeRows, placeRowsKernels } from '../../src/ops/place_rows';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/place_rows';
import { differentiateFrom } from './differentiate';

const sizes = { B: 3, T: 4, S: 9, C: 7 };
const { B, T, S, C } = sizes;
const first = 2;
const x = randoms(B * T * C, 1);
const before = randoms(B * S * C, 2);
const dy = randoms(B * S * C, 3);
const place = (at: number[]) => reference.placeRows(at, before, { ...sizes, first });
const dxExpected = numericalGradient(place, x, dy);
const doubled = (values: number[]) => values.map((v) => 2 * v);

test('forward: the other rows stay', async () => {
  const tape = new Tape();
  const y = upload('B S C', sizes, before);
  placeRows(tape, { x: upload('B T C', sizes, x), first, y });
  expect(maxError(await runAndRead(tape.forward, y), place(x))).toBe(0);
});

test('backward', async () => {
  const dx = upload('B T C', sizes, x);
  const tensors = { dy: upload('B S C', sizes, dy), dx };
  const set = call(placeRowsKernels.backward, tensors, { FIRST: first });
  expect(maxError(await runAndRead([set], dx), dxExpected)).toBeLessThan(1e-6);
  const add = call(placeRowsKernels.backward, tensors, { FIRST: first, ADD: true });
  expect(maxError(await runAndRead([add], dx), doubled(dxExpected))).toBeLessThan(1e-6);
});

test('the tape gives the gradients of two that fill one', async () => {
  const tape = new Tape();
  const y = tape.activation('joined', 'B S C', { ...sizes, S: T + 1 });
  const one = trainable('B T C', { B, T: 1, C }, randoms(B * C, 4));
  const many = trainable('B T C', sizes, x);
  placeRows(tape, { x: one, first: 0, y });
  placeRows(tape, { x: many, first: 1, y });
  const gradient = randoms(B * (T + 1) * C, 5);
  differentiateFrom(tape, y, gradient);
  const rows = (from: number, to: number) =>
    gradient.filter((_, i) => Math.floor(i / C) % (T + 1) >= from && Math.floor(i / C) % (T + 1) < to);
  const dOne = await runAndRead([...tape.forward, ...tape.backward], one.gradient as typeof one);
  expect(dOne).toEqual(rows(0, 1));
  expect(await runAndRead([], many.gradient as typeof many)).toEqual(rows(1, T + 1));
});

test('rows beyond the end', () => {
  const tensors = { x: upload('B T C', sizes), y: upload('B S C', sizes) };
  expect(() => placeRows(new Tape(), { ...tensors, first: 6 })).toThrow('ends at row 10');
});

test('sizes that disagree are named', () => {
  const tensors = { x: upload('B T C', sizes), y: upload('B S C', { ...sizes, C: 6 }) };
  expect(() => call(placeRowsKernels.forward, tensors)).toThrow('place_rows.forward: C is 7 in x but 6 in y');
});
