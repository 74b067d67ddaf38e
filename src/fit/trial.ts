import { orLoss } from '../gpu/device';
import type { Memory } from '../gpu/memory';
import type { Storage } from '../gpu/tensor';
import { ProblemError } from '../problem';
import type { Planned } from '../train/planned';
import { megabytes } from './words';

/** The device did not give what a run needs. */
export class AllocationError extends ProblemError {
  readonly plannedBytes: number;

  constructor(plannedBytes: number, reason: string) {
    super({
      what: `The GPU refused ${megabytes(plannedBytes)}: ${reason}`,
      where: 'GPU memory',
      fix: 'Choose a smaller batch or shorter windows, freeze more, or switch on re-computation.',
    });
    this.name = 'AllocationError';
    this.plannedBytes = plannedBytes;
  }
}

/**
 * Allocates everything that the plan names, under an out-of-memory scope, before anything else happens.
 * @throws AllocationError if the device refuses; nothing stays allocated then
 */
export async function allocate(device: GPUDevice, memory: Memory, planned: Planned): Promise<void> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  for (const storage of storagesOf(planned)) memory.buffer(storage);
  const scopes = [device.popErrorScope(), device.popErrorScope()].map((scope) => orLoss(device, scope));
  const [validation, memoryError] = await Promise.all(scopes);
  const refused = memoryError ?? validation;
  if (!refused) return;
  memory.destroy();
  throw new AllocationError(planned.plannedBytes, refused.message);
}

/** Every buffer of a run. */
export const storagesOf = ({ step, sampler }: Planned): Storage[] => [
  ...step.plan.persistent,
  ...step.plan.slots,
  ...(sampler ? [...sampler.plan.persistent, ...sampler.plan.slots] : []),
];
