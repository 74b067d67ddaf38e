import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { layerNorm, layerNormKernels } from '../../src/ops/layer_norm';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/layer_norm';
import { differentiateFrom } from './differentiate';

const sizes = { N: 5, C: 203 }; // C is no multiple of the workgroup, and odd
const x = randoms(sizes.N * sizes.C, 1).map((v) => v + 0.5);
const scale = randoms(sizes.C, 2);
const bias = randoms(sizes.C, 4);
const dy = randoms(sizes.N * sizes.C, 3);
const dxExpected = numericalGradient((at) => reference.layerNorm(at, scale, bias), x, dy);
const dscaleExpected = numericalGradient((at) => reference.layerNorm(x, at, bias), scale, dy);
const dbiasExpected = numericalGradient((at) => reference.layerNorm(x, scale, at), bias, dy);
const doubled = (values: number[]) => values.map((v) => 2 * v);

describe.each(['f32', 'bf16', 'f16'] as const)('scale and bias in %s', (type) => {
  const X = upload('N C', sizes, x);
  const SCALE = upload('C', sizes, scale, type);
  const y = upload('N C', sizes);
  const [mean, rstd] = [upload('N', sizes), upload('N', sizes)];
  const BIAS = upload('C', sizes, bias, type);
  const forward = call(layerNormKernels.forward, { x: X, scale: SCALE, bias: BIAS, y, mean, rstd });

  test('forward', async () => {
    expect(maxError(await runAndRead([forward], y), reference.layerNorm(x, scale, bias))).toBeLessThan(2e-6);
  });

  test('backward', async () => {
    const dx = upload('N C', sizes, x);
    const tensors = { x: X, scale: SCALE, mean, rstd, dy: upload('N C', sizes, dy), dx };
    const set = call(layerNormKernels.backward, tensors);
    expect(maxError(await runAndRead([forward, set], dx), dxExpected)).toBeLessThan(1e-5);
    const add = call(layerNormKernels.backward, tensors, { ADD: true });
    expect(maxError(await runAndRead([add], dx), doubled(dxExpected))).toBeLessThan(1e-5);
  });

  test('backward of scale', async () => {
    const dscale = upload('C', sizes, scale);
    const tensors = { x: X, mean, rstd, dy: upload('N C', sizes, dy), dscale };
    const set = call(layerNormKernels.backwardScale, tensors);
    expect(maxError(await runAndRead([forward, set], dscale), dscaleExpected)).toBeLessThan(1e-5);
    const add = call(layerNormKernels.backwardScale, tensors, { ADD: true });
    expect(maxError(await runAndRead([add], dscale), doubled(dscaleExpected))).toBeLessThan(1e-5);
  });
});

test('a large mean does not drown a small variance', async () => {
  const few = { N: 2, C: 37 };
  const far = randoms(few.N * few.C, 5).map((v) => 1024 + v);
  const [ones, zeros] = [new Array(few.C).fill(1), new Array(few.C).fill(0)];
  const tape = new Tape();
  const tensors = { x: upload('N C', few, far), scale: upload('C', few, ones), bias: upload('C', few, zeros) };
  const y = layerNorm(tape, tensors);
  expect(maxError(await runAndRead(tape.forward, y), reference.layerNorm(far, ones, zeros))).toBeLessThan(1e-3);
});

test('a row of equal values and one channel', async () => {
  const few = { N: 3, C: 1 };
  const tape = new Tape();
  const y = layerNorm(tape, {
    x: upload('N C', few, [0, -3, 7]),
    scale: upload('C', few, [2]),
    bias: upload('C', few, [0.5]),
  });
  expect(await runAndRead(tape.forward, y)).toEqual([0.5, 0.5, 0.5]);
});

test('the tape gives all three gradients', async () => {
  const tape = new Tape();
  const X = trainable('N C', sizes, x);
  const SCALE = trainable('C', sizes, scale);
  const BIAS = trainable('C', sizes, bias);
  differentiateFrom(tape, layerNorm(tape, { x: X, scale: SCALE, bias: BIAS }), dy);
  const calls = [...tape.forward, ...tape.backward];
  expect(maxError(await runAndRead(calls, X.gradient as typeof X), dxExpected)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], SCALE.gradient as typeof SCALE), dscaleExpected)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], BIAS.gradient as typeof BIAS), dbiasExpected)).toBeLessThan(1e-5);
});

test('only what trains gets a gradient', () => {
  const tape = new Tape();
  const [X, SCALE] = [upload('N C', sizes, x), upload('C', sizes, scale, 'bf16')];
  differentiateFrom(tape, layerNorm(tape, { x: X, scale: SCALE, bias: trainable('C', sizes, bias) }), dy);
  const labels = tape.backward.map((c) => c.kernel.label);
  expect(labels).toEqual(['add.backward', 'tile_rows.backward']); // the first is the loss
});

test('sizes that disagree are named', () => {
  const tensors = { x: upload('N C', sizes), scale: upload('C', sizes), bias: upload('C', { C: 202 }) };
  expect(() => layerNorm(new Tape(), tensors)).toThrow('layer_norm.forward: C is 203 in scale but 202 in bias');
});
