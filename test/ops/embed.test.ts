import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { embed, embedKernels } from '../../src/ops/embed';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/embed';
import { differentiateFrom } from './differentiate';
import { piecesOf } from './pieces';

const sizes = { N: 9, V: 7, C: 67 };
const tokens = [3, 0, 3, 6, 1, 6, 6, 0, 3]; // some twice, some thrice, 2, 4 and 5 never
const table = randoms(sizes.V * sizes.C, 1);
const dy = randoms(sizes.N * sizes.C, 2);
const scale = 1.5;
const expected = reference.embed(tokens, table, sizes.C, scale);
const dtableExpected = numericalGradient((at) => reference.embed(tokens, at, sizes.C, scale), table, dy);

test.each(['f32', 'bf16', 'f16'] as const)('forward, table in %s', async (type) => {
  const tape = new Tape();
  const y = embed(tape, {
    tokens: upload('N', sizes, tokens, 'u32'),
    table: [upload('V C', sizes, table, type)],
    scale,
  });
  expect(maxError(await runAndRead(tape.forward, y), expected)).toBeLessThan(1e-6);
});

test('backward adds to the rows of tokens that occur', async () => {
  const dtable = upload('V C', sizes, table);
  const backward = call(
    embedKernels.backward,
    { tokens: upload('N', sizes, tokens, 'u32'), dy: upload('N C', sizes, dy), dtable },
    { SCALE: scale },
  );
  const sum = dtableExpected.map((g, i) => g + (table[i] as number));
  expect(maxError(await runAndRead([backward], dtable), sum)).toBeLessThan(1e-5);
});

test('one row for all positions, and positions in more than one dimension of workgroups', async () => {
  const many = { N: 70001, V: 2, C: 1 };
  const y = upload('N C', many);
  const tensors = { tokens: upload('N', many, undefined, 'u32'), table: upload('V C', many, [0.5, 1]), y };
  const values = await runAndRead([call(embedKernels.forward, tensors)], y);
  expect(values.every((v) => v === 0.5)).toBe(true);
});

test('the tape gives the gradient of a table that trains, and nothing of one that is frozen', async () => {
  const ids = upload('N', sizes, tokens, 'u32');
  const tape = new Tape();
  const parameter = trainable('V C', sizes, table);
  differentiateFrom(tape, embed(tape, { tokens: ids, table: [parameter], scale }), dy);
  const dtable = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient as typeof parameter);
  expect(maxError(dtable, dtableExpected)).toBeLessThan(1e-5);
  const frozen = new Tape();
  expect(frozen.needs(embed(frozen, { tokens: ids, table: [upload('V C', sizes, table)] }))).toBe(false);
});

/** One of them no token is in. */
const pieces = piecesOf(table, sizes.C, [3, 1, 2, 1]);

test.each(['f32', 'bf16'] as const)('forward and backward, table in %s and in pieces', async (type) => {
  const ids = upload('N', sizes, tokens, 'u32');
  const frozen = new Tape();
  const packed = pieces.map(({ sizes, values }) => upload('V C', sizes, values, type));
  const y = embed(frozen, { tokens: ids, table: packed, scale });
  expect(maxError(await runAndRead(frozen.forward, y), expected)).toBeLessThan(1e-6);

  const tape = new Tape();
  const parameters = pieces.map(({ sizes, values }) => trainable('V C', sizes, values));
  differentiateFrom(tape, embed(tape, { tokens: ids, table: parameters, scale }), dy);
  await runAndRead([...tape.forward, ...tape.backward], y);
  const gradients: number[] = [];
  for (const { gradient } of parameters) gradients.push(...(await runAndRead([], gradient!)));
  expect(maxError(gradients, dtableExpected)).toBeLessThan(1e-5);
});

test('sizes that disagree are named', () => {
  const tensors = {
    tokens: upload('N', sizes, tokens, 'u32'),
    table: upload('V C', sizes),
    y: upload('N C', { N: 9, C: 66 }),
  };
  expect(() => call(embedKernels.forward, tensors)).toThrow('embed.forward: C is 67 in table but 66 in y');
});
