import { expect, test } from 'vitest';
import { bytesWritten } from '../../src/settings/byte_size';

test.each<[string, number | undefined]>([
  ['24GB', 24e9],
  ['24 GB', 24e9],
  ['24 gb', 24e9],
  ['24g', 24e9],
  ['24 GiB', 24 * 2 ** 30],
  ['0.5 TB', 5e11],
  ['24,000 MB', 24e9],
  ['24_000_000_000', 24e9],
  ['24e9', 24e9],
  ['2.4e10', 24e9],
  ['2.4E+10', 24e9],
  ['1500 bytes', 1500],
  ['512 B', 512],
  ['', undefined],
  ['0', undefined],
  ['-24GB', undefined],
  ['24 XB', undefined],
  ['24 GB more', undefined],
  ['1e400', undefined],
  ['NaN', undefined],
])('%s is %s bytes', (text, bytes) => expect(bytesWritten(text)).toBe(bytes));

test('a plain number counts the unit, one with an exponent bytes', () => {
  expect(bytesWritten('24', 1e9)).toBe(24e9);
  expect(bytesWritten('0.25', 1e9)).toBe(25e7);
  expect(bytesWritten('24e9', 1e9)).toBe(24e9);
  expect(bytesWritten('24 MB', 1e9)).toBe(24e6);
});
