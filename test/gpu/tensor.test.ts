import { expect, test } from 'vitest';
import {
  axes,
  byteLength,
  bytesOf,
  count,
  reshape,
  rowsOf,
  type Tensor,
  tensor,
  type WeightType,
} from '../../src/gpu/tensor';

const SIZES = { N: 6, C: 64, D: 5 };
const frozen = (type: WeightType = 'f32') => tensor('w', 'N C', SIZES, { type, kind: 'frozen' });
const withGradient = (): Tensor<'N C'> => ({
  ...frozen(),
  gradient: tensor('d w', 'N C', SIZES, { kind: 'gradients' }),
});

test('axes, elements and bytes of a shape', () => {
  expect(axes('N C')).toEqual(['N', 'C']);
  expect(axes('')).toEqual([]);
  expect(count('N C', SIZES)).toBe(6 * 64);
  expect(count('', {})).toBe(1);
  expect(['f32', 'u32', 'i32'].map((type) => byteLength(type as 'f32', 7))).toEqual([28, 28, 28]);
  for (const type of ['bf16', 'f16'] as const)
    expect([1, 2, 7, 8].map((elements) => byteLength(type, elements))).toEqual([4, 4, 16, 16]); // whole words
});

test('a tensor has a storage of its own, of its bytes, and keeps only the sizes that its shape names', () => {
  const t = tensor('x', 'N D', SIZES, { kind: 'activations', planned: true, type: 'bf16' });
  expect(t).toMatchObject({ label: 'x', shape: 'N D', sizes: { N: 6, D: 5 }, type: 'bf16', offset: 0 });
  expect(t.sizes).not.toHaveProperty('C');
  expect(t.storage).toEqual({ label: 'x', bytes: 60, kind: 'activations', planned: true });
  expect(tensor('read', '', {}, { kind: 'staging', use: 'read back' }).storage.use).toBe('read back');
  expect(bytesOf(t)).toBe(60);
});

test('another shape of the same values: same storage, gradient too; another number of elements is refused', () => {
  const w = withGradient();
  const flat = reshape(w, 'P', { P: 6 * 64 });
  expect(flat.storage).toBe(w.storage);
  expect(flat.gradient).toMatchObject({ shape: 'P', sizes: { P: 384 } });
  expect(flat.gradient?.storage).toBe(w.gradient?.storage);
  expect(() => reshape(w, 'P', { P: 383 })).toThrow('w: 384 elements (N C) cannot become 383 (P)');
});

test('rows are a view that begins at their bytes, gradient too', () => {
  const w = withGradient();
  const rows = rowsOf(w, 2, 3);
  expect(rows).toMatchObject({ sizes: { N: 3, C: 64 }, offset: 2 * 64 * 4 });
  expect(rows.storage).toBe(w.storage);
  expect(rows.gradient).toMatchObject({ sizes: { N: 3 }, offset: 2 * 64 * 4 });
  expect(rowsOf(rows, 1, 1).offset).toBe(3 * 64 * 4); // rows of rows
  for (const type of ['bf16', 'f16'] as const) expect(rowsOf(frozen(type), 2, 1).offset).toBe(2 * 64 * 2);
});

test('rows that begin where no binding may are refused', () => {
  expect(() => rowsOf(frozen('bf16'), 1, 1)).toThrow('w: row 1 starts at byte 128, which no binding may');
});
