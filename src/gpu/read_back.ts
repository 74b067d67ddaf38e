import type { Memory } from './memory';
import { bytesOf, type Storage, type Tensor } from './tensor';

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
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(memory.buffer(t.storage), t.offset + at, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    whole.set(new Uint8Array(staging.getMappedRange(0, bytes)), at);
    staging.unmap();
  }
  if (!through) staging.destroy();
  return whole.buffer;
}

/** The values of an f32 tensor. */
export const readFloats = async (memory: Memory, t: Tensor<string>, through?: Storage) =>
  new Float32Array(await readBack(memory, t, through));
