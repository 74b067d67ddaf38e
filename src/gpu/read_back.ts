import { orLoss } from './device';
import type { Memory } from './memory';
import { bytesOf, type Storage, type Tensor } from './tensor';

/** A part of a buffer. */
export interface Part {
  readonly buffer: GPUBuffer;
  /** Where it begins, bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Submits what is encoded, then copies of these parts; resolves with their bytes, one part behind the other, when the
 * GPU is done. Nothing else waits for numbers of the GPU: on the hot path the loss, and nothing more.
 * @param staging a mappable buffer that no other reading uses at the same time
 * @throws ProblemError where the GPU is lost meanwhile
 */
export async function submitAndRead(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  parts: readonly Part[],
  staging: GPUBuffer,
): Promise<ArrayBuffer> {
  let size = 0;
  for (const { buffer, offset, bytes } of parts) {
    encoder.copyBufferToBuffer(buffer, offset, staging, size, bytes);
    size += bytes;
  }
  device.queue.submit([encoder.finish()]);
  await orLoss(device, staging.mapAsync(GPUMapMode.READ, 0, size));
  const values = staging.getMappedRange(0, size).slice(0);
  staging.unmap();
  return values;
}

/**
 * Copies a tensor's bytes off the GPU. Never on the hot path.
 * @param through a planned staging buffer, used piece by piece by one caller at a time; without it, a buffer that
 *   lives only for this call
 */
export async function readBack(memory: Memory, t: Tensor<string>, through?: Storage): Promise<ArrayBuffer> {
  const { device } = memory;
  const size = bytesOf(t);
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = through ? memory.buffer(through) : device.createBuffer({ label: `read ${t.label}`, size, usage });
  const whole = new Uint8Array(size);
  for (let at = 0; at < size; at += staging.size) {
    const bytes = Math.min(staging.size, size - at);
    const part = { buffer: memory.buffer(t.storage), offset: t.offset + at, bytes };
    whole.set(new Uint8Array(await submitAndRead(device, device.createCommandEncoder(), [part], staging)), at);
  }
  if (!through) staging.destroy();
  return whole.buffer;
}

/** The values of an f32 tensor. */
export const readFloats = async (memory: Memory, t: Tensor<string>, through?: Storage) =>
  new Float32Array(await readBack(memory, t, through));
