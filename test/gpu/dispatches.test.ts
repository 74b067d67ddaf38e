import { expect, test } from 'vitest';
import { bind, encode } from '../../src/gpu/dispatches';
import { call, kernel, read, uniform, write } from '../../src/gpu/kernel';
import { Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import { rowsOf, type Storage, tensor } from '../../src/gpu/tensor';
import { device, upload } from '../gpu';

const scale = kernel({
  label: 'test.scale',
  source: `override N: u32; override BY: f32;
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(1) fn main(@builtin(workgroup_id) group: vec3u) {
      y[group.x] = BY * x[group.x] + f32(arrayLength(&x));
    }`,
  overrides: { BY: 2 },
  bindings: { x: read('N'), y: write('N') },
  workgroups: ({ N }) => [N],
});

const bound = (memory: Memory, ...calls: Parameters<typeof bind>[1]) =>
  bind(device, calls, (storage) => memory.buffer(storage));

function dispatch(dispatches: Awaited<ReturnType<typeof bind>>): void {
  const encoder = device.createCommandEncoder();
  encode(encoder, dispatches);
  device.queue.submit([encoder.finish()]);
}

test('dispatches run in order, each on the bytes of its tensors and no others', async () => {
  const memory = new Memory(device);
  const x = tensor('x', 'N', { N: 66 }, { kind: 'inputs' });
  memory.upload(
    x,
    Float32Array.from({ length: 66 }, (_, i) => i),
  );
  const [y, z] = ['y', 'z'].map((label) => tensor(label, 'N', { N: 2 }, { kind: 'workspace' })) as [typeof x, typeof x];
  const last = rowsOf(x, 64, 2);
  dispatch(await bound(memory, call(scale, { x: last, y }), call(scale, { x: y, y: z }, { BY: 10 })));
  expect([...(await readFloats(memory, y))]).toEqual([130, 132]); // 2 * x + 2: its length is that of the rows
  expect([...(await readFloats(memory, z))]).toEqual([1302, 1322]);
  memory.destroy();
});

test('a kernel is compiled once for each set of constants, whatever it is bound to', async () => {
  const memory = new Memory(device);
  const tensors = () => ({
    x: tensor('x', 'N', { N: 3 }, { kind: 'inputs' }),
    y: tensor('y', 'N', { N: 3 }, { kind: 'inputs' }),
  });
  const told: string[] = [];
  const calls = [call(scale, tensors()), call(scale, tensors()), call(scale, tensors(), { BY: 3 })];
  const dispatches = await bind(
    device,
    calls,
    (storage) => memory.buffer(storage),
    (done, of) => told.push(`${done} of ${of}`),
  );
  expect(told).toEqual(['1 of 2', '2 of 2']);
  expect(dispatches[0]?.pipeline).toBe(dispatches[1]?.pipeline);
  expect(dispatches[0]?.pipeline).not.toBe(dispatches[2]?.pipeline);
  expect(dispatches[0]?.bindGroup).not.toBe(dispatches[1]?.bindGroup);
  expect(dispatches.map(({ label }) => label)).toEqual(new Array(3).fill('test.scale'));
  memory.destroy();
});

test('a buffer that is shorter than its tensor is refused by the device, by name', async () => {
  const memory = new Memory(device);
  const short: Storage = { label: 'short', bytes: 8, kind: 'inputs', planned: false };
  const x = { ...tensor('x', 'N', { N: 3 }, { kind: 'inputs' }), storage: short };
  device.pushErrorScope('validation');
  await bound(memory, call(scale, { x, y: tensor('y', 'N', { N: 3 }, { kind: 'inputs' }) }));
  const named = 'deno' in process.versions ? "'short'" : 'test.scale'; // wgpu names the buffer, Dawn the bind group
  expect((await device.popErrorScope())?.message).toContain(named);
  memory.destroy();
});

test('a shader that does not compile is an error that names its kernel', async () => {
  const memory = new Memory(device);
  const broken = kernel({ ...scale, label: 'test.broken', source: 'fn main() { return 1; }' });
  const tensors = { x: upload('N', { N: 1 }), y: upload('N', { N: 1 }) };
  device.pushErrorScope('validation');
  await expect(bound(memory, call(broken, tensors))).rejects.toThrow('test.broken');
  expect(await device.popErrorScope()).not.toBeNull();
  memory.destroy();
});

test('a uniform is bound whole, though its tensor is one number', async () => {
  const memory = new Memory(device);
  const sum = kernel({
    label: 'test.sum',
    source: `struct Four { a: f32, b: f32, c: f32, d: f32 }
      @group(0) @binding(0) var<storage, read_write> y: array<f32>;
      @group(0) @binding(1) var<uniform> four: Four;
      @compute @workgroup_size(1) fn main() { y[0] = four.a + four.b + four.c + four.d; }`,
    overrides: {},
    bindings: { y: write(''), four: uniform() },
    workgroups: () => [1],
  });
  const contents = new Uint32Array(Float32Array.of(1, 20, 300, 4000).buffer);
  const one = tensor('four', '', {}, { kind: 'inputs' });
  const four = { ...one, storage: { ...one.storage, bytes: 16, use: 'uniform' as const, contents } };
  const y = tensor('y', '', {}, { kind: 'workspace' });
  const recorded = call(sum, { y, four });
  dispatch(await bound(memory, { ...recorded, constants: {} }));
  expect([...(await readFloats(memory, y))]).toEqual([4321]);
  memory.destroy();
});
