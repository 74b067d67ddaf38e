import { type Gpu, requestGpu } from '../gpu/device';
import { probeMemory } from '../gpu/probe';
import { megabytes } from './auto_words';

/** Bytes that a run may take, and where the figure comes from. */
export interface Budget {
  readonly bytes: number;
  /** A sentence. */
  readonly reason: string;
}

/** A trial on a graphics card ends here: what other programs hold must not be driven out of its memory. */
const CARD_BYTES = 2 ** 32;
/** Share of the machine's memory at which a trial on a software GPU ends; the tab and all other programs need the rest. */
const SHARE = 1 / 4;
/** Of a machine that does not say how much memory it has. */
const UNKNOWN_MACHINE_BYTES = 2 ** 32;

/**
 * What this device gives, by a trial allocation on a GPU device of its own that is destroyed at once: if the trial were too
 * much, no other device is lost. Not during a run.
 * @throws ProblemError where there is no WebGPU
 */
export async function probeBudget(request: () => Promise<Gpu> = requestGpu): Promise<Budget> {
  const { device, software } = await request();
  try {
    const machine = machineBytes();
    const cap = software ? SHARE * (machine ?? UNKNOWN_MACHINE_BYTES) : CARD_BYTES;
    const { bytes, refused } = await probeMemory(device, cap);
    return { bytes, reason: reasonOf(bytes, { refused, software, machine }) };
  } finally {
    device.destroy();
  }
}

function reasonOf(
  bytes: number,
  { refused, software, machine }: { refused: boolean; software: boolean; machine: number | null },
): string {
  if (refused) return `A trial allocation: this device gave ${megabytes(bytes)} and refused more.`;
  if (!software) return `A trial allocation: this device gave ${megabytes(bytes)}, where the trial ends.`;
  const of = machine === null ? '' : ', a quarter of it';
  return `A trial allocation: this GPU is software and shares the machine’s memory, so the trial ends at ${megabytes(bytes)}${of}.`;
}

/** As the browser tells, rounded and never above 8 GiB; null where it does not. */
function machineBytes(): number | null {
  const { navigator } = globalThis as { readonly navigator?: { readonly deviceMemory?: number } };
  const deviceMemory = navigator?.deviceMemory;
  return deviceMemory === undefined ? null : deviceMemory * 2 ** 30;
}
