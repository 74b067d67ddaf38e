import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { rope, ropeKernels } from '../../src/ops/rope';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/rope';
import { differentiateFrom } from './differentiate';

const sizes = { B: 2, T: 5, S: 7, G: 3, H: 6, Z: 11 };
const { B, T, S, G, H, Z } = sizes;
const rotated = 2;
const x = randoms(B * T * G * H, 1);
const before = randoms(B * S * G * H, 2);
const dy = randoms(B * S * G * H, 3);
const position = [0, 1, 2, 10, 10, 3, 4, 5, 6, 7];
const slot = [6, 0, 1, 3, 2, 2, 3, 4, 7, 0]; // 7 is nowhere
const angles = Array.from({ length: Z }, (_, l) => {
  const turns = Array.from({ length: H / 2 }, (_, h) => l / 10000 ** (h / (H / 2)));
  return [...turns.map(Math.cos), ...turns.map(Math.sin)];
}).flat();

const inputs = { angles, position, slot, y: before, sizes, rotated };
const expected = reference.rope({ ...inputs, x });
const dxExpected = numericalGradient((at) => reference.rope({ ...inputs, x: at }), x, dy);

const shared = {
  angles: upload('Z H', sizes, angles),
  position: upload('B T', sizes, position, 'u32'),
  slot: upload('B T', sizes, slot, 'u32'),
};

test('forward: what is not in a slot stays', async () => {
  const tape = new Tape();
  const y = upload('B S G H', sizes, before);
  rope(tape, { ...shared, x: upload('B T G H', sizes, x), rotated, y });
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-6);
});

test('backward', async () => {
  const dx = upload('B T G H', sizes, x);
  const tensors = { ...shared, dy: upload('B S G H', sizes, dy), dx };
  const set = call(ropeKernels.backward, tensors, { ROTATED: rotated });
  expect(maxError(await runAndRead([set], dx), dxExpected)).toBeLessThan(1e-5);
  const add = call(ropeKernels.backward, tensors, { ROTATED: rotated, ADD: true });
  expect(
    maxError(
      await runAndRead([add], dx),
      dxExpected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-5);
});

test('the tape gives the gradients of two ropes into one y', async () => {
  const tape = new Tape();
  const y = upload('B S G H', sizes);
  const first = trainable('B T G H', sizes, x);
  const other = trainable('B T G H', { ...sizes, T: 1 }, randoms(B * G * H, 4));
  const at = { position: upload('B T', { B, T: 1 }, [8, 9], 'u32'), slot: upload('B T', { B, T: 1 }, [4, 1], 'u32') };
  rope(tape, { ...shared, x: first, rotated, y });
  rope(tape, { ...shared, ...at, x: other, rotated, y });
  differentiateFrom(tape, y, dy);
  const dx = await runAndRead([...tape.forward, ...tape.backward], first.gradient as typeof first);
  expect(maxError(dx, dxExpected)).toBeLessThan(1e-5);
  const turn = (values: number[]) =>
    reference.rope({ ...inputs, x: values, position: [8, 9], slot: [4, 1], sizes: { ...sizes, T: 1 } });
  const dOther = numericalGradient(turn, randoms(B * G * H, 4), dy);
  expect(maxError(await runAndRead([], other.gradient as typeof other), dOther)).toBeLessThan(1e-5);
});

test('a head of odd size has no halves', () => {
  const odd = { ...sizes, H: 5 };
  const tensors = { ...shared, angles: upload('Z H', odd), x: upload('B T G H', odd), y: upload('B S G H', odd) };
  expect(() => rope(new Tape(), { ...tensors, rotated })).toThrow('an odd size');
});

test('sizes that disagree are named', () => {
  const tensors = { ...shared, x: upload('B T G H', sizes), y: upload('B S G H', { ...sizes, G: 2 }) };
  expect(() => call(ropeKernels.forward, tensors)).toThrow('rope.forward: G is 3 in x but 2 in y');
});
