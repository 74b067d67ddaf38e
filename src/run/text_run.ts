import { problem } from '../problem';
import { batchAt, heldoutBatches, type TokenDataset } from '../tokens/batches';
import type { TextTokenizer } from '../tokens/tokenizer';
import type { Batch } from '../train/batch';
import { Sampler } from '../train/sampler';
import { TrainingStep } from '../train/step';
import type { RunSettings } from '../worker/api';
import { answer } from './answer';
import { type PreparedRun, prepareRun } from './prepare';
import { Run, type RunParts, type Task } from './run';

/** What a text run is made of. */
export interface TextRunParts extends RunParts<RunSettings> {
  readonly tokenizer: TextTokenizer;
  readonly dataset: TokenDataset;
  /** Are the dataset's windows conversations? Decides how sample prompts are put to the model. */
  readonly chat: boolean;
}

/** A run of the text task. */
export class TextRun extends Run<Batch> {
  constructor(parts: TextRunParts) {
    super(parts, textTask(parts));
  }
}

function textTask(parts: TextRunParts): Task<Batch> {
  const { base, dataset, settings, gpu } = parts;
  const prepared = prepareRun(base, settings, gpu.device.limits.maxStorageBufferBindingSize);
  if (dataset.sequenceLength !== settings.sequenceLength) {
    const what = `The data was cut into windows of ${dataset.sequenceLength} tokens, the run wants ${settings.sequenceLength}.`;
    throw problem(what, 'sequenceLength', 'Open the data again.');
  }
  return {
    prepared,
    tokensPerStep: settings.batchSize * settings.sequenceLength * settings.accumulation,
    createStep: (memory, onCompiled) => TrainingStep.create(memory, prepared.step, onCompiled),
    batchesOf: (step) => batchAt(dataset, settings.seed, step, settings.batchSize, settings.accumulation),
    heldout: () => heldoutBatches(dataset, settings.batchSize),
    ...samples(parts, prepared),
    conclude: async () => ({}),
    adapterExtras: {},
  };
}

/** Prompts that base and adapter continue. */
function samples(parts: TextRunParts, prepared: PreparedRun): Pick<Task<Batch>, 'measureBase' | 'sample'> {
  const { settings, tokenizer, chat, emit } = parts;
  const baseTexts: string[] = [];
  let sampler: Sampler | null = null;
  const continued = (prompt: string) =>
    answer(sampler as Sampler, tokenizer, { prompt, chat, seed: settings.seed, temperature: 0, maxTokens: 40 });
  return {
    measureBase: async (memory) => {
      if (prepared.sampler) sampler = await Sampler.create(memory, prepared.sampler);
      for (const prompt of settings.samplePrompts) baseTexts.push(await continued(prompt));
    },
    sample: async (step) => {
      for (const [n, prompt] of settings.samplePrompts.entries()) {
        const adapter = await continued(prompt);
        emit({ kind: 'sample', step, prompt, base: baseTexts[n] as string, adapter });
      }
    },
  };
}
