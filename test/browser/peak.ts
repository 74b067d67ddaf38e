import { getWebGPUMemoryUsage } from 'webgpu-memory'; // it counts what is made after it is imported

/** Bytes in buffers now, by a count that is not ours. */
export const used = () => getWebGPUMemoryUsage().memory.buffer;

/** The largest number of bytes in buffers while `work` runs, looked at whenever a buffer is made, and what is left after it. */
export async function measure(
  device: GPUDevice,
  work: () => Promise<unknown>,
): Promise<{ peak: number; left: number }> {
  const before = used();
  let peak = 0;
  const make = device.createBuffer;
  device.createBuffer = (descriptor) => {
    const made = make.call(device, descriptor);
    peak = Math.max(peak, used() - before);
    return made;
  };
  try {
    await work();
  } finally {
    device.createBuffer = make;
  }
  return { peak, left: used() - before };
}
