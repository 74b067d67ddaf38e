import { expect, test } from 'vitest';
import { readCase } from '../../tools/golden/case';
import { Comparison } from '../../tools/golden/compare';
import { runTextCase } from '../../tools/golden/text';
import { device } from '../gpu';

const MINUTE = 60_000; // a slow machine compiles for a while

test(
  'text_lora: loss, outputs, every gradient, six steps and what they leave agree with openpi',
  async () => {
    const comparison = await runTextCase(device, readCase('test/fixtures/golden/text_lora'));
    const compared = [...comparison.groups].map(([group, { compared }]) => [group, compared]);
    expect(compared).toEqual([
      ['loss', 1],
      ['out', 2],
      ['grad', 19],
      ['train', 3],
      ['after', 10],
    ]);
    expect(comparison.failures()).toEqual([]);
  },
  MINUTE,
);

test('a wrong tensor, a zero reference and NaN are noticed', () => {
  const comparison = new Comparison();
  comparison.add('loss', 'near', [1.00001], [1]);
  expect(comparison.failures()).toEqual([]);
  comparison.add('loss', 'far', [1.001], [1]);
  comparison.add('out', 'zero', [2e-6], [0]);
  comparison.add('grad', 'NaN', [Number.NaN], [1]);
  comparison.add('grad', 'after NaN', [1], [1]);
  comparison.add('after', 'half way', [1.5], [2], [1]);
  expect(comparison.failures()).toEqual(['loss', 'out', 'grad', 'after']);
});

test('a case of an unknown kind is refused in words', () => {
  expect(() => readCase('test/fixtures/golden')).toThrow('case.json is missing');
});
