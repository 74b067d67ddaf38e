import { hashOfMotion } from '../../adapter/data_hash';
import type { ActionsForm } from '../../base/catalogue';
import { factsOfGpu } from '../../gpu/facts';
import type { Memory } from '../../gpu/memory';
import type { Problem } from '../../problem';
import { framesOf } from '../../recording/chunks';
import { Run } from '../../run/run';
import { type PreparedStage, prepareStages } from '../../run/stages';
import type { RunParts, TaskRun, TaskStage } from '../../run/task_run';
import type { ActionsSettings } from '../../settings/actions';
import type { ActionsBatch } from './batch';
import { actionsBatches, robotForm } from './batches';
import {
  type ActionsData,
  actionsFormOf,
  isPrefixOfFrame,
  isStreamed,
  pi0Of,
  prefixCount,
  prefixFrames,
  roomOf,
} from './data';
import type { ActionsConclusion, ActionsEvent } from './events';
import { cutPrompts, observer } from './observe';
import { type Chunks, openLoopOf, type PredictParts, predictChunks } from './open_loop';
import { evaluationPlaces, heldoutPlaces } from './places';
import { createActionsStep } from './prefix_cache';
import { type PreparedActions, prepareActions } from './prepare';
import { ActionsSampler } from './sampler';
import type { ReadPictures } from './sight';
import { distinctWords, StreamedPrefixes } from './streaming';

/** What an actions run is made of. */
export interface ActionsRunParts extends RunParts<ActionsSettings, ActionsEvent> {
  readonly data: ActionsData;
  /** Reads pictures for a run that is streamed; null or absent where its recording is not open. */
  readonly pictures?: ReadPictures | null;
}

/** What the base predicted for the held-out episodes. */
interface ChunksShown {
  readonly chunks: Chunks;
}

/** A run of the actions task: flow matching on a robot's recording. */
export class ActionsRun extends Run<ActionsBatch, ChunksShown, ActionsConclusion> {
  constructor(parts: ActionsRunParts) {
    super(parts, actionsTask(parts));
  }
}

function actionsTask(parts: ActionsRunParts): TaskRun<ActionsBatch, ChunksShown, ActionsConclusion> {
  const { base, data, settings, tokenizer, gpu, emit } = parts;
  const own = actionsFormOf(base);
  const cameras = data.cameras.length;
  const { form, seen, problems } = robotForm(data, settings, roomOf(base));
  const prefixes = isStreamed(own, settings) ? new StreamedPrefixes(parts) : null;
  const told = { data, seen, form, base, tokenizer, ...(prefixes ? { sight: prefixes } : {}) };
  const observe = observer(told, 1);
  const frames = prefixes
    ? prefixFrames(data, settings, own, cameras).map((place) => ({ place, seen: observe([place]) }))
    : [];
  const facts = {
    cameras,
    prefixes: prefixCount(data, settings, own, cameras),
    ofFrame: isPrefixOfFrame(own, cameras),
    prompts: data.recording.tasks.length,
    leastWords: distinctWords(frames).length,
  };
  const ofGpu = factsOfGpu(gpu);
  const stages = prepareStages(settings, parts.stages, (ofStage, options) =>
    prepareActions(base, ofStage, facts, { gpu: ofGpu, ...options }),
  );
  const batches = actionsBatches({ ...told, settings });
  const predicting = { form, recording: seen, observe: batches.observe };
  const { recordedPass } = stages[0]!.prepared;
  return {
    stages: stages.map((stage) => actionsStage(parts, stage, predicting, prefixes)),
    ...(prefixes && recordedPass
      ? {
          before: () => prefixes.open(told, frames, recordedPass),
          mend: (step: number) => prefixes.mend(step),
          after: () => prefixes.close(),
        }
      : {}),
    announce: () => {
      for (const problem of problems) emit({ kind: 'problem', problem });
      for (const text of cutPrompts(told)) emit({ kind: 'problem', problem: cutPrompt(text, own) });
    },
    batchesOf: batches.batchesOf,
    heldout: batches.heldout,
    evaluated: {
      count: heldoutPlaces(data.recording, data.split, settings).length,
      of: framesOf(data.recording, data.split.heldout).length,
    },
    measure: { guessLoss: null, trainingSamples: framesOf(data.recording, data.split.training).length, cutShare: 0 },
    get adapterExtras() {
      return { robot: form, dataHash: hashOfMotion(data.recording) }; // takes a moment, which no run need wait for
    },
  };
}

/** A stage whose model predicts held-out episodes. */
function actionsStage(
  { base, data, settings, emit }: ActionsRunParts,
  { stage, prepared }: PreparedStage<PreparedActions>,
  { form, recording, observe }: Pick<PredictParts, 'form' | 'recording' | 'observe'>,
  prefixes: StreamedPrefixes | null,
): TaskStage<ActionsBatch, ChunksShown, ActionsConclusion> {
  const places = evaluationPlaces(data.recording, data.split, settings.horizon, settings);
  const { batchSize } = settings;
  let sampler: ActionsSampler | null = null;
  const predict = async (memory: Memory) => {
    sampler ??= await ActionsSampler.create(memory, prepared.sampler, prefixes?.reader);
    const width = pi0Of(base).actionDim;
    return predictChunks({ sampler, recording, form, observe, batchSize, width }, places);
  };
  const openLoop = async (memory: Memory, chunks: Chunks) =>
    openLoopOf(data, form, places, await predict(memory), chunks);
  return {
    stage,
    prepared,
    tokensPerStep: prepared.tokensPerStep,
    createStep: (memory, onCompiled) => {
      sampler = null; // one that was there had the buffers of before
      const { prefix, stored } = prepared.step;
      emit({ kind: 'prefix', constant: prefix !== null || stored, reason: prepared.prefixReason });
      return createActionsStep(memory, prepared.step, onCompiled, { reader: prefixes?.reader });
    },
    showBase: async (memory) => ({ chunks: await predict(memory) }),
    sample: async (memory, step, base) => {
      if (places.length > 0) emit({ kind: 'open loop', step, openLoop: await openLoop(memory, base?.chunks ?? []) });
    },
    conclude: async (memory, { chunks }) => (places.length > 0 ? { openLoop: await openLoop(memory, chunks) } : {}),
  };
}

const cutPrompt = (text: string, { promptLength, stateInPrompt }: ActionsForm): Problem => ({
  what: `A prompt is longer than the ${promptLength} tokens that the base reads; its end is cut off.`,
  where: text,
  fix: stateInPrompt
    ? 'The state stands at the end of the prompt: learn fewer joints, or ask in fewer words.'
    : 'Nothing need be done, unless prompts differ in their ends alone.',
});
