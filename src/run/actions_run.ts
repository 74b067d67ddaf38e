import { factsOfGpu } from '../gpu/facts';
import type { Memory } from '../gpu/memory';
import type { TextTokenizer } from '../tokens/tokenizer';
import type { Pi0Batch } from '../train/pi0_batch';
import { Pi0Sampler } from '../train/pi0_sampler';
import { createPi0Step } from '../train/prefix_cache';
import type { ActionsSettings, TrainEvent } from '../worker/api';
import { actionsBatches, robotForm } from './actions_batches';
import { type ActionsData, actionsFormOf, prefixCount } from './actions_data';
import { promptTokens } from './actions_observe';
import { type Chunks, openLoopOf, type PredictParts, predictChunks } from './actions_open_loop';
import { evaluationPlaces } from './actions_places';
import { type PreparedActions, prepareActions } from './actions_prepare';
import { withState } from './actions_state';
import { Run } from './run';
import { type PreparedStage, prepareStages } from './stages';
import type { RunParts, Task, TaskStage } from './task';

/** What an actions run is made of. */
export interface ActionsRunParts extends RunParts<ActionsSettings> {
  readonly tokenizer: TextTokenizer;
  readonly data: ActionsData;
}

/** A run of the actions task: flow matching on a robot's recording. */
export class ActionsRun extends Run<Pi0Batch> {
  constructor(parts: ActionsRunParts) {
    super(parts, actionsTask(parts));
  }
}

function actionsTask(parts: ActionsRunParts): Task<Pi0Batch> {
  const { base, data, settings, tokenizer, gpu, emit } = parts;
  const facts = { cameras: data.cameras.length, prefixes: prefixCount(data, settings, data.cameras.length) };
  const ofGpu = factsOfGpu(gpu);
  const stages = prepareStages(settings, (own, wasTrained) => prepareActions(base, own, facts, ofGpu, wasTrained));
  const { form, problems } = robotForm(data, settings, base.config.actionDim ?? 0);
  const batches = actionsBatches({ data, form, base, tokenizer, settings });
  return {
    stages: stages.map((stage) => actionsStage(parts, stage, { form, observe: batches.observe })),
    announce: () => {
      for (const problem of problems) emit({ kind: 'problem', problem });
      tellLongPrompts(parts);
    },
    batchesOf: batches.batchesOf,
    heldout: batches.heldout,
    adapterExtras: { robot: form },
  };
}

/** A stage whose model predicts held-out episodes. */
function actionsStage(
  { base, data, settings, emit }: ActionsRunParts,
  { stage, prepared }: PreparedStage<PreparedActions>,
  { form, observe }: Pick<PredictParts, 'form' | 'observe'>,
): TaskStage<Pi0Batch> {
  const places = evaluationPlaces(data.recording, data.split, settings.horizon);
  const recording = withState(data.recording, form.state);
  const { batchSize } = settings;
  let sampler: Pi0Sampler | null = null;
  const predict = async (memory: Memory) => {
    sampler ??= await Pi0Sampler.create(memory, prepared.sampler);
    const width = base.config.actionDim ?? 0;
    return predictChunks({ sampler, recording, form, observe, batchSize, width }, places);
  };
  const openLoop = async (memory: Memory, chunks: Chunks) =>
    openLoopOf(data, form, places, await predict(memory), chunks);
  return {
    stage,
    prepared,
    tokensPerStep: prepared.tokensPerStep,
    createStep: (memory, onCompiled) => {
      emit({ kind: 'prefix', constant: prepared.step.prefix !== null, reason: prepared.prefixReason });
      return createPi0Step(memory, prepared.step, onCompiled);
    },
    showBase: async (memory) => ({ chunks: await predict(memory) }),
    sample: async (memory, step, { chunks = [] }) => {
      if (places.length > 0) emit({ kind: 'open loop', step, openLoop: await openLoop(memory, chunks) });
    },
    conclude: async (memory, { chunks = [] }) =>
      places.length > 0 ? { openLoop: await openLoop(memory, chunks) } : {},
  };
}

function tellLongPrompts({ base, data, tokenizer, emit }: ActionsRunParts): void {
  const { promptLength } = actionsFormOf(base);
  for (const text of data.recording.tasks) {
    if (!promptTokens(tokenizer, text, promptLength).truncated) continue;
    const event: TrainEvent = {
      kind: 'problem',
      problem: {
        what: `A prompt is longer than the ${promptLength} tokens that the base reads; its end is cut off.`,
        where: text,
        fix: 'Nothing need be done, unless prompts differ in their ends alone.',
      },
    };
    emit(event);
  }
}
