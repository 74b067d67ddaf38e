import { expect, test } from 'vitest';
import adamw from '../../shaders/adamw.update.wgsl';
import { uniformView } from '../../src/gpu/uniform';
import '../gpu'; // WebGPU's constants

const SHADER = `
struct Inner { a: f32, b: vec3f }
struct Numbers { count: u32, rate: f32, inner: Inner, last: i32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<uniform> numbers: Numbers;
fn helper(x: f32) -> f32 { return x; }
@compute @workgroup_size(1) fn main() {}
`;

test('fields lie where WGSL has them: vectors of three on 16 bytes, structs rounded up', () => {
  const view = uniformView(SHADER, 'numbers');
  view.set({ count: 7, rate: 0.5, inner: { a: 2, b: [3, 4, 5] }, last: -1 });
  expect(view.arrayBuffer.byteLength).toBe(64);
  const [floats, words] = [new Float32Array(view.arrayBuffer), new Int32Array(view.arrayBuffer)];
  expect([words[0], floats[1]]).toEqual([7, 0.5]);
  expect(floats[4]).toBe(2);
  expect([...floats.slice(8, 11)]).toEqual([3, 4, 5]);
  expect(words[12]).toBe(-1);
});

test('a uniform of one of our shaders', () => {
  const view = uniformView(adamw, 'step');
  view.set({ learning_rate: 0.25 });
  expect([...new Float32Array(view.arrayBuffer)]).toEqual([0.25]);
});

test('a uniform that the shader does not have is named', () => {
  expect(() => uniformView(SHADER, 'step')).toThrow('the shader has no uniform step');
});
