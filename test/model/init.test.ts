import { expect, test } from 'vitest';
import { fromBf16, toBf16 } from '../../src/floats';
import { GEMMA } from '../../src/leaves/gemma';
import { initialLora } from '../../src/model/init';
import type { Leaf } from '../../src/model/tree';

const leaf = (path: string): Leaf => ({ path, shape: [100, 200], stacked: false, row: GEMMA.q.a });

test('both factors of LoRA begin as openpi’s: normal, around 0, with a deviation of 0.01', () => {
  for (const path of ['q/lora_a', 'q/lora_b']) {
    const values = initialLora(leaf(path), 1);
    expect(values).toHaveLength(20_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(4 * (0.01 / Math.sqrt(20_000)));
    expect(Math.abs(deviation / 0.01 - 1)).toBeLessThan(0.03);
    expect(values.filter((value) => Math.abs(value) < 0.01).length / values.length).toBeCloseTo(0.683, 1);
  }
});

test('they depend on seed and path alone, and are exact in bfloat16', () => {
  const values = initialLora(leaf('a'), 1);
  expect(initialLora(leaf('a'), 1)).toEqual(values);
  expect(initialLora(leaf('a'), 2)).not.toEqual(values);
  expect(initialLora(leaf('b'), 1)).not.toEqual(values);
  expect(fromBf16(toBf16(values))).toEqual(values);
});
