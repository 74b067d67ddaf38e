import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { rope, ropeKernels } from '../../src/ops/rope';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/rope';
import { differentiateFrom } from './differentiate';

const sizes = { B: 2, T: 5, S: 7, G: 3, D: 5, H: 6, Z: 11 };
const { B, T, S, G, D, H, Z } = sizes;
const rotated = 2;
const first = 1; // a group of y before x's, and one behind them
const x = randoms(B * T * G * H, 1);
const before = randoms(B * S * D * H, 2);
const dy = randoms(B * S * D * H, 3);
const position = [0, 1, 2, 10, 10, 3, 4, 5, 6, 7];
const slot = [6, 0, 1, 3, 2, 2, 3, 4, 7, 0]; // 7 is nowhere
const angles = Array.from({ length: Z }, (_, l) => {
  const turns = Array.from({ length: H / 2 }, (_, h) => l / 10000 ** (h / (H / 2)));
  return [...turns.map(Math.cos), ...turns.map(Math.sin)];
}).flat();

const inputs = { angles, position, slot, y: before, sizes, rotated, first };
const expected = reference.rope({ ...inputs, x });
const dxExpected = numericalGradient((at) => reference.rope({ ...inputs, x: at }), x, dy);

const shared = {
  angles: upload('Z H', sizes, angles),
  position: upload('B T', sizes, position, 'u32'),
  slot: upload('B T', sizes, slot, 'u32'),
};

test('forward: what is not in a slot, or in another group, stays', async () => {
  const tape = new Tape();
  const y = upload('B S D H', sizes, before);
  rope(tape, { ...shared, x: upload('B T G H', sizes, x), rotated, y, first });
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-6);
});

test('backward', async () => {
  const dx = upload('B T G H', sizes, x);
  const tensors = { ...shared, dy: upload('B S D H', sizes, dy), dx };
  const groups = { TAKEN: G, ROTATED: rotated, FIRST: first };
  const set = call(ropeKernels.backward, tensors, groups);
  expect(maxError(await runAndRead([set], dx), dxExpected)).toBeLessThan(1e-5);
  const add = call(ropeKernels.backward, tensors, { ...groups, ADD: true });
  expect(
    maxError(
      await runAndRead([add], dx),
      dxExpected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-5);
});

test('the tape gives the gradients of two ropes into one y', async () => {
  const tape = new Tape();
  const y = upload('B S D H', sizes);
  const one = trainable('B T G H', sizes, x);
  const other = trainable('B T G H', { ...sizes, T: 1 }, randoms(B * G * H, 4));
  const at = { position: upload('B T', { B, T: 1 }, [8, 9], 'u32'), slot: upload('B T', { B, T: 1 }, [4, 1], 'u32') };
  rope(tape, { ...shared, x: one, rotated, y, first });
  rope(tape, { ...shared, ...at, x: other, rotated, y, first });
  differentiateFrom(tape, y, dy);
  const dx = await runAndRead([...tape.forward, ...tape.backward], one.gradient as typeof one);
  expect(maxError(dx, dxExpected)).toBeLessThan(1e-5);
  const turn = (values: number[]) =>
    reference.rope({ ...inputs, x: values, position: [8, 9], slot: [4, 1], sizes: { ...sizes, T: 1 } });
  const dOther = numericalGradient(turn, randoms(B * G * H, 4), dy);
  expect(maxError(await runAndRead([], other.gradient as typeof other), dOther)).toBeLessThan(1e-5);
});

test('keys and values that come apart fill one y', async () => {
  const tape = new Tape();
  const y = upload('B S D H', { ...sizes, D: 4 });
  const [k, v] = [randoms(B * T * 2 * H, 5), randoms(B * T * 2 * H, 6)];
  const two = { ...sizes, G: 2, D: 4 };
  const [keys, values] = [trainable('B T G H', two, k), trainable('B T G H', two, v)];
  rope(tape, { ...shared, x: keys, rotated: 2, y });
  rope(tape, { ...shared, x: values, rotated: 0, y, first: 2 });
  const given = { angles, position, slot, sizes: two };
  const withKeys = (at: number[]) =>
    reference.rope({ ...given, x: at, y: new Array(B * S * 4 * H).fill(0), rotated: 2, first: 0 });
  const both = (at: number[]) => reference.rope({ ...given, x: at, y: withKeys(k), rotated: 0, first: 2 });
  expect(maxError(await runAndRead(tape.forward, y), both(v))).toBeLessThan(1e-6);
  const d = randoms(B * S * 4 * H, 7);
  differentiateFrom(tape, y, d);
  expect(maxError(await runAndRead(tape.backward, keys.gradient!), numericalGradient(withKeys, k, d))).toBeLessThan(
    1e-5,
  );
  expect(maxError(await runAndRead([], values.gradient!), numericalGradient(both, v, d))).toBeLessThan(1e-5);
});

test('heads, keys and values that come together go to two y', async () => {
  const all = { ...sizes, G: 6 };
  const fused = randoms(B * T * 6 * H, 8); // two heads, two key heads, two value heads
  const part = (values: number[], from: number, count: number) =>
    values.filter((_, i) => Math.floor(i / H) % 6 >= from && Math.floor(i / H) % 6 < from + count);
  const given = { angles, position, slot };
  const turn = (at: number[], from: number, count: number) =>
    reference.rope({
      ...given,
      x: part(at, from, count),
      y: new Array(B * S * count * H).fill(0),
      sizes: { ...sizes, G: count, D: count },
      rotated: 2,
      first: 0,
    });
  const [dHeads, dKeys] = [randoms(B * S * 2 * H, 9), randoms(B * S * 4 * H, 10)];
  const tape = new Tape();
  const [heads, keys] = [upload('B S D H', { ...sizes, D: 2 }), upload('B S D H', { ...sizes, D: 4 })];
  const x = trainable('B T G H', all, fused);
  rope(tape, { ...shared, x, rotated: 2, y: keys, skipped: 2 });
  rope(tape, { ...shared, x, rotated: 2, y: heads, taken: 2 });
  expect(maxError(await runAndRead(tape.forward, heads), turn(fused, 0, 2))).toBeLessThan(1e-6);
  expect(maxError(await runAndRead([], keys), turn(fused, 2, 4))).toBeLessThan(1e-6);

  const calls = [
    call(
      ropeKernels.backward,
      { ...shared, dy: upload('B S D H', { ...sizes, D: 2 }, dHeads), dx: x.gradient! },
      { TAKEN: 2, ROTATED: 2 },
    ),
    call(
      ropeKernels.backward,
      { ...shared, dy: upload('B S D H', { ...sizes, D: 4 }, dKeys), dx: x.gradient! },
      { SKIPPED: 2, TAKEN: 4, ROTATED: 2, ADD: true },
    ),
  ];
  const both = (at: number[]) => [...turn(at, 0, 2), ...turn(at, 2, 4)];
  const dx = numericalGradient(both, fused, [...dHeads, ...dKeys]);
  expect(maxError(await runAndRead(calls, x.gradient!), dx)).toBeLessThan(1e-5);
});

test('groups that y has no room for are refused', () => {
  const tensors = { ...shared, x: upload('B T G H', sizes), y: upload('B S D H', sizes) };
  expect(() => rope(new Tape(), { ...tensors, rotated, first: 3 })).toThrow('has 5 groups, none for all 3');
});

test('a head of odd size has no halves', () => {
  const odd = { ...sizes, H: 5 };
  const tensors = { ...shared, angles: upload('Z H', odd), x: upload('B T G H', odd), y: upload('B S D H', odd) };
  expect(() => rope(new Tape(), { ...tensors, rotated })).toThrow('an odd size');
});

test('sizes that disagree are named', () => {
  const tensors = { ...shared, x: upload('B T G H', sizes), y: upload('B S D H', { ...sizes, H: 4 }) };
  expect(() => call(ropeKernels.forward, tensors)).toThrow('rope.forward: H is 6 in angles but 4 in y');
});
