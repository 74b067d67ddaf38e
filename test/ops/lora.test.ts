import { expect, test } from 'vitest';
import { lora, loraSummed } from '../../src/ops/lora';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, seedGradient, trainable, upload } from '../gpu';
import * as reference from '../reference/lora';

const scale = 0.75;

test.each([1, 3])('added to y, with gradients of x, a and b; J %i', async (J) => {
  const sizes = { N: 5, J, I: 7, G: 3, R: 2, O: 6 };
  const { N, I, G, R, O } = sizes;
  const [x, a, b] = [randoms(N * J * I, 1), randoms(G * I * R, 2), randoms(G * R * O, 3)] as const;
  const [before, dy] = [randoms(N * G * O, 4), randoms(N * G * O, 5)] as const;

  const tape = new Tape();
  const tensors = {
    x: trainable('N J I', sizes, x),
    a: trainable('G I R', sizes, a),
    b: trainable('G R O', sizes, b),
  };
  const y = upload('N G O', sizes, before);
  lora(tape, { ...tensors, y, scale });
  seedGradient(tape, y, dy);
  tape.differentiate();

  const expected = reference.lora(x, a, b, sizes, scale).map((v, i) => v + before[i]!);
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-5);
  const dx = numericalGradient((at) => reference.lora(at, a, b, sizes, scale), x, dy);
  const da = numericalGradient((at) => reference.lora(x, at, b, sizes, scale), a, dy);
  const db = numericalGradient((at) => reference.lora(x, a, at, sizes, scale), b, dy);
  expect(maxError(await runAndRead(tape.backward, tensors.x.gradient!), dx)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], tensors.a.gradient!), da)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], tensors.b.gradient!), db)).toBeLessThan(1e-5);
});

test('summed: b is summed over the heads, and each head gets its gradient', async () => {
  const sizes = { N: 5, I: 12, G: 3, R: 2, O: 7 };
  const { N, I, G, R, O } = sizes;
  const [x, a, b] = [randoms(N * I, 1), randoms(I * R, 2), randoms(G * R * O, 3)] as const;
  const [before, dy] = [randoms(N * O, 4), randoms(N * O, 5)] as const;

  const tape = new Tape();
  const tensors = {
    x: trainable('N J I', { N, J: 1, I }, x),
    a: trainable('G I R', { G: 1, I, R }, a),
    b: trainable('G R O', sizes, b),
  };
  const y = upload('N G O', { N, G: 1, O }, before);
  loraSummed(tape, { ...tensors, y, scale });
  seedGradient(tape, y, dy);
  tape.differentiate();

  const expected = reference.loraSummed(x, a, b, sizes, scale).map((v, i) => v + before[i]!);
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-5);
  const dx = numericalGradient((at) => reference.loraSummed(at, a, b, sizes, scale), x, dy);
  const da = numericalGradient((at) => reference.loraSummed(x, at, b, sizes, scale), a, dy);
  const db = numericalGradient((at) => reference.loraSummed(x, a, at, sizes, scale), b, dy);
  expect(maxError(await runAndRead(tape.backward, tensors.x.gradient!), dx)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], tensors.a.gradient!), da)).toBeLessThan(1e-5);
  expect(maxError(await runAndRead([], tensors.b.gradient!), db)).toBeLessThan(1e-5);
});

test('frozen factors cost no backward dispatch', () => {
  const tape = new Tape();
  const x = upload('N J I', { N: 2, J: 1, I: 3 });
  const a = upload('G I R', { G: 1, I: 3, R: 2 });
  const b = upload('G R O', { G: 1, R: 2, O: 4 });
  lora(tape, { x, a, b, y: upload('N G O', { N: 2, G: 1, O: 4 }), scale });
  tape.differentiate();
  expect(tape.backward).toEqual([]);
});
