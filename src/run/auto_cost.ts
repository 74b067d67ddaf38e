import type { BaseModel } from '../base/base';
import type { GpuFacts } from '../gpu/facts';
import { Memory } from '../gpu/memory';
import type { ActionsSettings, TaskSettings } from '../worker/api';
import type { DataFacts, PreparedActions } from './actions_prepare';
import type { Cost } from './auto';
import { usualScope } from './auto_scopes';
import { withProposal } from './auto_words';
import type { PreparedRun } from './prepare';
import { NO_FACTS, prepareTask } from './prepare_task';
import { type Extra, type Speed, measureSpeed as speedOf, workOf } from './speed';
import { AllocationError, allocate, storagesOf } from './trial';

/** What every plan of a proposal depends on, beside the settings. */
export interface Ground {
  readonly base: BaseModel;
  /** What is known of the recording that a run would train on; the text task does not ask. */
  readonly factsOf: (settings: ActionsSettings) => DataFacts;
  /** Of the device, with its largest buffer; null without a device: then WebGPU's defaults hold. */
  readonly limits: (GpuFacts & { readonly bufferBytes: number }) | null;
}

/** What a run takes. */
export function costOf(ground: Ground, settings: TaskSettings): Cost {
  const prepared = prepare(ground, settings);
  const { step, plannedBytes, byKind } = prepared;
  return {
    plannedBytes,
    byKind,
    largestBuffer: Math.max(...storagesOf(prepared).map(({ bytes }) => bytes)),
    trainableParameters: step.parameters.counts().trainableParameters,
    flopsPerStep: step.flops,
    work: workOf(step, prefixWork(ground, settings, prepared)),
  };
}

/** How fast this device runs a step of these settings, whatever their filter is; see speed.ts. */
export function measureSpeed(device: GPUDevice, ground: Ground, settings: TaskSettings): Promise<Speed> {
  const { batchSize, accumulation, recompute } = settings;
  const usual = withProposal(settings, { ...usualScope(settings.task).settings, batchSize, accumulation, recompute });
  return speedOf(device, prepare(ground, usual).step, settings.task === 'text');
}

/** Does the device give what a run with these settings needs? Everything is freed again. */
export async function isGiven(device: GPUDevice, ground: Ground, settings: TaskSettings): Promise<boolean> {
  const memory = new Memory(device);
  try {
    await allocate(device, memory, prepare(ground, settings));
    return true;
  } catch (error) {
    if (error instanceof AllocationError) return false;
    throw error;
  } finally {
    memory.destroy();
  }
}

function prepare({ base, factsOf, limits }: Ground, settings: TaskSettings): PreparedRun | PreparedActions {
  const facts = settings.task === 'actions' ? factsOf(settings) : NO_FACTS;
  return prepareTask(base, settings, facts, limits ?? undefined);
}

/** A prefix that stays the same is computed for each sample that a step sees for the first time. */
function prefixWork(
  { factsOf }: Ground,
  settings: TaskSettings,
  { step }: PreparedRun | PreparedActions,
): Extra | undefined {
  const prefix = 'prefix' in step ? step.prefix : null;
  if (!prefix || settings.task !== 'actions') return undefined;
  return { calls: prefix.calls, timesPerStep: newSamples(factsOf(settings), settings) / settings.batchSize };
}

/** Samples that a step sees for the first time, on average over the run. */
const newSamples = ({ prefixes }: DataFacts, { steps, batchSize, accumulation }: ActionsSettings): number =>
  Math.min(prefixes / steps, batchSize * accumulation);
