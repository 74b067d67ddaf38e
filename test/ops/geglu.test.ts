import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { geglu, gegluKernels } from '../../src/ops/geglu';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/geglu';
import { differentiateFrom } from './differentiate';

const sizes = { N: 3, G: 2, F: 53 };
const x = randoms(sizes.N * 2 * sizes.F, 1).map((v) => v * 6);
const dy = randoms(sizes.N * sizes.F, 2);
const expected = numericalGradient((at) => reference.geglu(at, sizes.F), x, dy);

test('forward', async () => {
  const tape = new Tape();
  const y = geglu(tape, { x: upload('N G F', sizes, x) });
  expect(maxError(await runAndRead(tape.forward, y), reference.geglu(x, sizes.F))).toBeLessThan(2e-6);
});

test('gelu(1) is the tanh form, and large inputs neither overflow nor lose their sign', async () => {
  const few = { N: 1, G: 2, F: 5 };
  const y = upload('N F', few);
  const gates = upload('N G F', few, [1, 1e4, -1e4, 1e30, -1e30, 1, 1, 1, 1, 1]);
  const values = await runAndRead([call(gegluKernels.forward, { x: gates, y })], y);
  expect(maxError(values.slice(0, 3), [0.841192, 1e4, 0])).toBeLessThan(1e-6);
  expect(values[3]).toBeCloseTo(1e30, -24);
  expect(Math.abs(values[4] as number)).toBeLessThan(1e-4);

  const dx = upload('N G F', few);
  const slopes = { x: gates, dy: upload('N F', few, [1, 1, 1, 1, 1]), dx };
  const gradients = await runAndRead([call(gegluKernels.backward, slopes)], dx);
  expect(gradients.every(Number.isFinite)).toBe(true);
  expect(maxError(gradients.slice(1, 5), [1, 0, 1, 0])).toBeLessThan(1e-6);
});

test('backward', async () => {
  const dx = upload('N G F', sizes, x);
  const tensors = { x: upload('N G F', sizes, x), dy: upload('N F', sizes, dy), dx };
  const set = call(gegluKernels.backward, tensors);
  expect(maxError(await runAndRead([set], dx), expected)).toBeLessThan(1e-5);
  const add = call(gegluKernels.backward, tensors, { ADD: true });
  expect(
    maxError(
      await runAndRead([add], dx),
      expected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-5);
});

test('the tape gives the gradient', async () => {
  const tape = new Tape();
  const parameter = trainable('N G F', sizes, x);
  differentiateFrom(tape, geglu(tape, { x: parameter }), dy);
  const dx = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient as typeof parameter);
  expect(maxError(dx, expected)).toBeLessThan(1e-5);
});

test('only gate and up', () => {
  expect(() => geglu(new Tape(), { x: upload('N G F', { N: 1, G: 3, F: 4 }) })).toThrow('has 3 groups, not 2');
});

test('sizes that disagree are named', () => {
  const tensors = { x: upload('N G F', sizes), y: upload('N F', { N: 3, F: 52 }) };
  expect(() => call(gegluKernels.forward, tensors)).toThrow('geglu.forward: F is 53 in x but 52 in y');
});
