import { defaultActionsSettings, defaultSettings } from '../../settings/defaults';
import type { NumberSetting } from '../../settings/numbers';
import type { TrainingSettings } from '../../settings/training';

/** A number that the person may set. Ranges are those that make sense, not those that fit the machine: the plan says that. */
export interface Field {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** 0 is allowed although `min` is larger: it switches the thing off. */
  readonly zero?: boolean;
  /** It may be left empty: the data then choose it. */
  readonly fromData?: boolean;
}

/** The numbers that a form may ask for. A task shows those that it has a use for. */
export type FieldKey =
  | 'steps'
  | 'batchSize'
  | 'accumulation'
  | 'sequenceLength'
  | 'horizon'
  | 'frames'
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

export const fields: Readonly<Record<FieldKey, Field>> = {
  steps: { min: 1, max: 100_000, integer: true },
  batchSize: { min: 1, max: 256, integer: true },
  accumulation: { min: 1, max: 256, integer: true },
  sequenceLength: { min: 8, max: 8192, integer: true, fromData: true },
  horizon: { min: 1, max: 128, integer: true },
  frames: { min: 1, max: 1_000_000, integer: true, zero: true },
  learningRate: { min: 1e-7, max: 1, integer: false },
  warmupSteps: { min: 0, max: 10_000, integer: true },
  endLearningRatePercent: { min: 0, max: 100, integer: false },
  weightDecay: { min: 0, max: 1, integer: false },
  clipNorm: { min: 1e-3, max: 1000, integer: false },
  seed: { min: 0, max: 2 ** 31 - 1, integer: true },
  evaluateEvery: { min: 1, max: 10_000, integer: true },
  patience: { min: 1, max: 1000, integer: true },
  checkpointEvery: { min: 1, max: 10_000, integer: true },
  loraRank: { min: 1, max: 256, integer: true },
  loraAlpha: { min: 1, max: 1024, integer: false },
  heldoutPercent: { min: 1, max: 50, integer: false, zero: true },
  fps: { min: 0.1, max: 10_000, integer: false },
};

export const fieldKeys = Object.keys(fields) as readonly FieldKey[];

/**
 * The numbers of a run that nobody touched, in the units that the page shows.
 * @param own of the task, where they are none of `settings` or another than usual
 */
export function untouchedNumbers(
  settings: TrainingSettings,
  own: Partial<Record<FieldKey, number>> = {},
): Readonly<Record<FieldKey, number>> {
  return {
    steps: settings.steps,
    batchSize: settings.batchSize,
    accumulation: settings.accumulation,
    sequenceLength: defaultSettings.sequenceLength,
    horizon: defaultActionsSettings.horizon,
    frames: 0,
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
    heldoutPercent: 10,
    fps: 30,
    ...own,
  };
}

/** The field in which a setting is typed. */
export function fieldOf(name: NumberSetting): FieldKey {
  if (name === 'endLearningRate') return 'endLearningRatePercent';
  return name === 'heldoutFraction' ? 'heldoutPercent' : name;
}

/** The setting that is typed in a field. */
export function settingOf(key: FieldKey): NumberSetting {
  if (key === 'endLearningRatePercent') return 'endLearningRate';
  return key === 'heldoutPercent' ? 'heldoutFraction' : key;
}

export type FieldProblem = 'empty' | 'not a number' | 'not whole' | 'too small' | 'too large';

/** What is wrong with one typed number, or null. */
export function checkField(key: FieldKey, text: string): FieldProblem | null {
  const field = fields[key];
  if (text.trim() === '') return field.fromData ? null : 'empty';
  const value = Number(text);
  if (Number.isNaN(value)) return 'not a number';
  if (Number.isFinite(value) && field.integer && !Number.isInteger(value)) return 'not whole'; // 1e999 is beyond all numbers
  if (field.zero && value === 0) return null;
  if (value < field.min) return 'too small';
  return value > field.max ? 'too large' : null;
}
