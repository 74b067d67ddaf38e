import { expect, test } from 'vitest';
import { fromF16, toF16 } from '../../src/floats';
import { int8Rows, q8Rows, scalesIn, valuesOfRows } from '../../src/gpu/int8_rows';
import { byteLength, byteOffset, bytesOf, elementsIn, int8Row, reshape, rowsOf, tensor } from '../../src/gpu/tensor';
import { blocksOf, quantise } from '../reference/int8';

/** Of every size, 0 and the smallest float32 among them. */
const values = (count: number) =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * i) * 10 ** ((i % 9) - 6)));

test.each([1, 3, 4, 31, 64])(
  'rows of %d are those of the reference, and come back as what they stand for',
  (columns) => {
    const weight = values(5 * columns);
    const expected = quantise(weight, columns, columns);
    const rows = int8Rows(Float32Array.from(weight), columns);
    expect(rows.length).toBe(byteLength('int8', 5 * columns, columns));
    expect([...valuesOfRows(rows, 'int8', columns)]).toEqual(expected.values.map(Math.fround));
    for (let row = 0; row < 5; row++) {
      const own = rows.subarray(row * (rows.length / 5));
      expect([...new Int8Array(own.buffer, own.byteOffset, columns)]).toEqual(
        expected.integers.slice(row * columns, (row + 1) * columns),
      );
    }
  },
);

test('each value is within half a step of its row', () => {
  const weight = Float32Array.from(values(6 * 50));
  const back = valuesOfRows(int8Rows(weight, 50), 'int8', 50);
  for (let row = 0; row < 6; row++) {
    const own = weight.subarray(50 * row, 50 * row + 50);
    const step = Math.max(...own.map(Math.abs)) / 127;
    const furthest = own.map((value, i) => Math.abs(back[50 * row + i]! - value)).reduce((a, b) => Math.max(a, b));
    expect(furthest).toBeLessThanOrEqual(step * (0.5 + 1e-6));
  }
});

test('a row of zeros, and one too small for a scale, are zeros', () => {
  const rows = int8Rows(Float32Array.of(0, 0, 0, 1e-45, -1e-45, 0), 3);
  expect([...valuesOfRows(rows, 'int8', 3)]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("GGUF's blocks stand for the same values, the smallest scales and −128 too", () => {
  const halved = (scale: number) => fromF16(toF16(Float32Array.of(scale))[0]!);
  const weight = values(3 * 96);
  weight[0] = 1e-5; // a scale below the smallest normal half float
  const expected = quantise(weight, 96, 32, halved);
  const blocks = blocksOf(
    { ...expected, integers: [-128, ...expected.integers.slice(1)] },
    (scale) => toF16(Float32Array.of(scale))[0]!,
  );
  const rows = q8Rows(blocks, 96);
  expect(rows.length).toBe(byteLength('q8_0', 3 * 96, 96));
  const wanted = [-128 * expected.scales[0]!, ...expected.values.slice(1)];
  expect([...valuesOfRows(rows, 'q8_0', 96)]).toEqual(wanted.map((value) => Math.fround(value)));
  expect([...new Uint16Array(scalesIn(blocks).buffer)].map(fromF16)).toEqual(expected.scales);
});

test('bytes of rows: words of four, the scales, an even number of words', () => {
  expect(int8Row('int8', 640)).toEqual({ values: 160, words: 162 });
  expect(int8Row('int8', 5)).toEqual({ values: 2, words: 4 });
  expect(int8Row('q8_0', 96)).toEqual({ values: 24, words: 28 });
  expect(byteOffset('int8', 3 * 640, 640)).toBe(3 * 648);
  expect(elementsIn('int8', 3 * 648, 640)).toBe(3 * 640);
  expect(elementsIn('q8_0', 2 * 112, 96)).toBe(2 * 96);
  expect(() => byteOffset('int8', 100, 640)).toThrow('begins no row of 640');
  expect(() => byteLength('int8', 640)).toThrow('begins no row');
});

test('a tensor of rows keeps them: other shapes of the same rows, and some of them where a binding may begin', () => {
  const t = tensor('w', 'V C', { V: 256, C: 20 }, { type: 'int8', kind: 'frozen' });
  expect(bytesOf(t)).toBe(256 * 24);
  expect(reshape(t, 'G I O', { G: 2, I: 128, O: 20 }).storage).toBe(t.storage);
  expect(() => reshape(t, 'O I', { O: 512, I: 10 })).toThrow('rows of (V C) cannot become those of (O I) in int8');
  const some = rowsOf(t, 128, 100);
  expect([some.offset, bytesOf(some)]).toEqual([128 * 24, 2400]);
  expect(() => rowsOf(t, 1, 1)).toThrow('row 1 starts at byte 24');
});
