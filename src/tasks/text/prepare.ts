import type { BaseModel } from '../../base/base';
import { NO_GPU_YET } from '../../gpu/facts';
import type { AnyConfig } from '../../model/config';
import { problem } from '../../problem';
import { checkLength, checkTraining } from '../../run/check';
import { configOfRun, type PrepareOptions, parametersOf } from '../../run/prepare';
import { optimizerOf } from '../../settings/optimizer';
import type { TextSettings } from '../../settings/text';
import type { CountedTargets, TokenBatch } from '../../tokens/batches';
import { bytesOfAll, type Prepared } from '../../train/planned';
import { lossRowsOf } from './batch';
import { type RecordedTextSampler, recordTextSampler } from './sampler';
import { type RecordedTextStep, recordTextStep } from './step';

/** A text run before any GPU: what its settings mean. */
export interface PreparedText extends Prepared<TokenBatch> {
  readonly step: RecordedTextStep;
  /** Continues the sample prompts; null where the settings name none. */
  readonly sampler: RecordedTextSampler | null;
}

/** What the preparation of a text run may be told beside its settings. */
export interface TextOptions extends PrepareOptions {
  /** What counts in the data; where it is not known, all may. */
  readonly counted?: CountedTargets | undefined;
}

/**
 * Records a run's programs and plans their memory.
 * @throws ProblemError for settings that cannot run
 */
export function prepareText(base: BaseModel, settings: TextSettings, options: TextOptions = {}): PreparedText {
  checkSettings(base, settings);
  return recordText(configOfRun(base.config, settings), settings, roomToWrite(base, settings), {
    ...options,
    storedAs: base.storedAs?.(settings.weights),
  });
}

/**
 * A text run of any model.
 * @param context S: tokens of prompt and answer together that the sampler has room for
 */
export function recordText(
  config: AnyConfig,
  settings: TextSettings,
  context: number,
  options: TextOptions = {},
): PreparedText {
  const parameters = parametersOf(config, settings, options);
  const { batchSize: B, sequenceLength: T, accumulation: M, recompute } = settings;
  const { gpu = NO_GPU_YET, counted } = options;
  const shape = { B, T, M, lossRows: lossRowsOf({ B, T }, counted) };
  const { software } = gpu;
  const step = recordTextStep(config, parameters, shape, optimizerOf(settings), { software, recompute });
  const sampler = settings.samplePrompts.length > 0 ? recordTextSampler(config, parameters, context, gpu) : null;
  return { step, sampler, ...bytesOfAll(step, sampler) };
}

/** What a sampler has room for, where a model was made for far more: it costs memory whether it is used or not. */
const WRITTEN = 512;

const roomToWrite = ({ summary }: BaseModel, { sequenceLength }: TextSettings) =>
  Math.min(summary.context, Math.max(WRITTEN, 2 * sequenceLength));

function checkSettings({ summary }: BaseModel, settings: TextSettings): void {
  checkTraining(settings);
  checkLength(settings.sequenceLength, 'sequenceLength', 2, summary.context);
  checkPrompts(settings);
}

/** Letters of a sample prompt that a run takes in any case, and for each token of its window: more would not be read, yet be cut into tokens at every evaluation. */
const LETTERS = 4000;
const LETTERS_OF_TOKEN = 16;

/** @throws ProblemError for a prompt that is far longer than what the sampler has room for */
function checkPrompts({ samplePrompts, sequenceLength }: TextSettings): void {
  const most = Math.max(LETTERS, LETTERS_OF_TOKEN * sequenceLength);
  const long = samplePrompts.find(({ length }) => length > most);
  if (long === undefined) return;
  const what = `A prompt to watch has ${long.length} letters, where a run with this window reads ${most} at most.`;
  throw problem(what, 'Prompts to watch', 'Shorten it.');
}
