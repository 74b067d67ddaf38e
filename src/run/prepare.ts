import { isLora, withLora } from '../adapter/adapter';
import type { Base, BaseModel } from '../base/base';
import { compile } from '../filter/evaluate';
import { parse } from '../filter/parse';
import { residentStateBytes } from '../filter/report';
import { type GpuFacts, NO_GPU_YET } from '../gpu/facts';
import type { ModelConfig } from '../model/config';
import { initialLora } from '../model/init';
import type { LeafValues } from '../model/load';
import { Parameters, type ParametersOptions } from '../model/parameters';
import { type Leaf, leavesOf } from '../model/tree';
import type { Plan } from '../plan/plan';
import { problem } from '../problem';
import type { Batch } from '../train/batch';
import { type LossOutputs, type RecordedStep, recordTextStep } from '../train/record';
import { type RecordedSampler, recordSampler } from '../train/sampler';
import type { BytesByKind, PlanReport, RunSettings, TrainingSettings } from '../worker/api';

/** What is known of a run before any GPU, whatever its task. */
export interface Planned {
  readonly step: Pick<RecordedStep, 'plan' | 'parameters' | 'flops'>;
  /** Shows what the model does; null where nobody asks. */
  readonly sampler: { readonly plan: Plan } | null;
  readonly plannedBytes: number;
  readonly byKind: BytesByKind;
}

/** A run before any GPU. */
export interface Prepared<B> extends Planned {
  readonly step: RecordedStep<B, LossOutputs>;
}

/** A text run before any GPU: what its settings mean. */
export interface PreparedRun extends Prepared<Batch> {
  readonly step: RecordedStep;
  /** Continues the sample prompts; null where the settings name none. */
  readonly sampler: RecordedSampler | null;
}

/** openpi's AdamW: the betas and epsilon that its configurations share. */
export const optimizerOf = ({ weightDecay, clipNorm }: Pick<TrainingSettings, 'weightDecay' | 'clipNorm'>) => ({
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay,
  clipNorm,
});

/**
 * Records a run's programs and plans their memory.
 * @param gpu of the device that will run it
 * @param wasTrained see layoutOf()
 * @throws ProblemError for settings that cannot run
 */
export function prepareRun(
  base: BaseModel,
  settings: RunSettings,
  gpu = NO_GPU_YET,
  wasTrained?: (path: string) => boolean,
): PreparedRun {
  checkSettings(base, settings);
  return recordRun(configOfRun(base.config, settings), settings, base.summary.context, gpu, wasTrained);
}

/** A base's sizes with the adapters that the settings ask for: in every expert, or, of a π0, in the last alone. */
export function configOfRun(
  base: ModelConfig,
  settings: Pick<TrainingSettings, 'loraRank' | 'loraAlpha'> & { readonly backboneLora?: boolean },
): ModelConfig {
  const { loraRank, loraAlpha, backboneLora = false } = settings;
  const last = base.experts.length - 1;
  return withLora(base, loraRank, loraAlpha, (expert) => backboneLora || expert === last);
}

/**
 * A text run of any model.
 * @param context S: tokens of prompt and answer together that the sampler has room for
 */
export function recordRun(
  config: ModelConfig,
  settings: RunSettings,
  context: number,
  gpu = NO_GPU_YET,
  wasTrained?: (path: string) => boolean,
): PreparedRun {
  const isFrozen = compile(parse(settings.freeze));
  const parameters = new Parameters(leavesOf(config), isFrozen, layoutOf(gpu, wasTrained));
  const shape = { B: settings.batchSize, T: settings.sequenceLength, M: settings.accumulation };
  const { recompute } = settings;
  const { software } = gpu;
  const step = recordTextStep(config, parameters, shape, optimizerOf(settings), { software, recompute });
  const sampler = settings.samplePrompts.length > 0 ? recordSampler(config, parameters, context, gpu) : null;
  return { step, sampler, ...bytesOfAll(step, sampler) };
}

/** @param wasTrained leaves of an earlier stage: those that this one freezes stay in float32 */
export const layoutOf = ({ bindingBytes }: GpuFacts, wasTrained?: (path: string) => boolean): ParametersOptions => ({
  pageBytes: bindingBytes,
  ...(wasTrained ? { wasTrained } : {}),
});

/** The plan as the page shows it. */
export function planReport({ step, sampler, plannedBytes, byKind }: Planned): PlanReport {
  const ownOfSampler = plannedBytes - step.plan.totalBytes;
  const counts = step.parameters.counts();
  return {
    totalBytes: plannedBytes,
    byKind,
    liveBytes: step.plan.liveBytes + (sampler ? ownOfSampler : 0),
    ...counts,
    openpiResidentBytes: residentStateBytes(counts.frozenParameters, counts.trainableParameters),
    flopsPerStep: step.flops,
  };
}

/** A leaf's values at the start of a run. The base has no LoRA: with `withoutLora` the model computes what the base does. */
export function startValues(base: Base, seed: number, withoutLora: boolean): (leaf: Leaf) => LeafValues {
  return (leaf) => {
    if (isLora(leaf.path)) {
      const start = initialLora(leaf, seed);
      return withoutLora ? start.fill(0) : start;
    }
    const values = base.values.get(leaf.path);
    if (!values) throw problem(`The base has no values for ${leaf.path}.`, base.summary.name);
    return values;
  };
}

/** Bytes of step and sampler together: parameters and small constants are shared. */
export function bytesOfAll({ plan: ofStep }: Planned['step'], sampler: Planned['sampler']) {
  const total = { ...ofStep.byKind };
  const shared = new Set(ofStep.persistent);
  const own = sampler ? [...sampler.plan.slots, ...sampler.plan.persistent.filter((one) => !shared.has(one))] : [];
  for (const { kind, bytes } of own) total[kind] += bytes;
  return { byKind: total, plannedBytes: Object.values(total).reduce((sum, bytes) => sum + bytes, 0) };
}

function checkSettings({ summary }: BaseModel, settings: RunSettings): void {
  checkTraining(settings);
  const { sequenceLength } = settings;
  if (!Number.isInteger(sequenceLength) || sequenceLength < 2 || sequenceLength > summary.context) {
    const fix = `Choose a whole number from 2 to ${summary.context}.`;
    throw problem(`A window of ${sequenceLength} tokens does not fit this base.`, 'sequenceLength', fix);
  }
}

/** @throws ProblemError for settings of any task that cannot run */
export function checkTraining(settings: TrainingSettings): void {
  const whole = [
    'steps',
    'batchSize',
    'accumulation',
    'loraRank',
    'evaluateEvery',
    'checkpointEvery',
    'patience',
  ] as const;
  for (const name of whole) {
    const value = settings[name];
    if (!Number.isInteger(value) || value < 1) {
      throw problem(`${name} is ${value}; it must be a whole number from 1.`, name, 'Change it under Train, advanced.');
    }
  }
  const positive = ['learningRate', 'clipNorm', 'loraAlpha'] as const;
  for (const name of positive) {
    if (!(settings[name] > 0)) throw problem(`${name} is ${settings[name]}; it must be above zero.`, name);
  }
  const notNegative = ['endLearningRate', 'warmupSteps', 'weightDecay'] as const;
  for (const name of notNegative) {
    if (!(settings[name] >= 0)) throw problem(`${name} is ${settings[name]}; it must not be negative.`, name);
  }
}
