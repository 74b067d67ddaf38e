import type { Memory } from '../gpu/memory';
import { problem } from '../problem';
import type { Prepared } from './prepare';

/**
 * Allocates everything that the plan names, under an out-of-memory scope, before anything else happens.
 * @throws ProblemError if the device refuses; nothing stays allocated then
 */
export async function allocate<B>(
  device: GPUDevice,
  memory: Memory,
  { step, sampler, plannedBytes }: Prepared<B>,
): Promise<void> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const storages = [
    ...step.plan.persistent,
    ...step.plan.slots,
    ...(sampler ? [...sampler.plan.persistent, ...sampler.plan.slots] : []),
  ];
  for (const storage of storages) memory.buffer(storage);
  const [validation, memoryError] = [await device.popErrorScope(), await device.popErrorScope()];
  const refused = memoryError ?? validation;
  if (!refused) return;
  memory.destroy();
  const megabytes = Math.ceil(plannedBytes / 1e6);
  throw problem(
    `The GPU refused ${megabytes} MB: ${refused.message}`,
    'GPU memory',
    'Choose a smaller batch or shorter windows, freeze more, or switch on re-computation.',
  );
}
