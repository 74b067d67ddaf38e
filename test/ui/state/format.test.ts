import { expect, test } from 'vitest';
import {
  ago,
  big,
  bytes,
  bytesChange,
  count,
  counted,
  duration,
  loss,
  percent,
  percentChange,
  perSecond,
  quantity,
  rate,
} from '../../../src/ui/words/format';
import { unitAfter } from '../../../src/ui/words/nouns';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [1024, '1.02 kB'],
  [9994, '9.99 kB'],
  [9996, '10.0 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [45_230_000, '45.2 MB'],
  [28_200_000_000, '28.2 GB'],
  [-4_300_000_000, '−4.30 GB'],
])('%d bytes are %s', (value, words) => {
  expect(bytes(value)).toBe(words);
});

test.each([
  [0, 'no change'],
  [1_200_000, '+1.20 MB'],
  [-1_200_000, '−1.20 MB'],
])('a change of %d bytes is %s', (value, words) => {
  expect(bytesChange(value)).toBe(words);
});

test.each([
  [0.4, 'under a second'],
  [1, '1 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [80, '1 min 20 s'],
  [3599.6, '1 h'],
  [7500, '2 h 5 min'],
  [172_800, '2 d'],
  [180_000, '2 d 2 h'],
  [Number.POSITIVE_INFINITY, 'unknown'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test('counts have separators, units have their plural', () => {
  expect(count(1492)).toBe('1,492');
  expect(counted(1, 'window')).toBe('1 window');
  expect(counted(0, 'window')).toBe('0 windows');
  expect(counted(3, 'leaf')).toBe('3 leaves');
});

test.each([
  [812, '812'],
  [1234, '1.23 k'],
  [999_600, '1.00 M'],
  [311_464_960, '311 M'],
  [3_240_000_000, '3.24 B'],
])('%d parameters are %s', (value, words) => {
  expect(big(value)).toBe(words);
});

test.each([
  [0, '0'],
  [0.005, '0.005'],
  [5e-5, '5e-5'],
  [1e-10, '1e-10'],
  [1.234e-7, '1.23e-7'],
  [42, '42'],
  [2 ** 31 - 1, '2.15e9'],
  [8192, '8192'],
  [1000, '1000'],
  [0.003, '0.003'],
  [5e-4, '0.0005'],
  [Number.NaN, 'not finite'],
])('the rate %d is written %s', (value, words) => {
  expect(rate(value)).toBe(words);
});

test('shares and changes', () => {
  expect(percent(0.1)).toBe('10 %');
  expect(percent(0.004)).toBe('0.4 %');
  expect(percentChange(4, 3)).toBe('−25 %');
  expect(percentChange(4, 5)).toBe('+25 %');
  expect(percentChange(4, 4)).toBe('0 %');
  expect(percentChange(4, 3.9999)).toBe('0 %');
  expect(percentChange(0, 1)).toBe('not finite');
});

test('losses line up, and say when they are no number', () => {
  expect(loss(2.5)).toBe('2.500');
  expect(loss(Number.NaN)).toBe('not finite');
});

test('rates a second', () => {
  expect(perSecond(1240.4)).toBe('1,240');
  expect(perSecond(8.44)).toBe('8.4');
});

test('how long ago', () => {
  const now = Date.UTC(2026, 10, 24, 12);
  expect(ago(now - 30_000, now)).toBe('just now');
  expect(ago(now - 5 * 60_000, now)).toBe('5 min ago');
  expect(ago(now - 3 * 3_600_000, now)).toBe('3 h ago');
  expect(ago(Date.UTC(2026, 10, 20, 12), now)).toBe('on 20 Nov 2026');
});

test.each([
  [0, '0'],
  [12.345, '12.3'],
  [-0.00871, '−0.00871'],
  [1520, '1,520'],
  [999.7, '1,000'],
  [2.1e-5, '2.1e−5'],
  [Number.NaN, 'not finite'],
])('a quantity of %d is %s', (value, words) => {
  expect(quantity(value)).toBe(words);
});

test.each([
  [1, 'windows', 'window'],
  [2, 'windows', 'windows'],
  [1, 'leaves', 'leaf'],
  [1, '× batch', '× batch'],
  [1, '个窗口', '个窗口'],
])('after %d the unit "%s" is "%s"', (value, unit, word) => {
  expect(unitAfter(value, unit)).toBe(word);
});
