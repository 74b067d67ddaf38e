import { type Gpu, requestGpu } from '../gpu/device';
import { probeMemory } from '../gpu/probe';
import { megabytes } from './words';

/** Bytes that a run may take, and where the figure comes from. */
export interface Budget {
  readonly bytes: number;
  /** A sentence. */
  readonly reason: string;
}

/** A trial on a graphics card ends here: what other programs hold must not be driven out of its memory. */
const CARD_BYTES = 2 ** 32;
/**
 * Where a trial on a software GPU ends: at a share of the machine's memory, since the tab and all other programs need the
 * rest; and early, since such a GPU writes zeros to all that it gives, which takes seconds.
 */
const SHARE = 1 / 8;
const SOFTWARE_BYTES = 2 ** 30;

/**
 * What this device gives, by a trial allocation on a GPU device of its own that is destroyed at once: if the trial were too
 * much, no other device is lost. Not during a run.
 * @throws ProblemError where there is no WebGPU
 */
export async function probeBudget(request: () => Promise<Gpu> = requestGpu): Promise<Budget> {
  const { device, software } = await request();
  try {
    const { bytes, refused } = await probeMemory(device, software ? softwareBytes() : CARD_BYTES);
    return { bytes, reason: reasonOf(bytes, { refused, software }) };
  } finally {
    device.destroy();
  }
}

function reasonOf(bytes: number, { refused, software }: { refused: boolean; software: boolean }): string {
  if (refused) return `A trial allocation: this device gave ${megabytes(bytes)} and refused more.`;
  if (!software) return `A trial allocation: this device gave ${megabytes(bytes)}, where the trial ends.`;
  return `A trial allocation: this GPU is software and shares the machine’s memory, so the trial ends at ${megabytes(bytes)}.`;
}

function softwareBytes(): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly deviceMemory?: number } };
  const gibibytes = navigator?.deviceMemory ?? Number.POSITIVE_INFINITY; // some browsers do not say
  return Math.min(SOFTWARE_BYTES, SHARE * gibibytes * 2 ** 30);
}
