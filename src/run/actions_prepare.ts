import { withLora } from '../adapter/adapter';
import type { Base } from '../base/base';
import { compile } from '../filter/evaluate';
import { parse } from '../filter/parse';
import type { ModelConfig } from '../model/config';
import { Parameters } from '../model/parameters';
import { tokensOf } from '../model/pi0';
import { leavesOf } from '../model/tree';
import { problem } from '../problem';
import type { Pi0Batch } from '../train/pi0_batch';
import { type RecordedPi0Sampler, recordPi0Sampler } from '../train/pi0_sampler';
import { type Pi0StepShape, type RecordedPi0Step, recordPi0Step } from '../train/pi0_step';
import type { ActionsSettings } from '../worker/api';
import { actionsFormOf } from './actions_data';
import { bytesOfAll, checkTraining, optimizerOf, type Prepared } from './prepare';

/** An actions run before any GPU: what its settings mean. */
export interface PreparedActions extends Prepared<Pi0Batch> {
  readonly step: RecordedPi0Step;
  readonly sampler: RecordedPi0Sampler;
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
}

/**
 * Records a run's programs and plans their memory.
 * @param bindingBytes the largest binding of the device; WebGPU's default where there is none yet
 * @throws ProblemError for settings that cannot run
 */
export function prepareActions(
  base: Base,
  settings: ActionsSettings,
  { cameras, prefixes }: DataFacts,
  bindingBytes?: number,
): PreparedActions {
  checkActions(base, settings);
  const { promptLength } = actionsFormOf(base);
  const { loraRank, loraAlpha, backboneLora, recompute } = settings;
  const expert = base.config.experts.length - 1;
  const config = withLora(base.config, loraRank, loraAlpha, (n) => backboneLora || n === expert);
  const isFrozen = compile(parse(settings.freeze));
  const pages = bindingBytes ? { pageBytes: bindingBytes } : {};
  const { batchSize: B, accumulation: M, horizon } = settings;
  const shape = { B, M, cameras, promptLength, horizon };
  const record = (frozen: (path: string) => boolean, cacheRows: number) =>
    recordPi0Step(config, new Parameters(leavesOf(config), frozen, pages), shape, optimizerOf(settings), {
      recompute,
      cacheRows,
    });
  const bare = record(isFrozen, 0);
  const rows = Math.min(prefixes, bare.prefix ? affordableRows(bare, record, isFrozen) : 0);
  const step = rows > 0 ? record(isFrozen, rows) : bare;
  const sampler = recordPi0Sampler(config, step.parameters, shape);
  const { all, suffix } = tokensOf(config, shape);
  return {
    step,
    sampler,
    prefixReason: prefixReason(step, { cameras, prefixes }),
    tokensPerStep: B * M * (step.prefix ? suffix : all),
    ...bytesOfAll(step, sampler),
  };
}

/**
 * The leaf whose training costs least of all that come before the prefix's keys and values: the least that freezing
 * them all has saved.
 */
const CHEAPEST_UPSTREAM = 'PaliGemma/llm/layers/pre_attention_norm/scale';

/** Samples whose prefix fits on the GPU in what freezing the prefix saved: more freezing never costs more memory. */
function affordableRows(
  bare: RecordedPi0Step,
  record: (isFrozen: (path: string) => boolean, cacheRows: number) => RecordedPi0Step,
  isFrozen: (path: string) => boolean,
): number {
  const trained = record((path) => path !== CHEAPEST_UPSTREAM && isFrozen(path), 0);
  const saved = trained.plan.totalBytes - bare.plan.totalBytes;
  const { prefix } = bare;
  return prefix ? Math.max(0, Math.floor(saved / (prefix.bytes * prefix.kv.length))) : 0;
}

function prefixReason(
  { prefix, parameters, config, shape }: RecordedPi0Step,
  { cameras, prefixes }: DataFacts,
): string {
  const what = cameras > 0 ? 'Images and prompt' : 'The prompt';
  if (prefix) {
    const each = cameras > 0 ? `each of ${prefixes} frames` : `each of ${prefixes} prompts`;
    const where = prefix.rows < prefixes ? `${prefix.rows} of them on the GPU, the others in memory` : 'on the GPU';
    return `${what} are the same at every step, as nothing trains before the expert: they are computed once for ${each} and kept, ${where}.`;
  }
  const trains = parameters.leaves.find(({ path }) => !parameters.isFrozen(path) && isUpstream(config, shape, path));
  return `${what} go${cameras > 0 ? '' : 'es'} through the model in every step, as ${trains?.path}, which comes before the expert, trains.`;
}

/** Does training this leaf change the prefix's keys and values? */
function isUpstream(config: ModelConfig, shape: Pi0StepShape, trained: string): boolean {
  const parameters = new Parameters(leavesOf(config), (path) => path !== trained);
  return recordPi0Step(config, parameters, shape, ANY_OPTIMIZER).prefix === null;
}

/** What a step is recorded with whose update nobody runs. */
const ANY_OPTIMIZER = optimizerOf({ weightDecay: 0, clipNorm: 1 });

function checkActions(base: Base, settings: ActionsSettings): void {
  checkTraining(settings);
  const { horizon } = settings;
  const longest = actionsFormOf(base).horizon;
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > longest) {
    const fix = `Choose a whole number from 1 to ${longest}.`;
    throw problem(`A chunk of ${horizon} actions does not fit this base.`, 'horizon', fix);
  }
}
