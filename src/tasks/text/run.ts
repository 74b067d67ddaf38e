import { hashOfWindows } from '../../adapter/data_hash';
import { factsOfGpu } from '../../gpu/facts';
import type { Memory } from '../../gpu/memory';
import { problem } from '../../problem';
import { Run } from '../../run/run';
import { type PreparedStage, prepareStages } from '../../run/stages';
import type { RunParts, TaskRun, TaskStage } from '../../run/task_run';
import { numberNames } from '../../settings/numbers';
import type { TextSettings } from '../../settings/text';
import type { TokenBatch } from '../../tokens/batches';
import { batchAt, countTargets, evaluatedWindows, heldoutBatches, type TokenDataset } from '../../tokens/batches';
import { withTemplate } from '../../tokens/chat_template';
import { TrainingStep } from '../../train/step';
import { answer } from './answer';
import type { TextDataEvent, TextEvent } from './events';
import { type PreparedText, prepareText } from './prepare';
import { type RecordedTextSampler, TextSampler } from './sampler';

/** What a text run trains on. */
export interface TextData {
  readonly dataset: TokenDataset;
  /** Are the dataset's windows conversations? Decides how sample prompts are put to the model. */
  readonly chat: boolean;
  /** Replies think aloud first; not of a run that an older build began. */
  readonly reasons?: boolean;
  /** Not of a run that an older build began. */
  readonly cut?: TextDataEvent['cut'];
}

/** What a text run is made of. */
export type TextRunParts = RunParts<TextSettings, TextEvent> & TextData;

/** What the base wrote, a text for each sample prompt. */
interface TextsShown {
  readonly texts: readonly string[];
}

/** A run of the text task. */
export class TextRun extends Run<TokenBatch, TextsShown, object> {
  constructor(parts: TextRunParts) {
    super(parts, textTask(parts));
  }
}

function textTask(parts: TextRunParts): TaskRun<TokenBatch, TextsShown, object> {
  const { base, dataset, settings, gpu } = parts;
  const known = { gpu: factsOfGpu(gpu), counted: countTargets(dataset) };
  const stages = prepareStages(settings, parts.stages, (own, options) =>
    prepareText(base, own, { ...known, ...options }),
  );
  if (dataset.sequenceLength !== settings.sequenceLength) {
    const what = `The data was cut into windows of ${dataset.sequenceLength} tokens, the run wants ${settings.sequenceLength}.`;
    throw problem(what, numberNames.sequenceLength, 'Open the data again.');
  }
  return {
    stages: stages.map((stage) => textStage(parts, stage)),
    announce: () => parts.emit(dataEvent(parts)),
    batchesOf: (step) => batchAt(dataset, settings.seed, step, settings.batchSize, settings.accumulation),
    heldout: () => heldoutBatches(dataset, settings.batchSize),
    evaluated: { count: evaluatedWindows(dataset).length, of: dataset.heldout.length },
    measure: {
      guessLoss: Math.log(base.config.vocabSize),
      trainingSamples: dataset.training.length,
      cutShare: parts.cut?.share ?? 0,
    },
    get adapterExtras() {
      return { dataHash: hashOfWindows(dataset) }; // takes a moment, which no run need wait for
    },
  };
}

function dataEvent({ dataset, cut }: TextData): TextDataEvent {
  return { kind: 'text data', sequenceLength: dataset.sequenceLength, ...(cut ? { cut } : {}) };
}

/** A stage whose model continues prompts. */
function textStage(
  parts: TextRunParts,
  { stage, prepared }: PreparedStage<PreparedText>,
): TaskStage<TokenBatch, TextsShown, object> {
  const { settings, chat, reasons = false, emit } = parts;
  const tokenizer = withTemplate(parts.tokenizer, settings.template);
  let sampler: TextSampler | null = null;
  const continued = async (memory: Memory, prompt: string) => {
    sampler ??= await TextSampler.create(memory, prepared.sampler as RecordedTextSampler);
    const question = { prompt, chat, reasons, seed: settings.seed, temperature: 0, maxTokens: 40 };
    return answer(sampler, await tokenizer, question);
  };
  return {
    stage,
    prepared,
    tokensPerStep: settings.batchSize * settings.sequenceLength * settings.accumulation,
    createStep: (memory, onCompiled) => TrainingStep.create(memory, prepared.step, onCompiled),
    showBase: async (memory) => {
      const texts: string[] = [];
      for (const prompt of settings.samplePrompts) texts.push(await continued(memory, prompt));
      return { texts };
    },
    sample: async (memory, step, base) => {
      for (const [n, prompt] of settings.samplePrompts.entries()) {
        const adapter = await continued(memory, prompt);
        emit({ kind: 'sample', step, prompt, base: base?.texts[n] ?? '', adapter });
      }
    },
    conclude: async () => ({}),
  };
}
