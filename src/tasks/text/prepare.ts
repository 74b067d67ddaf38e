import type { BaseModel } from '../../base/base';
import { NO_GPU_YET } from '../../gpu/facts';
import type { AnyConfig } from '../../model/config';
import { checkLength, checkTraining } from '../../run/check';
import { configOfRun, optimizerOf, type PrepareOptions, parametersOf } from '../../run/prepare';
import type { TextSettings } from '../../settings/text';
import type { TokenBatch } from '../../tokens/batches';
import { bytesOfAll, type Prepared } from '../../train/planned';
import { type RecordedTextSampler, recordTextSampler } from './sampler';
import { type RecordedTextStep, recordTextStep } from './step';

/** A text run before any GPU: what its settings mean. */
export interface PreparedText extends Prepared<TokenBatch> {
  readonly step: RecordedTextStep;
  /** Continues the sample prompts; null where the settings name none. */
  readonly sampler: RecordedTextSampler | null;
}

/**
 * Records a run's programs and plans their memory.
 * @throws ProblemError for settings that cannot run
 */
export function prepareText(base: BaseModel, settings: TextSettings, options: PrepareOptions = {}): PreparedText {
  checkSettings(base, settings);
  return recordText(configOfRun(base.config, settings), settings, base.summary.context, options);
}

/**
 * A text run of any model.
 * @param context S: tokens of prompt and answer together that the sampler has room for
 */
export function recordText(
  config: AnyConfig,
  settings: TextSettings,
  context: number,
  options: PrepareOptions = {},
): PreparedText {
  const parameters = parametersOf(config, settings, options);
  const shape = { B: settings.batchSize, T: settings.sequenceLength, M: settings.accumulation };
  const { recompute } = settings;
  const { gpu = NO_GPU_YET } = options;
  const { software } = gpu;
  const step = recordTextStep(config, parameters, shape, optimizerOf(settings), { software, recompute });
  const sampler = settings.samplePrompts.length > 0 ? recordTextSampler(config, parameters, context, gpu) : null;
  return { step, sampler, ...bytesOfAll(step, sampler) };
}

function checkSettings({ summary }: BaseModel, settings: TextSettings): void {
  checkTraining(settings);
  checkLength(settings.sequenceLength, 'sequenceLength', 2, summary.context);
}
