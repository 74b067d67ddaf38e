import { describe, expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { gated, gatedKernels } from '../../src/ops/gated';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/gated';
import { differentiateFrom } from './differentiate';

const sizes = { N: 3, F: 53 };
const gate = randoms(sizes.N * sizes.F, 1).map((v) => v * 6);
const up = randoms(sizes.N * sizes.F, 2);
const dy = randoms(sizes.N * sizes.F, 3);
const doubled = (values: number[]) => values.map((v) => 2 * v);

describe.each(['gelu', 'silu'] as const)('%s', (activation) => {
  const dgateExpected = numericalGradient((at) => reference.gated(at, up, activation), gate, dy);
  const dupExpected = numericalGradient((at) => reference.gated(gate, at, activation), up, dy);

  test('forward, and gradients through the tape are added', async () => {
    const tape = new Tape();
    const tensors = { gate: trainable('N F', sizes, gate), up: trainable('N F', sizes, up) };
    const y = gated(tape, { ...tensors, activation });
    differentiateFrom(tape, y, dy);
    expect(maxError(await runAndRead(tape.forward, y), reference.gated(gate, up, activation))).toBeLessThan(2e-6);
    expect(maxError(await runAndRead(tape.backward, tensors.gate.gradient!), dgateExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead([], tensors.up.gradient!), dupExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead(tape.backward, tensors.gate.gradient!), doubled(dgateExpected))).toBeLessThan(
      1e-5,
    );
    expect(maxError(await runAndRead([], tensors.up.gradient!), doubled(dupExpected))).toBeLessThan(1e-5);
  });

  test('gradients of activations are set, whatever was there', async () => {
    const SILU = activation === 'silu';
    const given = { gate: upload('N F', sizes, gate), dy: upload('N F', sizes, dy) };
    const [dgate, dup] = [upload('N F', sizes, gate), upload('N F', sizes, up)];
    const calls = [
      call(gatedKernels.backwardGate, { ...given, up: upload('N F', sizes, up), dgate }, { SILU }),
      call(gatedKernels.backwardUp, { ...given, dup }, { SILU }),
    ];
    expect(maxError(await runAndRead(calls, dgate), dgateExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead([], dup), dupExpected)).toBeLessThan(1e-5);
  });

  test('large gates neither overflow nor lose their sign', async () => {
    const few = { N: 1, F: 4 };
    const large = upload('N F', few, [1e4, -1e4, 1e30, -1e30]);
    const ones = upload('N F', few, [1, 1, 1, 1]);
    const tape = new Tape();
    const y = gated(tape, { gate: large, up: ones, activation });
    const values = await runAndRead(tape.forward, y);
    expect(maxError(values.slice(0, 2), [1e4, 0])).toBeLessThan(1e-6);
    expect(values[2]).toBeCloseTo(1e30, -24);
    expect(Math.abs(values[3]!)).toBeLessThan(1e-4);
    const dgate = upload('N F', few);
    const SILU = activation === 'silu';
    const slopes = call(gatedKernels.backwardGate, { gate: large, up: ones, dy: ones, dgate }, { SILU });
    expect(maxError(await runAndRead([slopes], dgate), [1, 0, 1, 0])).toBeLessThan(1e-6);
  });
});

test('only what trains gets a gradient', () => {
  const frozen = upload('N F', sizes, gate);
  const labels = (tensors: { gate: typeof frozen; up: typeof frozen }) => {
    const tape = new Tape();
    differentiateFrom(tape, gated(tape, { ...tensors, activation: 'silu' }), dy);
    return tape.backward.slice(1).map((c) => c.kernel.label); // the first is the loss
  };
  expect(labels({ gate: trainable('N F', sizes, gate), up: frozen })).toEqual(['gated.backward_gate']);
  expect(labels({ gate: frozen, up: trainable('N F', sizes, up) })).toEqual(['gated.backward_up']);
});

test('sizes that disagree are named', () => {
  const tensors = { gate: upload('N F', sizes), up: upload('N F', { N: 3, F: 52 }) };
  expect(() => gated(new Tape(), { ...tensors, activation: 'gelu' })).toThrow(
    'gated.forward: F is 53 in gate but 52 in up',
  );
});
