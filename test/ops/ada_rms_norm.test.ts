import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { adaRmsNorm, adaRmsNormKernels } from '../../src/ops/ada_rms_norm';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/ada_rms_norm';
import { differentiateFrom } from './differentiate';

const B = 2;
const sizes = { N: 6, C: 203 }; // three rows of each sample; C is no multiple of the workgroup, and odd
const groups = { B, G: 3, C: sizes.C };
const x = randoms(sizes.N * sizes.C, 1);
const condition = randoms(B * 3 * sizes.C, 2);
const dy = randoms(sizes.N * sizes.C, 3);
const dxExpected = numericalGradient((at) => reference.adaRmsNorm(at, condition, B), x, dy);
const dconditionExpected = numericalGradient((at) => reference.adaRmsNorm(x, at, B), condition, dy);
const plus = (values: number[], start: number[]) => values.map((v, i) => v + start[i]!);

const X = upload('N C', sizes, x);
const CONDITION = upload('B G C', groups, condition);
const y = upload('N C', sizes);
const rstd = upload('N', sizes);
const forward = call(adaRmsNormKernels.forward, { x: X, condition: CONDITION, y, rstd });

test('forward', async () => {
  expect(maxError(await runAndRead([forward], y), reference.adaRmsNorm(x, condition, B))).toBeLessThan(1e-6);
});

test('backward', async () => {
  const start = randoms(x.length, 4);
  const dx = upload('N C', sizes, start);
  const tensors = { x: X, condition: CONDITION, rstd, dy: upload('N C', sizes, dy), dx };
  const add = call(adaRmsNormKernels.backward, tensors, { ADD: true });
  expect(maxError(await runAndRead([forward, add], dx), plus(dxExpected, start))).toBeLessThan(1e-5);
  const set = call(adaRmsNormKernels.backward, tensors);
  expect(maxError(await runAndRead([set], dx), dxExpected)).toBeLessThan(1e-5);
});

test('backward of the condition: the gate gets none, and keeps what it has', async () => {
  const start = randoms(condition.length, 5);
  const dcondition = upload('B G C', groups, start);
  const tensors = { x: X, rstd, dy: upload('N C', sizes, dy), dcondition };
  const add = call(adaRmsNormKernels.backwardCondition, tensors, { ADD: true });
  expect(maxError(await runAndRead([forward, add], dcondition), plus(dconditionExpected, start))).toBeLessThan(1e-5);
  const set = call(adaRmsNormKernels.backwardCondition, tensors);
  expect(maxError(await runAndRead([set], dcondition), dconditionExpected)).toBeLessThan(1e-5);
});

test('the tape gives both gradients, and none to what is frozen', async () => {
  const tape = new Tape();
  const parameters = { x: trainable('N C', sizes, x), condition: trainable('B G C', groups, condition) };
  differentiateFrom(tape, adaRmsNorm(tape, parameters), dy);
  const calls = [...tape.forward, ...tape.backward];
  expect(maxError(await runAndRead(calls, parameters.x.gradient!), dxExpected)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], parameters.condition.gradient!), dconditionExpected)).toBeLessThan(1e-5);

  const frozen = new Tape();
  expect(frozen.needs(adaRmsNorm(frozen, { x: X, condition: CONDITION }))).toBe(false);
  const half = new Tape();
  differentiateFrom(half, adaRmsNorm(half, { x: X, condition: parameters.condition }), dy);
  const labels = half.backward.map((c) => c.kernel.label);
  expect(labels).toEqual(['add.backward', 'ada_rms_norm.backward_condition']); // the first is the loss
});

test('sizes that disagree are named', () => {
  const other = upload('B G C', { ...groups, C: 202 });
  expect(() => call(adaRmsNormKernels.forward, { x: X, condition: other, y, rstd })).toThrow(
    'ada_rms_norm.forward: C is 203 in x but 202 in condition',
  );
});
