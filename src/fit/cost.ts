import { residentStateBytes } from '../filter/report';
import type { GpuFacts } from '../gpu/facts';
import { Memory } from '../gpu/memory';
import type { TaskSettings } from '../settings/task';
import { type Prepared, peakBytes } from '../train/planned';
import type { Cost } from './propose';
import { type Scopes, usualScopes } from './scopes';
import { type Extra, type Speed, measureSpeed as speedOf, workOf } from './speed';
import { AllocationError, allocate, allocatePass, storagesOf } from './trial';
import { withProposal } from './words';

/** What every plan of a proposal depends on, beside the settings. */
export interface Ground {
  readonly scopes: Scopes;
  /** Each query sees the keys before it alone. */
  readonly causal: boolean;
  readonly prepare: (settings: TaskSettings, gpu: GpuFacts | undefined) => Prepared<never>;
  /** What now and then runs before a step. */
  readonly extraWork: (settings: TaskSettings, prepared: Prepared<never>) => Extra | undefined;
  /** Of the device, with its largest buffer; null without a device: then WebGPU's defaults hold. */
  readonly limits: (GpuFacts & { readonly bufferBytes: number }) | null;
}

/** What a run takes. */
export function costOf(ground: Ground, settings: TaskSettings): Cost {
  const prepared = prepare(ground, settings);
  return costOfPrepared(prepared, ground.extraWork(settings, prepared));
}

/** The same of a run that has been prepared. @param extra what now and then runs before a step */
export function costOfPrepared(prepared: Prepared<never>, extra: Extra | undefined): Cost {
  const { step, byKind, pass, passMemory } = prepared;
  const { frozenParameters, trainableParameters } = step.parameters.counts();
  return {
    plannedBytes: peakBytes(prepared),
    byKind: pass && pass.plannedBytes > prepared.plannedBytes ? pass.byKind : byKind,
    largestBuffer: Math.max(...[...storagesOf(prepared), ...(passMemory?.most ?? [])].map(({ bytes }) => bytes)),
    trainableParameters,
    openpiBytes: residentStateBytes(frozenParameters, trainableParameters),
    flopsPerStep: step.flops,
    work: workOf(step, extra),
  };
}

/** How fast this device runs a step of these settings, whatever their filter is; see speed.ts. */
export function measureSpeed(device: GPUDevice, ground: Ground, settings: TaskSettings): Promise<Speed> {
  const { batchSize, accumulation, recompute } = settings;
  const scope = usualScopes(ground.scopes)[0]!;
  const usual = withProposal(settings, { ...scope.settings, batchSize, accumulation, recompute });
  return speedOf(device, prepare(ground, usual).step, ground.causal);
}

/** Does the device give what a run with these settings needs? Everything is freed again. */
export async function isGiven(device: GPUDevice, ground: Ground, settings: TaskSettings): Promise<boolean> {
  const memory = new Memory(device);
  try {
    const prepared = prepare(ground, settings);
    await allocate(device, memory, prepared);
    memory.destroy();
    if (prepared.passMemory) await allocatePass(device, memory, prepared.passMemory);
    return true;
  } catch (error) {
    if (error instanceof AllocationError) return false;
    throw error;
  } finally {
    memory.destroy();
  }
}

const prepare = ({ prepare, limits }: Ground, settings: TaskSettings): Prepared<never> =>
  prepare(settings, limits ?? undefined);
