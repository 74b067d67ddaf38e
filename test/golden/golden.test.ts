import { expect, test } from 'vitest';
import { type GoldenCase, readCase } from '../../tools/golden/case';
import { Comparison } from '../../tools/golden/compare';
import { runPi0Case } from '../../tools/golden/pi0';
import { runTextCase } from '../../tools/golden/text';
import { device } from '../gpu';

/** Tensors compared in each group. */
const counts = ({ groups }: Comparison) =>
  Object.fromEntries([...groups].map(([group, { compared }]) => [group, compared]));

const MINUTE = 60_000; // a slow machine compiles for a while

test(
  'text_lora: loss, outputs, every gradient, six steps and what they leave agree with openpi',
  async () => {
    const comparison = await runTextCase(device, readCase('test/fixtures/golden/text_lora') as GoldenCase);
    expect(counts(comparison)).toEqual({ loss: 1, out: 2, grad: 19, train: 3, after: 10 });
    expect(comparison.failures()).toEqual([]);
  },
  MINUTE,
);

test.each([
  ['pi0_full', { grad: 70, after: 69 }, 1], // the tower's key bias cancels in softmax: its gradient is rounding
  ['pi0_expert_lora', { grad: 60, after: 20 }, 0],
])(
  '%s: as above, and what both experts and the image tower give, and sampled actions',
  async (name, leaves, omitted) => {
    const comparison = await runPi0Case(device, readCase(`test/fixtures/golden/${name}`) as GoldenCase);
    expect(counts(comparison)).toEqual({ loss: 1, out: 7, train: 3, ...leaves });
    expect(comparison.omitted).toHaveLength(omitted);
    expect(comparison.failures()).toEqual([]);
  },
  2 * MINUTE,
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

test('of a reference that is rounding alone, only the size counts', () => {
  const comparison = new Comparison();
  comparison.add('grad', 'other rounding', [-3e-8, 2e-8], [4e-8, 1e-8]);
  expect(comparison.failures()).toEqual([]);
  comparison.add('grad', 'no rounding', [-3e-8, 2e-6], [4e-8, 1e-8]);
  expect(comparison.failures()).toEqual(['grad']);
});

test('a case of an unknown kind is refused in words', () => {
  expect(() => readCase('test/fixtures/golden')).toThrow('case.json is missing');
});
