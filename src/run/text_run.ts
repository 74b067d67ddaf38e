import { factsOfGpu } from '../gpu/facts';
import type { Memory } from '../gpu/memory';
import { problem } from '../problem';
import { batchAt, heldoutBatches, type TokenDataset } from '../tokens/batches';
import type { TextTokenizer } from '../tokens/tokenizer';
import type { Batch } from '../train/batch';
import { type RecordedSampler, Sampler } from '../train/sampler';
import { TrainingStep } from '../train/step';
import type { RunSettings } from '../worker/api';
import { answer } from './answer';
import { type PreparedRun, prepareRun } from './prepare';
import { Run } from './run';
import { type PreparedStage, prepareStages } from './stages';
import type { RunParts, Task, TaskStage } from './task';

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
  const ofGpu = factsOfGpu(gpu);
  const stages = prepareStages(settings, (own, wasTrained) => prepareRun(base, own, ofGpu, wasTrained));
  if (dataset.sequenceLength !== settings.sequenceLength) {
    const what = `The data was cut into windows of ${dataset.sequenceLength} tokens, the run wants ${settings.sequenceLength}.`;
    throw problem(what, 'sequenceLength', 'Open the data again.');
  }
  return {
    stages: stages.map((stage) => textStage(parts, stage)),
    announce: () => undefined,
    batchesOf: (step) => batchAt(dataset, settings.seed, step, settings.batchSize, settings.accumulation),
    heldout: () => heldoutBatches(dataset, settings.batchSize),
    adapterExtras: {},
  };
}

/** A stage whose model continues prompts. */
function textStage(parts: TextRunParts, { stage, prepared }: PreparedStage<PreparedRun>): TaskStage<Batch> {
  const { settings, tokenizer, chat, emit } = parts;
  let sampler: Sampler | null = null;
  const continued = async (memory: Memory, prompt: string) => {
    sampler ??= await Sampler.create(memory, prepared.sampler as RecordedSampler);
    return answer(sampler, tokenizer, { prompt, chat, seed: settings.seed, temperature: 0, maxTokens: 40 });
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
    sample: async (memory, step, { texts = [] }) => {
      for (const [n, prompt] of settings.samplePrompts.entries()) {
        const adapter = await continued(memory, prompt);
        emit({ kind: 'sample', step, prompt, base: texts[n] ?? '', adapter });
      }
    },
    conclude: async () => ({}),
  };
}
