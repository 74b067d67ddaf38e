import { defaultSettings } from '../train/defaults';

export type FieldKey =
  | 'steps'
  | 'batchSize'
  | 'accumulation'
  | 'sequenceLength'
  | 'learningRate'
  | 'warmupSteps'
  | 'endLearningRatePercent'
  | 'weightDecay'
  | 'clipNorm'
  | 'seed'
  | 'evaluateEvery'
  | 'patience'
  | 'checkpointEvery'
  | 'loraRank'
  | 'loraAlpha'
  | 'heldoutPercent';

/** Share of examples that is never trained on, per cent. */
const heldoutPercent = 10;

/** The numbers of a run that nobody touched, in the units that the page shows. */
export const defaultFields: Readonly<Record<FieldKey, number>> = {
  steps: defaultSettings.steps,
  batchSize: defaultSettings.batchSize,
  accumulation: defaultSettings.accumulation,
  sequenceLength: defaultSettings.sequenceLength,
  learningRate: defaultSettings.learningRate,
  warmupSteps: defaultSettings.warmupSteps,
  endLearningRatePercent: Math.round((defaultSettings.endLearningRate / defaultSettings.learningRate) * 100),
  weightDecay: defaultSettings.weightDecay,
  clipNorm: defaultSettings.clipNorm,
  seed: defaultSettings.seed,
  evaluateEvery: defaultSettings.evaluateEvery,
  patience: defaultSettings.patience,
  checkpointEvery: defaultSettings.checkpointEvery,
  loraRank: defaultSettings.loraRank,
  loraAlpha: defaultSettings.loraAlpha,
  heldoutPercent,
};

const { earlyStop, keepBest, recompute } = defaultSettings;
export const defaultSwitches = { earlyStop, keepBest, recompute };

/** openpi's own filter: the language model stays as it is, but for its adapters. */
export const defaultFreeze = defaultSettings.freeze;

export const freezePresets: readonly {
  readonly id: 'adapters' | 'norms' | 'everything';
  readonly expression: string;
}[] = [
  { id: 'adapters', expression: defaultFreeze },
  { id: 'norms', expression: 'All(PathRegex(".*llm.*"), Not(PathRegex(".*(lora|norm).*")))' },
  { id: 'everything', expression: 'Nothing()' },
];

/** What a preset changes; everything else goes back to its default. */
export const trainPresets: readonly {
  readonly id: 'quick' | 'careful' | 'small';
  readonly fields: Partial<Record<FieldKey, number>>;
  readonly recompute: boolean;
}[] = [
  { id: 'quick', fields: {}, recompute: false },
  {
    id: 'careful',
    fields: {
      steps: 400,
      accumulation: 2,
      learningRate: 2e-3,
      warmupSteps: 20,
      evaluateEvery: 20,
      patience: 5,
      checkpointEvery: 20,
    },
    recompute: false,
  },
  { id: 'small', fields: { batchSize: 1, accumulation: 4 }, recompute: true },
];

/** Generation, when an adapter is tried by hand. */
export const tryDefaults = { maxTokens: 80, temperature: 0.7, seed: 7 } as const;
