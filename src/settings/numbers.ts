import type { ActionsSettings } from './actions';
import type { TextSettings } from './text';
import type { TrainingSettings } from './training';

/** What people may set as a number: settings of a run of any task, and how data are opened. */
export type NumberSetting =
  | KeysOfNumbers<TrainingSettings>
  | KeysOfNumbers<Pick<TextSettings, 'sequenceLength'>>
  | KeysOfNumbers<Pick<ActionsSettings, 'horizon'>>
  | 'frames'
  | 'heldoutFraction'
  | 'fps';

type KeysOfNumbers<S> = { [K in keyof S]-?: S[K] extends number ? K : never }[keyof S];

/** What each is called, on the page as in every sentence. */
export const numberNames: Readonly<Record<NumberSetting, string>> = {
  steps: 'Steps',
  batchSize: 'Batch',
  accumulation: 'Accumulation',
  sequenceLength: 'Window',
  horizon: 'Chunk',
  frames: 'Frames',
  learningRate: 'Learning rate',
  warmupSteps: 'Warm-up',
  endLearningRate: 'Final rate',
  weightDecay: 'Weight decay',
  clipNorm: 'Clip',
  seed: 'Seed',
  evaluateEvery: 'Evaluate every',
  patience: 'Patience',
  checkpointEvery: 'Save every',
  loraRank: 'Rank',
  loraAlpha: 'Alpha',
  heldoutFraction: 'Held out',
  fps: 'Frame rate',
};

/** What a number may be: in words, and whether one is. */
export interface NumberRule {
  readonly words: string;
  readonly accepts: (value: number) => boolean;
}

const rule = (words: string, accepts: NumberRule['accepts']): NumberRule => ({ words, accepts });

const positiveWhole = rule('a whole number from 1', (value) => Number.isSafeInteger(value) && value >= 1);
const whole = rule('a whole number from 0', (value) => Number.isSafeInteger(value) && value >= 0);
const positive = rule('a number above 0', (value) => Number.isFinite(value) && value > 0);
const notNegative = rule('a number from 0', (value) => Number.isFinite(value) && value >= 0);

/** Samples that the GPU works through before anybody else has its turn; more go into a step by accumulation. */
const MOST_SAMPLES = 4096;
/** An update moves each weight by about the learning rate: of a rate beyond, float32 keeps nothing. */
const HIGHEST_RATE = 1000;

/** What each may be, whatever the base and the device. */
export const numberRules: Readonly<Record<NumberSetting, NumberRule>> = {
  steps: positiveWhole,
  batchSize: rule('a whole number from 1 to 4096', (value) => positiveWhole.accepts(value) && value <= MOST_SAMPLES),
  accumulation: positiveWhole,
  sequenceLength: positiveWhole,
  horizon: positiveWhole,
  frames: positiveWhole,
  learningRate: rule('a number above 0, at most 1000', (value) => positive.accepts(value) && value <= HIGHEST_RATE),
  warmupSteps: whole,
  endLearningRate: rule('a number from 0 to 1000', (value) => value >= 0 && value <= HIGHEST_RATE),
  weightDecay: notNegative,
  clipNorm: positive,
  seed: whole,
  evaluateEvery: positiveWhole,
  patience: positiveWhole,
  checkpointEvery: positiveWhole,
  loraRank: positiveWhole,
  loraAlpha: positive,
  heldoutFraction: rule('a share from 0 to 0.5', (value) => value >= 0 && value <= 0.5),
  fps: positive,
};

/** A number as people write it: 8192, 0.003, 1e-10; all of its digits, but for those that rounding left behind. */
export const written = (value: number): string => String(Number(value.toPrecision(12)));
