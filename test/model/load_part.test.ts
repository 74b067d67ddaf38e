import { expect, test } from 'vitest';
import { toBf16 } from '../../src/floats';
import { int8Rows, q8Rows, valuesOfRows } from '../../src/gpu/int8_rows';
import { readBack } from '../../src/gpu/read_back';
import { isInt8, tensor, type WeightType } from '../../src/gpu/tensor';
import { DECODER } from '../../src/leaves/decoder';
import { uploadPart } from '../../src/model/load_part';
import { Parameters, type ParametersOptions } from '../../src/model/parameters';
import type { Leaf } from '../../src/model/tree';
import { memory } from '../gpu';

const [ROWS, COLUMNS] = [300, 10];
const leaf: Leaf = { path: 'table', shape: [ROWS, COLUMNS], stacked: false, row: DECODER.embedding };
const floats = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.fround(Math.sin(i) * (1 + (i % 300))));
const rounded = valuesOfRows(int8Rows(floats, COLUMNS), 'int8', COLUMNS);
const bytesOf = (values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) => new Uint8Array(values.slice().buffer);

/** What lies on the GPU, as values. */
async function valuesIn(parameters: Parameters, columns: number): Promise<number[]> {
  const parts: number[] = [];
  for (const slice of parameters.slices) {
    const storage = slice.storage ?? parameters.arenas[slice.arena!]!.weights.storage;
    const words = tensor('all', 'P', { P: storage.bytes / 4 }, { kind: 'frozen', type: 'u32' });
    const bytes = new Uint8Array(await readBack(memory, { ...words, storage }));
    const values =
      slice.type && isInt8(slice.type) ? valuesOfRows(bytes, slice.type, columns) : new Float32Array(bytes.buffer);
    parts.push(...values.subarray(0, slice.elements));
  }
  return parts;
}

/** As it lies on the GPU after parts of so many rows, as values. */
async function loaded(type: WeightType, rows: number, options: ParametersOptions, asFrozen = false, trains = false) {
  const parameters = new Parameters([leaf], () => !trains, { storedAs: () => type, ...options });
  for (let first = 0; first < ROWS; first += rows) {
    const own = floats.subarray(first * COLUMNS, (first + rows) * COLUMNS);
    uploadPart(memory, parameters, leaf, { type: 'f32', first: first * COLUMNS, bytes: bytesOf(own) }, asFrozen);
  }
  return { values: await valuesIn(parameters, COLUMNS), pieces: parameters.slices.length };
}

test.each([300, 128, 7, 1])('rows in 8 bits, handed over %d at a time, whole and in pieces', async (rows) => {
  const whole = await loaded('int8', rows, {});
  expect(whole).toEqual({ values: [...rounded], pieces: 1 });
  const inPieces = await loaded('int8', rows, { arenaBytes: 128 * 16 });
  expect(inPieces).toEqual({ values: [...rounded], pieces: 3 });
});

test('what trains begins with the values of the file; where it was frozen before, with those that it had', async () => {
  expect((await loaded('int8', 64, {}, false, true)).values).toEqual([...floats]);
  expect((await loaded('int8', 64, {}, true, true)).values).toEqual([...rounded]);
  expect((await loaded('f32', 64, {}, true, true)).values).toEqual([...floats]);
});

test('what has trained stays as it was trained', async () => {
  expect((await loaded('int8', 64, { wasTrained: () => true })).values).toEqual([...floats]);
});

test("GGUF's blocks lie as they are, in pieces too; where they train, as the values that they stand for", async () => {
  const blocked: Leaf = { ...leaf, shape: [ROWS, 32] };
  const blocks = Uint8Array.from({ length: ROWS * 34 }, (_, i) => (i % 34 === 1 ? 0x2c : (i * 7) % 251)); // scales near 1/16
  const rows = q8Rows(blocks, 32);
  const stride = rows.length / ROWS;
  const wanted = [...valuesOfRows(rows, 'q8_0', 32)];
  for (const [trains, arenaBytes, pieces] of [
    [false, 128 * stride, 3],
    [true, 2 ** 20, 1],
  ] as const) {
    const parameters = new Parameters([blocked], () => !trains, { storedAs: () => 'q8_0', arenaBytes });
    for (let first = 0; first < ROWS; first += 70) {
      const bytes = rows.slice(first * stride, (first + 70) * stride);
      uploadPart(memory, parameters, blocked, { type: 'q8_0', first: first * 32, bytes });
    }
    expect(parameters.slices).toHaveLength(pieces);
    expect(await valuesIn(parameters, 32)).toEqual(wanted);
  }
});

test('nothing is rounded to another type of 16 bits', () => {
  const halves = new Parameters([leaf], () => true, { storedAs: () => 'f16' });
  const part = { type: 'bf16' as const, first: 0, bytes: bytesOf(toBf16(floats)) };
  expect(() => uploadPart(memory, halves, leaf, part)).toThrow('table would be rounded to f16');
});
