import type { ColumnMetaData } from 'hyparquet';
import { expect, test } from 'vitest';
import { checkFooter, checkPages } from '../../src/containers/parquet_pages';

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const zigzag = (value: number) => varint(value < 0 ? -value * 2 - 1 : value * 2);

/** A data page of the first form: `count` values, their definition levels in these runs, then four bytes of values. */
function page(count: number, runs: readonly number[], packed?: number) {
  const content = [runs.length, 0, 0, 0, ...runs, 0, 0, 0, 0];
  const details = [0x15, ...zigzag(count), 0x15, ...zigzag(0), 0];
  const sizes = [0x15, ...zigzag(0), 0x15, ...zigzag(content.length), 0x15, ...zigzag(packed ?? content.length)];
  return Uint8Array.from([...sizes, 0x2c, ...details, 0, ...content]);
}

const COLUMN = { codec: 'UNCOMPRESSED', type: 'FLOAT', num_values: 20n } as unknown as ColumnMetaData;
const check = (bytes: Uint8Array) => checkPages(bytes, COLUMN, { repetition: 0, definition: 1 }, {});

test('a page whose counts are true passes', () => {
  expect(() => check(page(20, [...varint(20 * 2), 1]))).not.toThrow();
  expect(() => check(page(20, [...varint(4 * 2), 1, ...varint(2 * 2 + 1), 255, 255]))).not.toThrow();
});

test.each([
  ['a run of two thousand million values', page(20, [...varint(2 ** 31), 1]), 'a run claims 1073741824 of 20 values'],
  ['packed values without end', page(20, [...varint(2 ** 31 + 1), 1]), 'a run claims 8589934592 of 20 values'],
  [
    'more values than the column',
    page(2 ** 31, [...varint(40), 1]),
    'claims 2147483648 values where there are at most 20',
  ],
  ['less than none', page(-1, [...varint(40), 1]), 'a page claims -1 values'],
  ['a page longer than the file', page(20, [...varint(40), 1], 10_000), 'a page claims 10000 of'],
  ['levels that end too early', page(20, [...varint(2), 1]).slice(0, -6), 'a page claims'],
  ['no page at all', Uint8Array.from([255, 255, 255, 255]), 'the head of a page or the footer is damaged'],
])('%s is refused before it is believed', (_, bytes, why) => {
  expect(() => check(bytes)).toThrow(why);
});

test('of a footer, lists are read to their end, and one that is longer than the file is refused', () => {
  const [i32, list, struct, flags] = [5, 9, 12, 1];
  const ofStructs = [0x10 | list, 0x20 | struct, 0x10 | i32, 2, 0, 0x10 | i32, 4, 0];
  const ofFlags = [0x10 | list, 0x20 | flags, 1, 2];
  expect(() => checkFooter(Uint8Array.from([...ofStructs, ...ofFlags, 0]))).not.toThrow();
  const endless = [0x10 | list, 0xf0 | struct, ...varint(2 ** 30), 0];
  expect(() => checkFooter(Uint8Array.from(endless))).toThrow('a list claims 1073741824 of 1 bytes');
});
