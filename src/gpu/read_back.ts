import type { Memory } from './memory';
import { bytesOf, type Tensor } from './tensor';

/** Copies a tensor's bytes off the GPU, through a buffer that lives only that long. Never on the hot path. */
export async function readBack(memory: Memory, t: Tensor<string>): Promise<ArrayBuffer> {
  const { device } = memory;
  const size = bytesOf(t);
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.createBuffer({ label: `read ${t.label}`, size, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(memory.buffer(t.storage), t.offset, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = staging.getMappedRange().slice(0);
  staging.destroy();
  return bytes;
}

/** The values of an f32 tensor. */
export const readFloats = async (memory: Memory, t: Tensor<string>) => new Float32Array(await readBack(memory, t));
