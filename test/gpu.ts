import { afterEach, expect } from 'vitest';
import { fromF16, toBf16 } from '../src/floats';
import { bind, encode as encodeCalls } from '../src/gpu/dispatches';
import type { Call } from '../src/gpu/kernel';
import { Memory } from '../src/gpu/memory';
import { readBack } from '../src/gpu/read_back';
import { type ElementType, type Sizes, type Tensor, tensor } from '../src/gpu/tensor';
import type { Tape } from '../src/tape/tape';
import { dawnDevice } from '../tools/dawn';

/**
 * The WebGPU that the runtime brings (wgpu in Deno), else Dawn.
 * Limits are WebGPU's defaults (8 storage buffers, 256 invocations, 16 KiB), so what passes here is portable.
 */
export const device = await (globalThis.navigator?.gpu ? ownDevice(navigator.gpu) : dawnDevice());
export const memory = new Memory(device);

const errors: string[] = [];
device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
afterEach(async () => {
  await device.queue.onSubmittedWorkDone();
  expect(errors.splice(0)).toEqual([]);
});

/** A tensor that holds these values; without values, zeros. */
export function upload<const S extends string>(
  shape: S,
  sizes: Sizes<S>,
  values?: ArrayLike<number>,
  type: ElementType = 'f32',
): Tensor<S> {
  const t = tensor('test', shape, sizes, { type, kind: 'workspace' });
  if (values) memory.upload(t, encode(values, type));
  else memory.buffer(t.storage);
  return t;
}

/** A trainable parameter with a gradient that starts at zero. */
export function trainable<const S extends string>(shape: S, sizes: Sizes<S>, values: ArrayLike<number>): Tensor<S> {
  return { ...upload(shape, sizes, values), gradient: upload(shape, sizes) };
}

/** Runs calls in order, each tensor in a buffer of its own, and reads one tensor. */
export async function runAndRead(calls: readonly Call[], from: Tensor<string>): Promise<number[]> {
  const dispatches = await bind(device, calls, (storage) => memory.buffer(storage));
  const encoder = device.createCommandEncoder();
  encodeCalls(encoder, dispatches);
  device.queue.submit([encoder.finish()]);
  const bytes = await readBack(memory, from);
  return Array.from(from.type === 'f32' ? new Float32Array(bytes) : new Uint32Array(bytes));
}

/** Reproducible values in [-1, 1), each exact in the floats of 16 bits, so that packing loses nothing. */
export function randoms(count: number, seed = 1): number[] {
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 24) / 128 - 1;
  });
}

/** d(sum(f(x) * dy)) / dx by central differences on the float64 reference. */
export function numericalGradient(
  f: (x: number[]) => number[],
  x: number[],
  dy: ArrayLike<number>,
  step = 1e-4,
): number[] {
  const loss = (at: number[]) => f(at).reduce((sum, y, i) => sum + y * (dy[i] as number), 0);
  return x.map((value, i) => {
    const at = x.slice();
    at[i] = value + step;
    const up = loss(at);
    at[i] = value - step;
    return (up - loss(at)) / (2 * step);
  });
}

/** Largest |a - b| / (1 + |b|). */
export const maxError = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((worst, v, i) => {
    const error = Math.abs(v - (b[i] as number)) / (1 + Math.abs(b[i] as number));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
};

function encode(values: ArrayLike<number>, type: ElementType): ArrayBufferView<ArrayBuffer> {
  if (type === 'f32') return Float32Array.from(values);
  if (type === 'i32') return Int32Array.from(values);
  if (type === 'u32') return Uint32Array.from(values);
  const packed = new Uint16Array(Math.ceil(values.length / 2) * 2);
  packed.set(type === 'f16' ? Array.from(values, halfOf) : toBf16(Float32Array.from(values)));
  return packed;
}

/** The bits of every half float, by its value; those of 0 last, after those of −0. */
const halves = new Map(Array.from({ length: 2 ** 16 }, (_, n) => [fromF16(0xffff - n), 0xffff - n]));

function halfOf(value: number): number {
  const bits = halves.get(value);
  if (bits === undefined) throw new Error(`${value} is no half float`);
  return bits;
}

/** Makes dy the gradient of y, in place of a loss. */
export function seedGradient<S extends string>(tape: Tape, y: Tensor<S>, dy: ArrayLike<number>): void {
  tape.loss([y], () => memory.upload(tape.gradient(y).d, encode(dy, 'f32')));
}

/** A device of the WebGPU that the runtime itself brings, as Deno does. */
async function ownDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  return adapter.requestDevice();
}
