import type { BaseModel } from '../../base/base';
import type { ActionsForm } from '../../base/catalogue';
import type { Extra } from '../../fit/speed';
import { type GpuFacts, NO_GPU_YET } from '../../gpu/facts';
import { type ModelConfig, openpiConfig, pi0Config } from '../../model/config';
import { Parameters } from '../../model/parameters';
import { tokensOf } from '../../model/pi0';
import { leavesOf } from '../../model/tree';
import type { PassReport } from '../../plan/report';
import { problem } from '../../problem';
import { checkLength, checkTraining } from '../../run/check';
import { configOfRun, type PrepareOptions, parametersOf } from '../../run/prepare';
import type { ActionsSettings } from '../../settings/actions';
import { optimizerOf } from '../../settings/optimizer';
import { bytesOfAll, type Prepared } from '../../train/planned';
import type { ActionsBatch } from './batch';
import { actionsFormOf, isStreamed } from './data';
import { hostRows } from './prefix_cache';
import { type Precision, type RecordedPrefixPass, recordPrefixPass } from './prefix_pass';
import { affordableRows, isInPrefix } from './prefix_rows';
import { type RecordedActionsSampler, recordActionsSampler } from './sampler';
import {
  type ActionsStepShape,
  type ConstantPrefix,
  isPrefixConstant,
  type RecordedActionsStep,
  recordActionsStep,
} from './step';

/** An actions run before any GPU: what its settings mean. */
export interface PreparedActions extends Prepared<ActionsBatch> {
  readonly step: RecordedActionsStep;
  readonly sampler: RecordedActionsSampler;
  /** Null where what comes before the expert is not streamed. */
  readonly recordedPass: RecordedPrefixPass | null;
  /** Whether images and prompt are computed once or in every step, and why: a sentence. */
  readonly prefixReason: string;
  /** Tokens that go through the model in a step. */
  readonly tokensPerStep: number;
}

/** What the plan needs to know of the data. */
export interface DataFacts {
  readonly cameras: number;
  /** Samples whose images and prompt differ. */
  readonly prefixes: number;
  /** Whether they differ from frame to frame; so they do where there are cameras. */
  readonly ofFrame?: boolean;
  /** Different prompts without their state; absent: one. */
  readonly prompts?: number;
  /** Different words of all prompts, where they are known: the pass has room for as many at least. */
  readonly leastWords?: number;
  /** How a streamed prefix is kept; absent: in bf16. */
  readonly precision?: Precision;
}

/**
 * Records a run's programs and plans their memory.
 * @throws ProblemError for settings that cannot run
 */
export function prepareActions(
  base: BaseModel,
  settings: ActionsSettings,
  facts: DataFacts,
  options: PrepareOptions = {},
): PreparedActions {
  checkActions(base, settings);
  const form = actionsFormOf(base);
  const config = openpiConfig(configOfRun(base.config, settings));
  const all = { precision: precisionOf(form), ...facts, promptLength: form.promptLength } as const;
  return recordActions(config, { ...settings, streamed: isStreamed(form, settings) }, all, options);
}

/** What is known of the data and not in the model's sizes. */
export interface ModelFacts extends DataFacts {
  /** P: tokens of a prompt, padding included. */
  readonly promptLength: number;
}

/** An actions run of any model. */
export function recordActions(
  config: ModelConfig,
  settings: ActionsSettings,
  { promptLength, ...facts }: ModelFacts,
  options: PrepareOptions = {},
): PreparedActions {
  const { batchSize: B, accumulation: M, horizon, recompute, streamed: stored = false } = settings;
  const { gpu = NO_GPU_YET } = options;
  const { cameras, prefixes } = facts;
  const shape = { B, M, cameras, promptLength, horizon };
  const parameters = parametersOf(config, settings, stored ? { ...options, elsewhere: isInPrefix } : options);
  // To know what is affordable takes two more recordings.
  const cacheRows = prefixes === 0 || stored ? 0 : Math.min(prefixes, affordableRows(config, shape, recompute));
  const step = recordActionsStep(config, parameters, shape, optimizerOf(settings), {
    software: gpu.software,
    recompute,
    cacheRows,
    stored,
  });
  const sampler = recordActionsSampler(config, step.parameters, shape, gpu, stored);
  const recordedPass = stored ? recordPass(config, { promptLength, ...facts }, gpu) : null;
  const { all, suffix } = tokensOf(config, shape);
  return {
    step,
    sampler,
    recordedPass,
    ...(recordedPass ? { pass: plannedPass(recordedPass, facts), passMemory: recordedPass.plan } : {}),
    get prefixReason() {
      return prefixReason(step, facts); // takes a moment, and few who plan ask for it
    },
    tokensPerStep: B * M * (step.prefix || stored ? suffix : all),
    ...bytesOfAll(step, sampler),
  };
}

/** Of what is kept of the prefix: as openpi computes, for bases that are always streamed; else as in memory. */
export const precisionOf = ({ streamed = false }: Pick<ActionsForm, 'streamed'>): Precision =>
  streamed ? 'bf16' : 'f32';

/** The pass that goes before a run, or before an evaluation. @throws ProblemError where the base does not have all that it reads */
export function recordPass(model: ModelConfig, facts: ModelFacts, gpu: GpuFacts): RecordedPrefixPass {
  const { cameras, promptLength, prefixes, prompts = 1, leastWords = 0, precision = 'bf16' } = facts;
  const words = Math.max(leastWords, mostWords(model, promptLength, prompts));
  if (pi0Config(model).backbone.lora)
    throw problem(
      'The backbone has adapters, and what comes before the expert is read layer by layer from the base, which has none.',
      'adapters in the backbone',
      'Leave them out, or choose a base that the GPU has room for.',
    );
  const frames = prefixes > 0 ? prefixes : Number.POSITIVE_INFINITY;
  return recordPrefixPass(model, { cameras, promptLength, words, frames, precision }, gpu);
}

/** Words of a state: numbers from −1 to 255, however a tokenizer splits them, and the marks between. */
const STATE_WORDS = 512;

/** The most different words that prompts can have, but for tokenizers that split numbers in an odd way. */
const mostWords = ({ vocabSize, pi05 = false }: ModelConfig, promptLength: number, prompts: number): number =>
  Math.min(vocabSize, promptLength * prompts + (pi05 ? STATE_WORDS : 0));

function plannedPass({ config, plan, flops, layerBytes }: RecordedPrefixPass, { prefixes }: DataFacts): PassReport {
  return {
    plannedBytes: plan.totalBytes,
    byKind: plan.byKind,
    diskBytes: prefixes * pi0Config(config).backbone.depth * layerBytes,
    frames: prefixes,
    flops: prefixes * flops,
  };
}

function prefixReason(
  { prefix, stored, parameters, config, shape }: RecordedActionsStep,
  { cameras, prefixes, ofFrame = cameras > 0 }: DataFacts,
): string {
  const blind = cameras === 0;
  if (stored) {
    const what = blind ? 'The prompt goes' : 'Images and prompt go';
    return `${what} through what comes before the expert once, layer by layer, before the first step; what it gives is kept on the disk.`;
  }
  if (prefix) {
    const what = blind ? 'The prompt is' : 'Images and prompt are';
    const which = ofFrame ? 'frame' : 'task';
    return `${what} computed once for each ${which} and kept, ${whereKept(prefix, prefixes)}: nothing that comes before the expert trains.`;
  }
  const trains = parameters.leaves.find(
    ({ path }) => !parameters.isFrozen(path) && isUpstream(openpiConfig(config), shape, path),
  );
  const what = blind ? 'The prompt goes' : 'Images and prompt go';
  return `${what} through the model in every step: ${trains?.path}, which comes before the expert, trains.`;
}

function whereKept(prefix: ConstantPrefix, prefixes: number): string {
  const { rows } = prefix;
  if (rows >= prefixes) return 'on the GPU';
  const others = prefixes - rows;
  const inHost = hostRows(prefix);
  if (inHost >= others) return `${rows} of ${prefixes} on the GPU, the others in memory`;
  return `${rows} of ${prefixes} on the GPU and ${inHost} in memory; the other ${others - inHost} each time anew`;
}

/** Does training this leaf change the prefix's keys and values? */
function isUpstream(config: ModelConfig, shape: ActionsStepShape, trained: string): boolean {
  if (!isInPrefix(trained)) return false;
  const parameters = new Parameters(leavesOf(config), (path) => path !== trained, {
    arenaBytes: Number.POSITIVE_INFINITY,
  });
  return !isPrefixConstant(config, parameters, { ...shape, B: 1 });
}

function checkActions(base: BaseModel, settings: ActionsSettings): void {
  checkTraining(settings);
  checkLength(settings.horizon, 'horizon', 1, actionsFormOf(base).horizon);
}

/** What now and then runs before a step: a prefix that stays the same is computed once for each sample. */
export function prefixWork(
  { step: { prefix } }: PreparedActions,
  { prefixes }: DataFacts,
  { steps, batchSize, accumulation }: ActionsSettings,
): Extra | undefined {
  if (!prefix) return undefined;
  const newInStep = Math.min(prefixes / steps, batchSize * accumulation);
  return { calls: prefix.calls, timesPerStep: newInStep / batchSize };
}
