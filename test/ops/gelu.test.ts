import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { gelu, geluKernels } from '../../src/ops/gelu';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/gelu';
import { differentiateFrom } from './differentiate';

const sizes = { N: 5, C: 53 };
const x = randoms(sizes.N * sizes.C, 1).map((v) => v * 6);
const dy = randoms(sizes.N * sizes.C, 2);
const expected = numericalGradient(reference.gelu, x, dy);
const doubled = (values: number[]) => values.map((v) => 2 * v);

test('forward', async () => {
  const tape = new Tape();
  const y = gelu(tape, { x: upload('N C', sizes, x) });
  expect(maxError(await runAndRead(tape.forward, y), reference.gelu(x))).toBeLessThan(2e-6);
});

test('gelu(1) is the tanh form, and large inputs neither overflow nor lose their sign', async () => {
  const few = { N: 1, C: 5 };
  const large = upload('N C', few, [1, 1e4, -1e4, 1e30, -1e30]);
  const y = upload('N C', few);
  const values = await runAndRead([call(geluKernels.forward, { x: large, y })], y);
  expect(maxError(values.slice(0, 3), [0.841192, 1e4, 0])).toBeLessThan(1e-6);
  expect(values[3]).toBeCloseTo(1e30, -24);
  expect(Math.abs(values[4] as number)).toBeLessThan(1e-4);
  const dx = upload('N C', few);
  const slopes = { x: large, dy: upload('N C', few, [1, 1, 1, 1, 1]), dx };
  const gradients = await runAndRead([call(geluKernels.backward, slopes)], dx);
  expect(maxError(gradients.slice(1), [1, 0, 1, 0])).toBeLessThan(1e-6);
});

test('backward', async () => {
  const dx = upload('N C', sizes, x);
  const tensors = { x: upload('N C', sizes, x), dy: upload('N C', sizes, dy), dx };
  const set = call(geluKernels.backward, tensors);
  expect(maxError(await runAndRead([set], dx), expected)).toBeLessThan(1e-5);
  const add = call(geluKernels.backward, tensors, { ADD: true });
  expect(maxError(await runAndRead([add], dx), doubled(expected))).toBeLessThan(1e-5);
});

test('the tape gives the gradient', async () => {
  const tape = new Tape();
  const parameter = trainable('N C', sizes, x);
  differentiateFrom(tape, gelu(tape, { x: parameter }), dy);
  const dx = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient as typeof parameter);
  expect(maxError(dx, expected)).toBeLessThan(1e-5);
});

test('sizes that disagree are named', () => {
  const tensors = { x: upload('N C', sizes), y: upload('N C', { N: 5, C: 52 }) };
  expect(() => call(geluKernels.forward, tensors)).toThrow('gelu.forward: C is 53 in x but 52 in y');
});
