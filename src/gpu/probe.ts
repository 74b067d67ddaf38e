import { orLoss } from './device';
import { type Dispatch, encode } from './dispatches';

/** What a trial allocation found. */
export interface FoundMemory {
  readonly bytes: number;
  /** True: the device refused more. False: nothing was refused, and the trial ended at its cap. */
  readonly refused: boolean;
}

/** The first buffer of a trial allocation; each further one is twice as large, as long as the device allows one. */
const FIRST_BYTES = 2 ** 24;

/**
 * How much a device gives, up to a cap: buffers in growing steps, each under an out-of-memory scope, all freed before it
 * answers. After a refusal it tries smaller ones, so the answer is short by less than the first buffer's size.
 * @param capBytes where it stops: taking more could starve what else the machine does
 */
export async function probeMemory(device: GPUDevice, capBytes: number): Promise<FoundMemory> {
  const buffers: GPUBuffer[] = [];
  const { maxBufferSize } = device.limits;
  let bytes = 0;
  let refused = false;
  let growing = true;
  let size = FIRST_BYTES;
  try {
    while (size >= FIRST_BYTES) {
      const fits = bytes + size <= capBytes && size <= maxBufferSize;
      const buffer = fits ? await tryBuffer(device, size) : null;
      if (buffer) {
        buffers.push(buffer);
        bytes += size;
        if (growing && 2 * size <= maxBufferSize) size *= 2;
      } else {
        refused ||= fits;
        growing = false;
        size /= 2;
      }
    }
    return { bytes, refused };
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** A buffer, or null where the device refuses it. */
async function tryBuffer(device: GPUDevice, size: number): Promise<GPUBuffer | null> {
  device.pushErrorScope('out-of-memory');
  const buffer = device.createBuffer({ label: 'trial', size, usage: GPUBufferUsage.STORAGE });
  if (!(await orLoss(device, device.popErrorScope()))) return buffer;
  buffer.destroy();
  return null;
}

/** Wall-clock seconds that `repetitions` of these dispatches take, in one submit, waiting for it included. */
export async function secondsOf(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  repetitions: number,
): Promise<number> {
  const encoder = device.createCommandEncoder();
  encode(encoder, ...new Array<readonly Dispatch[]>(repetitions).fill(dispatches));
  const start = performance.now();
  device.queue.submit([encoder.finish()]);
  await orLoss(device, device.queue.onSubmittedWorkDone());
  return (performance.now() - start) / 1000;
}
