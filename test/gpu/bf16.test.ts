import { expect, test } from 'vitest';
import { fromBf16, toBf16 } from '../../src/floats';

const bitsOf = (...words: number[]) => new Float32Array(Uint32Array.from(words).buffer);
const through = (...values: number[]) => [...fromBf16(toBf16(Float32Array.from(values)))];

test('the upper half of a float32, and back, is exact where the lower half is zero', () => {
  const exact = [0, -0, 1, -1.5, 2 ** 100, 2 ** -126, 1.9921875, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(through(...exact)).toEqual(exact);
  expect([...toBf16(bitsOf(0x3f800000, 0xc0490000))]).toEqual([0x3f80, 0xc049]);
});

test('rounded to the nearest, and halfway to the even one', () => {
  const rounded = toBf16(bitsOf(0x3f800001, 0x3f807fff, 0x3f808000, 0x3f808001, 0x3f818000, 0xbf818000, 0x3fffffff));
  expect([...rounded]).toEqual([0x3f80, 0x3f80, 0x3f80, 0x3f81, 0x3f82, 0xbf82, 0x4000]);
});

test('what is larger than the largest becomes infinite, and no number stays no number', () => {
  expect([...toBf16(bitsOf(0x7f7fffff))]).toEqual([0x7f80]);
  const nans = toBf16(bitsOf(0x7fc00000, 0x7f800001, 0x7fffffff, 0xffffffff));
  expect([...fromBf16(nans)].every(Number.isNaN)).toBe(true);
});

test('a view into a larger array is read where it begins', () => {
  expect([...toBf16(Float32Array.of(1, 2, 3).subarray(1, 2))]).toEqual([0x4000]);
});
