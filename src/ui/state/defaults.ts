import { defaultActionsSettings, defaultSettings, freezeFilters } from '../../settings/defaults';
import type { TrainingSettings } from '../../worker/api';
import type { Task } from './task';

export type FieldKey =
  | 'steps'
  | 'batchSize'
  | 'accumulation'
  | 'sequenceLength'
  | 'horizon'
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
  | 'heldoutPercent'
  | 'fps';

const defaultsOf = { text: defaultSettings, actions: defaultActionsSettings } as const;

/** Share that is never trained on, per cent. Of a recording whole episodes are held out, and a short one has few. */
const heldoutPercent = { text: 10, actions: 20 } as const;

/** The numbers of a run that nobody touched, in the units that the page shows. */
export const defaultFields: Readonly<Record<Task, Readonly<Record<FieldKey, number>>>> = {
  text: fieldsOf('text'),
  actions: fieldsOf('actions'),
};

function fieldsOf(task: Task): Readonly<Record<FieldKey, number>> {
  const settings: TrainingSettings = defaultsOf[task];
  return {
    steps: settings.steps,
    batchSize: settings.batchSize,
    accumulation: settings.accumulation,
    sequenceLength: defaultSettings.sequenceLength,
    horizon: defaultActionsSettings.horizon,
    learningRate: settings.learningRate,
    warmupSteps: settings.warmupSteps,
    endLearningRatePercent: Math.round((settings.endLearningRate / settings.learningRate) * 100),
    weightDecay: settings.weightDecay,
    clipNorm: settings.clipNorm,
    seed: settings.seed,
    evaluateEvery: settings.evaluateEvery,
    patience: settings.patience,
    checkpointEvery: settings.checkpointEvery,
    loraRank: settings.loraRank,
    loraAlpha: settings.loraAlpha,
    heldoutPercent: heldoutPercent[task],
    fps: 30,
  };
}

export const defaultSwitches = (task: Task): Pick<TrainingSettings, 'earlyStop' | 'keepBest' | 'recompute'> => {
  const { earlyStop, keepBest, recompute } = defaultsOf[task];
  return { earlyStop, keepBest, recompute };
};

const { backboneLora, state, normalization, delta, cameras, maskTail, maskPadding } = defaultActionsSettings;
export const defaultActionsChoices = { backboneLora, state, normalization, delta, cameras, maskTail, maskPadding };

/** openpi's own filter for the text task: the language model stays as it is, but for its adapters. */
export const defaultFreeze = (task: Task): string => defaultsOf[task].freeze;

export type FreezePresetId = 'adapters' | 'norms' | 'projections' | 'loraOnly' | 'expert' | 'everything';

interface FreezePreset {
  readonly id: FreezePresetId;
  readonly expression: string;
}

/** Filters by purpose, the default first. */
export const freezePresets: Readonly<Record<Task, readonly FreezePreset[]>> = {
  text: [
    { id: 'adapters', expression: freezeFilters.text.adapters },
    { id: 'norms', expression: freezeFilters.text.norms },
    { id: 'everything', expression: freezeFilters.nothing },
  ],
  actions: [
    { id: 'projections', expression: freezeFilters.actions.projections },
    { id: 'loraOnly', expression: freezeFilters.actions.adapters },
    { id: 'expert', expression: freezeFilters.actions.expert },
    { id: 'everything', expression: freezeFilters.nothing },
  ],
};

export type TrainPresetId = 'quick' | 'careful' | 'small';

interface TrainPreset {
  readonly id: TrainPresetId;
  readonly fields: Partial<Record<FieldKey, number>>;
  readonly recompute: boolean;
}

/** What a preset changes; everything else goes back to its default. */
export const trainPresets: Readonly<Record<Task, readonly TrainPreset[]>> = {
  text: [
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
  ],
  actions: [
    { id: 'quick', fields: {}, recompute: false },
    {
      id: 'careful',
      fields: { steps: 500, learningRate: 1e-3, warmupSteps: 20, evaluateEvery: 50, patience: 4, checkpointEvery: 50 },
      recompute: false,
    },
    { id: 'small', fields: { batchSize: 2, accumulation: 8 }, recompute: true },
  ],
};

/** Generation, when an adapter is tried by hand. */
export const tryDefaults = { maxTokens: 80, temperature: 0.7, seed: 7 } as const;
