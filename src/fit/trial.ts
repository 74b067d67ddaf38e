import { orLoss } from '../gpu/device';
import type { Memory } from '../gpu/memory';
import type { Storage } from '../gpu/tensor';
import { ProblemError } from '../problem';
import type { PassMemory, Planned } from '../train/planned';
import { megabytes } from './words';

const FOR_STEPS = 'Choose a smaller batch or shorter windows, freeze more, or switch on re-computation.';
const FOR_THE_PASS =
  'Frames go through what comes before the expert in it: close other programs that use the GPU, or choose fewer cameras.';

/** The device did not give what a run needs. */
export class AllocationError extends ProblemError {
  readonly plannedBytes: number;

  constructor(plannedBytes: number, reason: string, fix = FOR_STEPS) {
    super({ what: `The GPU refused ${megabytes(plannedBytes)}: ${reason}`, where: 'GPU memory', fix });
    this.name = 'AllocationError';
    this.plannedBytes = plannedBytes;
  }
}

/**
 * Allocates everything that the plan of the steps names, under an out-of-memory scope, before anything else happens.
 * @throws AllocationError if the device refuses; nothing stays allocated then
 */
export const allocate = (device: GPUDevice, memory: Memory, planned: Planned): Promise<void> =>
  take(device, memory, storagesOf(planned), (reason) => new AllocationError(planned.plannedBytes, reason));

/** The same of the pass that goes before the steps. */
export const allocatePass = (device: GPUDevice, memory: Memory, { most, totalBytes }: PassMemory): Promise<void> =>
  take(device, memory, most, (reason) => new AllocationError(totalBytes, reason, FOR_THE_PASS));

async function take(
  device: GPUDevice,
  memory: Memory,
  storages: readonly Storage[],
  refusal: (reason: string) => AllocationError,
): Promise<void> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  for (const storage of storages) memory.buffer(storage);
  const scopes = [device.popErrorScope(), device.popErrorScope()].map((scope) => orLoss(device, scope));
  const [validation, memoryError] = await Promise.all(scopes);
  const refused = memoryError ?? validation;
  if (!refused) return;
  memory.destroy();
  throw refusal(refused.message);
}

/** Every buffer of a run's steps. */
export const storagesOf = ({ step, sampler }: Planned): Storage[] => [
  ...step.plan.persistent,
  ...step.plan.slots,
  ...(sampler ? [...sampler.plan.persistent, ...sampler.plan.slots] : []),
];
