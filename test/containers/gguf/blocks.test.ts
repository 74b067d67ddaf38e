import { describe, expect, test } from 'vitest';
import { readGgufHeader, readTensorRows } from '../../../src/containers/gguf';
import { dequantise, quantise, READABLE_TYPES, type WritableType } from '../../../src/containers/gguf_blocks';
import { tensorTypeOf } from '../../../src/containers/gguf_types';
import { readSafetensors, toFloat32 } from '../../../src/containers/safetensors';
import { f16Values, fromF16, toF16 } from '../../../src/floats';
import { ProblemError } from '../../../src/problem';
import { normals, randomStream } from '../../../src/random';
import { fixture, goldenBytes, sourceOf } from './file';

const bitsOf = (values: Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

const file = goldenBytes('blocks.gguf');
const source = sourceOf(file);
const { tensors } = await readGgufHeader(source, 'blocks.gguf');
const expected = readSafetensors(goldenBytes('blocks.safetensors'), 'blocks.safetensors').tensors;

test('the blocks there are of every type that is read', () => {
  expect([...tensors.values()].map(({ type }) => type).sort()).toEqual([...READABLE_TYPES].sort());
});

test.each([...tensors])('%s gives the values of gguf-py, bit for bit', async (name, tensor) => {
  const values = toFloat32(expected.get(name)!);
  const bytes = await readTensorRows(source, tensor, { first: 0, count: 3 }, 'blocks.gguf');
  expect(bitsOf(dequantise(tensor.type, bytes, name))).toEqual(bitsOf(values));
  // The second row alone, out of a place that is aligned to nothing.
  const [row] = [bytes.length / 3];
  const shifted = new Uint8Array(row + 3);
  shifted.set(bytes.subarray(row, 2 * row), 3);
  const second = dequantise(tensor.type, shifted.subarray(3), name);
  expect(bitsOf(second)).toEqual(bitsOf(values.subarray(512, 1024)));
});

test.each([
  ['IQ1_S', 19],
  ['TQ1_0', 34],
  ['MXFP4', 39],
  ['I32', 26],
])('%s is refused by its name', (type, id) => {
  expect(tensorTypeOf(id)).toBe(type);
  const refused = () => dequantise(tensorTypeOf(id)!, new Uint8Array(0), 'a.gguf, tensor "t"');
  expect(refused).toThrow(ProblemError);
  expect(refused).toThrow(new RegExp(`stored as ${type}.*Q8_0`));
});

test('part of a block is a mistake of ours', () => {
  expect(() => dequantise('Q8_0', new Uint8Array(35), 'a')).toThrow(RangeError);
  expect(() => quantise('Q8_0', new Float32Array(33), 'a')).toThrow(RangeError);
});

test('Q8_0 is quantised as gguf-py quantises it, bit for bit', () => {
  const { tensors: made } = readSafetensors(fixture('q8_0.safetensors'), 'q8_0.safetensors');
  const values = toFloat32(made.get('values')!);
  expect(values.length).toBe(12 * 256);
  const blocks = Buffer.from(made.get('blocks')!.bytes).toString('hex');
  expect(Buffer.from(quantise('Q8_0', values, 'a')).toString('hex')).toBe(blocks);
});

describe('values to be written', () => {
  const random = randomStream('gguf', 1);
  const values = normals(64 * 9, random).map((x, n) => x * 10 ** ((n >> 6) - 5));

  test.each(['F32', 'BF16', 'F16', 'Q8_0'] as const)(
    '%s gives back what it was given, to its own precision',
    (type) => {
      const bytes = quantise(type, values, 'a');
      const back = dequantise(type, bytes, 'a');
      for (let block = 0; block < values.length; block += 32) {
        const most = Math.max(...values.subarray(block, block + 32).map(Math.abs));
        const half = Math.max(2 ** -11, 2 ** -25 / most) * most; // what a half float may be off by
        const step = { F32: 0, BF16: 2 ** -8 * most, F16: half, Q8_0: most / 253 + half + 127 * 2 ** -25 }[type];
        for (let i = block; i < block + 32; i++) expect(Math.abs(back[i]! - values[i]!)).toBeLessThanOrEqual(step);
      }
      // What the type holds exactly stays as it is.
      expect(quantise(type, back, 'a').slice(0, 999)).toEqual(bytes.slice(0, 999));
    },
  );

  test.each<[WritableType, number]>([
    ['F32', Number.NaN],
    ['F32', Number.POSITIVE_INFINITY],
    ['BF16', 3.4e38],
    ['F16', 65520],
    ['Q8_0', Number.NaN],
    ['Q8_0', Number.NEGATIVE_INFINITY],
    ['Q8_0', 8.33e6],
  ])('%s refuses %s', (type, odd) => {
    const row = new Float32Array(32).fill(1);
    row[7] = odd;
    expect(() => quantise(type, row, 'a.gguf')).toThrow(new RegExp(`a\\.gguf.*${type} cannot hold`));
    expect(() => quantise(type, row.fill(8e6 / 128), 'a.gguf')).not.toThrow();
  });
});

describe('half floats', () => {
  test('every one of them is itself again', () => {
    const all = Float32Array.from({ length: 65536 }, (_, bits) => fromF16(bits));
    expect(f16Values(Uint16Array.from({ length: 65536 }, (_, bits) => bits))).toEqual(all);
    const back = toF16(all);
    const wrong = Array.from(back.keys()).filter((bits) => !Number.isNaN(all[bits]) && back[bits] !== bits);
    expect(wrong).toEqual([]);
    expect([...back].filter((_, bits) => Number.isNaN(all[bits])).every((bits) => (bits & 0x7fff) > 0x7c00)).toBe(true);
  });

  test('what lies between two goes to the nearer, and from the middle to the even one', () => {
    for (const bits of [0, 1, 2, 0x3ff, 0x400, 0x401, 0x3c00, 0x3c01, 0x7bfe]) {
      const [low, high] = [fromF16(bits), fromF16(bits + 1)];
      const middle = (low + high) / 2;
      const near = (high - low) / 8;
      const rounded = [...toF16(new Float32Array([middle - near, middle, middle + near, -middle - near]))];
      expect(rounded).toEqual([bits, bits + (bits % 2), bits + 1, 0x8000 | (bits + 1)]);
    }
    expect([...toF16(new Float32Array([65519.9, 65520, 1e30, 2 ** -25, 2 ** -25 * 1.001, 1e-30]))]).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0, 1, 0,
    ]);
  });
});
