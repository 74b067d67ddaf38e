import { expect, test } from 'vitest';
import { frequenciesOf, GEMMA_ROTATION, rotationAngles } from '../../src/model/angles';

/** Of base^(−2i/H), its wavelengths and its scaling, computed with 40 decimal digits. */
const LLAMA_3_2: Readonly<Record<number, number>> = {
  0: 1,
  1: 0.6636012376960885, // as without scaling
  14: 0.003211445994752591,
  15: 0.0012905479282092638, // between the two
  16: 0.0004295567965593682,
  17: 9.708287802627673e-5,
  18: 1.9461638184831125e-5, // a 32nd of what it is without scaling
  31: 9.41830672543491e-8,
};

/** Largest |a / b − 1|. */
function relative(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, i) => Math.abs(value / expected[i]! - 1)));
}

test('frequencies without scaling, and divided by a factor, or by one each', () => {
  expect(relative(frequenciesOf(GEMMA_ROTATION, 6), [1, 0.04641588833612779, 0.002154434690031884])).toBeLessThan(
    1e-15,
  );
  const linear = frequenciesOf({ base: 1e6, scaling: { type: 'linear', factor: 8 } }, 8);
  expect(relative(linear, [0.125, 0.003952847075210474, 0.000125, 3.952847075210474e-6])).toBeLessThan(1e-15);
  const own = frequenciesOf({ base: 1e6, scaling: { type: 'factors', factors: [1, 2, 4, 32] } }, 8);
  expect(relative(own, [1, 0.015811388300841896, 0.00025, 9.882117688026186e-7])).toBeLessThan(1e-15);
});

test('the frequencies of Llama 3.2', () => {
  const scaling = {
    type: 'llama3',
    factor: 32,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalPositions: 8192,
  } as const;
  const frequencies = frequenciesOf({ base: 500_000, scaling }, 64);
  expect(frequencies).toHaveLength(32);
  const some = Object.keys(LLAMA_3_2).map((i) => frequencies[Number(i)]!);
  expect(relative(some, Object.values(LLAMA_3_2))).toBeLessThan(1e-14);
});

test('a row of the table has cosines, then sines, good to float32 at far positions too', () => {
  const table = rotationAngles(8192, frequenciesOf({ base: 500_000 }, 64));
  expect(table).toHaveLength(8192 * 64);
  const at = (position: number) => [0, 1, 32, 33].map((column) => table[position * 64 + column]!);
  expect(at(0)).toEqual([1, 1, 0, 0]);
  expect(relative(at(1), [0.5403023058681398, 0.787779134085742, 0.8414709848078965, 0.6159578199025634])).toBeLessThan(
    6e-8,
  );
  expect(
    relative(at(8191), [-0.6463904697642574, 0.8239513188026942, -0.7630067893524556, 0.5666605899860171]),
  ).toBeLessThan(6e-8);
});
