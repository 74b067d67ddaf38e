import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { Uniform } from '../../src/gpu/uniform';
import { adamwKernels } from '../../src/ops/adamw';
import { matmulKernels } from '../../src/ops/matmul';
import { upload } from '../gpu';

const mixed = {
  label: 'mixed.forward',
  source: `
struct Numbers { count: u32, rate: f32, shift: i32 }
struct Vectors { direction: vec3f }
@group(0) @binding(0) var<uniform> numbers: Numbers; // ()
@group(0) @binding(1) var<uniform> vectors: Vectors; // ()
@compute @workgroup_size(1)
fn main() {}
`,
};

test('numbers lie where the WGSL declares them, whatever their order in TypeScript', () => {
  const numbers = new Uniform(mixed, 'numbers');
  expect(numbers.fields).toEqual({ count: 'u32', rate: 'f32', shift: 'i32' });
  const words = numbers.set({ shift: -2, rate: 0.5, count: 2 ** 32 - 1 });
  expect([...words]).toEqual([0xffffffff, 0x3f000000, 0xfffffffe]);
  expect(numbers.storage('numbers')).toMatchObject({ bytes: 12, use: 'uniform' });
});

test.each<[string, Record<string, number>, string]>([
  ['missing', { count: 1, rate: 1 }, 'mixed.forward: numbers.shift is not given'],
  ['unknown', { count: 1, rate: 1, shift: 1, ratio: 2 }, 'mixed.forward: numbers has no field ratio'],
  ['a fraction', { count: 1.5, rate: 1, shift: 1 }, 'mixed.forward: numbers.count is 1.5, no u32'],
  ['below zero', { count: -1, rate: 1, shift: 1 }, 'mixed.forward: numbers.count is -1, no u32'],
  ['too large', { count: 1, rate: 1, shift: 2 ** 31 }, 'mixed.forward: numbers.shift is 2147483648, no i32'],
  ['not a number', { count: Number.NaN, rate: 1, shift: 1 }, 'mixed.forward: numbers.count is NaN, no u32'],
  ['a flag', { count: 1, rate: true as unknown as number, shift: 1 }, 'mixed.forward: numbers.rate is true, no f32'],
])('a field that is %s is named, with its kernel', (_, values, message) => {
  expect(() => new Uniform(mixed, 'numbers').set(values)).toThrow(message);
});

test('a uniform that is not there, or has a field that is no single number, is named', () => {
  expect(() => new Uniform(mixed, 'sizes')).toThrow('mixed.forward has no uniform sizes');
  expect(() => new Uniform(mixed, 'vectors')).toThrow('mixed.forward: vectors.direction is not one number');
});

test('sizes of a product are recorded under their names; products of the same sizes share them', () => {
  const sizes = { N: 5, J: 1, I: 7, G: 3, O: 11 };
  const tensors = { x: upload('N J I', sizes), weight: upload('G I O', sizes), y: upload('N G O', sizes) };
  const [first, second, other] = [{ SCALE: 0.5 }, { SCALE: 0.5 }, { SCALE: 0.5, ADD: true }].map(
    (overrides) => call(matmulKernels.forward, tensors, overrides).tensors.sizes!.storage,
  );
  const expected = new Uniform(matmulKernels.forward, 'sizes').set({ ...sizes, ADD: 0, SCALE: 0.5 });
  expect(first!.contents).toEqual(expected);
  expect(second).toBe(first);
  expect(other!.contents).not.toEqual(first!.contents);
});

test('what changes each step is one number', () => {
  expect(new Uniform(adamwKernels.update, 'step').fields).toEqual({ learning_rate: 'f32' });
});
