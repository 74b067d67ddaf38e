import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { rmsNorm, rmsNormKernels } from '../../src/ops/rms_norm';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/rms_norm';
import { differentiateFrom } from './differentiate';

const sizes = { N: 5, C: 203 }; // C is no multiple of the workgroup, and odd
const x = randoms(sizes.N * sizes.C, 1);
const scale = randoms(sizes.C, 2);
const dy = randoms(sizes.N * sizes.C, 3);
const dxExpected = numericalGradient((at) => reference.rmsNorm(at, scale), x, dy);
const dscaleExpected = numericalGradient((at) => reference.rmsNorm(x, at), scale, dy);
const doubled = (values: number[]) => values.map((v) => 2 * v);

describe.each(['f32', 'bf16', 'f16'] as const)('scale in %s', (type) => {
  const X = upload('N C', sizes, x);
  const SCALE = upload('C', sizes, scale, type);
  const y = upload('N C', sizes);
  const rstd = upload('N', sizes);
  const forward = call(rmsNormKernels.forward, { x: X, scale: SCALE, y, rstd });

  test('forward', async () => {
    expect(maxError(await runAndRead([forward], y), reference.rmsNorm(x, scale))).toBeLessThan(1e-6);
  });

  test('backward', async () => {
    const dx = upload('N C', sizes, x);
    const tensors = { x: X, scale: SCALE, rstd, dy: upload('N C', sizes, dy), dx };
    const set = call(rmsNormKernels.backward, tensors);
    expect(maxError(await runAndRead([forward, set], dx), dxExpected)).toBeLessThan(1e-5);
    const add = call(rmsNormKernels.backward, tensors, { ADD: true });
    expect(maxError(await runAndRead([add], dx), doubled(dxExpected))).toBeLessThan(1e-5);
  });
});

test('backward of scale', async () => {
  const X = upload('N C', sizes, x);
  const rstd = upload('N', sizes);
  const forward = call(rmsNormKernels.forward, {
    x: X,
    scale: upload('C', sizes, scale),
    y: upload('N C', sizes),
    rstd,
  });
  const dscale = upload('C', sizes, scale);
  const tensors = { x: X, rstd, dy: upload('N C', sizes, dy), dscale };
  const set = call(rmsNormKernels.backwardScale, tensors);
  expect(maxError(await runAndRead([forward, set], dscale), dscaleExpected)).toBeLessThan(1e-5);
  const add = call(rmsNormKernels.backwardScale, tensors, { ADD: true });
  expect(maxError(await runAndRead([add], dscale), doubled(dscaleExpected))).toBeLessThan(1e-5);
});

test('a row of zeros, one channel, and tiny values', async () => {
  const few = { N: 3, C: 1 };
  const y = upload('N C', few);
  const values = [0, -3, 1e-4];
  const tensors = { x: upload('N C', few, values), scale: upload('C', few, [1]), y, rstd: upload('N', few) };
  const expected = reference.rmsNorm(values, [1]);
  expect(maxError(await runAndRead([call(rmsNormKernels.forward, tensors)], y), expected)).toBeLessThan(1e-6);
});

test('the tape gives both gradients', async () => {
  const tape = new Tape();
  const X = trainable('N C', sizes, x);
  const SCALE = trainable('C', sizes, scale);
  differentiateFrom(tape, rmsNorm(tape, { x: X, scale: SCALE }), dy);
  const calls = [...tape.forward, ...tape.backward];
  expect(maxError(await runAndRead(calls, X.gradient as typeof X), dxExpected)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], SCALE.gradient as typeof SCALE), dscaleExpected)).toBeLessThan(1e-5);
});

test('scale as the factor itself, and another epsilon, through the tape', async () => {
  const few = { N: 3, C: 37 };
  const [values, factors, d] = [randoms(3 * 37, 4), randoms(37, 5), randoms(3 * 37, 6)];
  const form = { plusOne: false, epsilon: 0.25 };
  const tape = new Tape();
  const [X, SCALE] = [trainable('N C', few, values), trainable('C', few, factors)];
  const y = rmsNorm(tape, { x: X, scale: SCALE, ...form });
  differentiateFrom(tape, y, d);
  expect(maxError(await runAndRead(tape.forward, y), reference.rmsNorm(values, factors, form))).toBeLessThan(1e-6);
  const dValues = numericalGradient((at) => reference.rmsNorm(at, factors, form), values, d);
  expect(maxError(await runAndRead(tape.backward, X.gradient!), dValues)).toBeLessThan(1e-5);
  const dFactors = numericalGradient((at) => reference.rmsNorm(values, at, form), factors, d);
  expect(maxError(await runAndRead([], SCALE.gradient!), dFactors)).toBeLessThan(1e-5);
});

test('only what trains gets a gradient', () => {
  const frozenScale = new Tape();
  const y = rmsNorm(frozenScale, { x: trainable('N C', sizes, x), scale: upload('C', sizes, scale, 'bf16') });
  differentiateFrom(frozenScale, y, dy);
  const labels = frozenScale.backward.map((c) => c.kernel.label);
  expect(labels).toEqual(['add.backward', 'rms_norm.backward']); // the first is the loss
  const frozen = new Tape();
  expect(frozen.needs(rmsNorm(frozen, { x: upload('N C', sizes, x), scale: upload('C', sizes, scale) }))).toBe(false);
});

test('sizes that disagree are named', () => {
  const short = upload('N C', { N: 5, C: 202 });
  const tensors = { x: upload('N C', sizes), scale: upload('C', sizes), y: short, rstd: upload('N', sizes) };
  expect(() => call(rmsNormKernels.forward, tensors)).toThrow('rms_norm.forward: C is 203 in scale but 202 in y');
});
