/** What an adapter tells of its run, as its files hold it. */
import { emptyBytes } from '../gpu/memory';
import type { BytesByKind } from '../gpu/tensor';
import type { ActionsSettings } from '../settings/actions';
import { NORMALIZATIONS, STATE_FORMS, STATISTICS } from '../settings/actions';
import { type DecoderLora, MODULES } from '../settings/lora';
import type { TaskSettings } from '../settings/task';
import { FROZEN_WEIGHTS, KNOWN_TEMPLATES, type TextSettings } from '../settings/text';
import type { RunHistory } from '../train/events';
import { byName, count, type Form, flag, listOf, number, object, oneOf, orNull, text } from './forms';

const LONGEST_ID = 200;

export const id: Form<string> = (value) => {
  const known = text(value);
  return known && known.length <= LONGEST_ID ? known : undefined;
};

/** JSON has null for NaN: where nothing was held out. */
export const lossOrNone: Form<number> = (value) => (value === null ? Number.NaN : number(value));

export const rankAndAlpha = { rank: number, alpha: number };

export const decoderLora: Form<DecoderLora> = object(
  { ...rankAndAlpha, rootScaled: flag, targets: listOf(oneOf(...MODULES)) },
  { others: byName(orNull(object(rankAndAlpha))) },
);

const training = {
  ...{ base: text, name: text, freeze: text, ...{ loraRank: number, loraAlpha: number, steps: number } },
  stages: listOf(object({ steps: number, freeze: text, learningRate: number, warmupSteps: number })),
  ...{ batchSize: number, accumulation: number, learningRate: number, warmupSteps: number, endLearningRate: number },
  ...{ weightDecay: number, clipNorm: number, recompute: flag, seed: number, evaluateEvery: number, earlyStop: flag },
  ...{ patience: number, keepBest: flag, checkpointEvery: number },
};

const maybeTraining = {
  trainEverything: flag,
  startingFrom: object({ id: text, name: text, lora: decoderLora }),
};

const textSettings: Form<TextSettings> = object(
  { task: oneOf('text'), ...training, sequenceLength: number, samplePrompts: listOf(text) },
  { ...maybeTraining, template: oneOf(...KNOWN_TEMPLATES), weights: oneOf(...FROZEN_WEIGHTS) },
);

const actionsSettings: Form<ActionsSettings> = object(
  {
    task: oneOf('actions'),
    ...training,
    ...{ backboneLora: flag, horizon: number, maskTail: flag, maskPadding: flag },
    state: orNull(oneOf(...STATE_FORMS)),
    normalization: orNull(oneOf(...NORMALIZATIONS)),
    delta: orNull(listOf(flag)),
    cameras: orNull(listOf(orNull(text))),
  },
  { ...maybeTraining, streamed: flag, frames: number, statistics: oneOf(...STATISTICS) },
);

export const settingsForm: Form<TaskSettings> = (value) => textSettings(value) ?? actionsSettings(value);

const kinds = Object.fromEntries(Object.keys(emptyBytes()).map((kind) => [kind, number]));
const known = object({}, kinds);
/** Older files lack kinds of bytes that were none then. */
const byKind: Form<BytesByKind> = (value) => {
  const found = known(value);
  return found && { ...emptyBytes(), ...found };
};
const bytes = { plannedBytes: number, allocatedBytes: number, byKind };
const moment = oneOf('stage begins', 'evaluated', 'stage ends', 'freed');

export const historyForm: Form<RunHistory> = object(
  {
    train: listOf(object({ step: number, loss: number, gradNorm: number, learningRate: number })),
    heldout: listOf(object({ step: number, loss: number })),
    tokensPerSecond: number,
    ...bytes,
    memory: listOf(object({ seconds: number, step: number, stage: number, moment, ...bytes })),
  },
  { evaluated: object({ count, of: count }) },
);
