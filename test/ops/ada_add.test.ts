import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { adaAdd, adaAddKernels } from '../../src/ops/ada_add';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/ada_add';
import { differentiateFrom } from './differentiate';

const B = 3;
const sizes = { N: 6, C: 31 };
const groups = { B, G: 3, C: sizes.C };
const a = randoms(sizes.N * sizes.C, 1);
const b = randoms(sizes.N * sizes.C, 2);
const condition = randoms(B * 3 * sizes.C, 3);
const dy = randoms(sizes.N * sizes.C, 4);
const expected = {
  da: numericalGradient((at) => reference.adaAdd(at, b, condition, B), a, dy),
  db: numericalGradient((at) => reference.adaAdd(a, at, condition, B), b, dy),
  dcondition: numericalGradient((at) => reference.adaAdd(a, b, at, B), condition, dy),
};
const plus = (values: number[], start: number[]) => values.map((v, i) => v + start[i]!);

const given = {
  a: upload('N C', sizes, a),
  b: upload('N C', sizes, b),
  condition: upload('B G C', groups, condition),
};
const DY = upload('N C', sizes, dy);

test('forward', async () => {
  const tape = new Tape();
  const y = adaAdd(tape, given);
  expect(maxError(await runAndRead(tape.forward, y), reference.adaAdd(a, b, condition, B))).toBeLessThan(1e-6);
});

test('backward of the branch', async () => {
  const start = randoms(b.length, 5);
  const db = upload('N C', sizes, start);
  const tensors = { condition: given.condition, dy: DY, db };
  const add = call(adaAddKernels.backward, tensors, { ADD: true });
  expect(maxError(await runAndRead([add], db), plus(expected.db, start))).toBeLessThan(1e-6);
  expect(maxError(await runAndRead([call(adaAddKernels.backward, tensors)], db), expected.db)).toBeLessThan(1e-6);
});

test('backward of the condition: scale and shift get none, and keep what they have', async () => {
  const start = randoms(condition.length, 6);
  const dcondition = upload('B G C', groups, start);
  const tensors = { b: given.b, dy: DY, dcondition };
  const add = call(adaAddKernels.backwardCondition, tensors, { ADD: true });
  expect(maxError(await runAndRead([add], dcondition), plus(expected.dcondition, start))).toBeLessThan(1e-6);
  const set = call(adaAddKernels.backwardCondition, tensors);
  expect(maxError(await runAndRead([set], dcondition), expected.dcondition)).toBeLessThan(1e-6);
});

test('the tape gives every gradient, and none to what is frozen', async () => {
  const tape = new Tape();
  const parameters = {
    a: trainable('N C', sizes, a),
    b: trainable('N C', sizes, b),
    condition: trainable('B G C', groups, condition),
  };
  differentiateFrom(tape, adaAdd(tape, parameters), dy);
  await runAndRead([...tape.forward, ...tape.backward], DY);
  for (const name of ['a', 'b', 'condition'] as const) {
    const gradient = await runAndRead([], parameters[name].gradient!);
    expect(maxError(gradient, expected[`d${name}`]), name).toBeLessThan(1e-5);
  }
  const frozen = new Tape();
  expect(frozen.needs(adaAdd(frozen, given))).toBe(false);
});

test('sizes that disagree are named', () => {
  const tensors = { ...given, b: upload('N C', { N: 6, C: 30 }), y: upload('N C', sizes) };
  expect(() => call(adaAddKernels.forward, tensors)).toThrow('ada_add.forward: C is 31 in a but 30 in b');
});
