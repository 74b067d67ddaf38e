import type { TextTokenizer } from '../tokens/tokenizer';
import type { Pi0Batch } from '../train/pi0_batch';
import { Pi0Sampler } from '../train/pi0_sampler';
import { createPi0Step } from '../train/prefix_cache';
import type { ActionsSettings, TrainEvent } from '../worker/api';
import { actionsBatches, robotForm } from './actions_batches';
import { type ActionsData, actionsFormOf, prefixCount } from './actions_data';
import { promptTokens } from './actions_observe';
import { type Chunks, openLoopOf, predictChunks } from './actions_open_loop';
import { evaluationPlaces } from './actions_places';
import { prepareActions } from './actions_prepare';
import { withState } from './actions_state';
import { Run, type RunParts, type Task } from './run';

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
  const prepared = prepareActions(base, settings, facts, gpu.device.limits.maxStorageBufferBindingSize);
  const width = base.config.actionDim ?? 0;
  const { form, problems } = robotForm(data, settings, width);
  const batches = actionsBatches({ data, form, base, tokenizer, settings });
  const places = evaluationPlaces(data.recording, data.split, settings.horizon);
  let predict: () => Promise<Chunks> = async () => [];
  let baseChunks: Chunks = [];
  const openLoop = async () => openLoopOf(data, form, places, await predict(), baseChunks);
  return {
    prepared,
    tokensPerStep: prepared.tokensPerStep,
    createStep: (memory, onCompiled) => {
      for (const problem of problems) emit({ kind: 'problem', problem });
      tellLongPrompts(parts);
      emit({ kind: 'prefix', constant: prepared.step.prefix !== null, reason: prepared.prefixReason });
      return createPi0Step(memory, prepared.step, onCompiled);
    },
    batchesOf: batches.batchesOf,
    heldout: batches.heldout,
    measureBase: async (memory) => {
      const sampler = await Pi0Sampler.create(memory, prepared.sampler);
      const { batchSize } = settings;
      const recording = withState(data.recording, form.state);
      predict = () => predictChunks({ sampler, recording, form, observe: batches.observe, batchSize, width }, places);
      baseChunks = await predict();
    },
    sample: async (step) => {
      if (places.length > 0) emit({ kind: 'open loop', step, openLoop: await openLoop() });
    },
    // Without a step nobody has measured the base.
    conclude: async () => (baseChunks.length > 0 ? { openLoop: await openLoop() } : {}),
    adapterExtras: { robot: form },
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
