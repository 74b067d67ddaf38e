import type { ActionsSettings, RecordingReport, TextSettings, TrainingSettings } from '../../worker/api';
import {
  defaultActionsChoices,
  defaultFields,
  defaultFreeze,
  defaultSwitches,
  type FieldKey,
  type TrainPresetId,
  trainPresets,
} from './defaults';
import type { Task } from './task';

/** A number that the person may set. Ranges are those that make sense, not those that fit the machine: the plan says that. */
export interface Field {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** 0 is allowed although `min` is larger: it switches the thing off. */
  readonly zero?: boolean;
}

export const fields: Readonly<Record<FieldKey, Field>> = {
  steps: { min: 1, max: 100_000, integer: true },
  batchSize: { min: 1, max: 256, integer: true },
  accumulation: { min: 1, max: 256, integer: true },
  sequenceLength: { min: 8, max: 8192, integer: true },
  horizon: { min: 1, max: 128, integer: true },
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

/** A stage as typed. */
export interface StageForm {
  readonly steps: string;
  readonly learningRate: string;
  readonly freeze: string;
}

/** What only the actions task is told, besides its numbers. */
export type ActionsChoices = Pick<
  ActionsSettings,
  'backboneLora' | 'state' | 'normalization' | 'delta' | 'cameras' | 'maskTail' | 'maskPadding'
>;

/**
 * Everything on the form of one task, numbers as typed: what is wrong stays in its field until it is put right.
 * What belongs to the other task keeps its default.
 */
export interface Form {
  readonly task: Task;
  readonly text: Readonly<Record<FieldKey, string>>;
  readonly earlyStop: boolean;
  readonly keepBest: boolean;
  readonly recompute: boolean;
  readonly freeze: string;
  /** After the first, which is made of `steps`, `learningRate` and `freeze`. */
  readonly stages: readonly StageForm[];
  /** Empty: named after the data. */
  readonly name: string;
  /** Empty: the first prompt of the data. */
  readonly samplePrompt: string;
  readonly actions: ActionsChoices;
}

export type FieldProblem = 'empty' | 'not a number' | 'not whole' | 'too small' | 'too large';

const keys = Object.keys(fields) as FieldKey[];

export function defaultForm(task: Task): Form {
  const defaults = defaultFields[task];
  const text = Object.fromEntries(keys.map((key) => [key, asText(defaults[key])])) as Record<FieldKey, string>;
  const own = { freeze: defaultFreeze(task), stages: [], name: '', samplePrompt: '', actions: defaultActionsChoices };
  return { task, text, ...defaultSwitches(task), ...own };
}

/** The form with one preset's numbers; name, prompt, filter, adapter size and held-out share are left as they are. */
export function withPreset(form: Form, id: TrainPresetId): Form {
  const preset = trainPresets[form.task].find((candidate) => candidate.id === id);
  if (!preset) return form;
  const text = { ...form.text };
  for (const key of keys)
    if (!outsidePresets.has(key)) text[key] = asText(preset.fields[key] ?? defaultFields[form.task][key]);
  return { ...form, text, recompute: preset.recompute };
}

const outsidePresets: ReadonlySet<FieldKey> = new Set<FieldKey>([
  'loraRank',
  'loraAlpha',
  'heldoutPercent',
  'seed',
  'horizon',
  'fps',
]);

/** The preset whose numbers the form holds now, if any. */
export function presetOf(form: Form): TrainPresetId | null {
  const same = trainPresets[form.task].find((preset) => {
    const wanted = withPreset(form, preset.id);
    return (
      wanted.recompute === form.recompute && keys.every((key) => Number(wanted.text[key]) === Number(form.text[key]))
    );
  });
  return same?.id ?? null;
}

/** What is wrong with one typed number, or null. */
export function checkField(key: FieldKey, text: string): FieldProblem | null {
  const field = fields[key];
  if (text.trim() === '') return 'empty';
  const value = Number(text);
  if (!Number.isFinite(value)) return 'not a number';
  if (field.integer && !Number.isInteger(value)) return 'not whole';
  if (field.zero && value === 0) return null;
  if (value < field.min) return 'too small';
  return value > field.max ? 'too large' : null;
}

/** Every field that is wrong. */
export function checkForm(form: Form): Readonly<Partial<Record<FieldKey, FieldProblem>>> {
  const wrong: Partial<Record<FieldKey, FieldProblem>> = {};
  for (const key of keys) {
    const found = checkField(key, form.text[key]);
    if (found) wrong[key] = found;
  }
  return wrong;
}

/** A text run as the trainer wants it. Call only when checkForm() finds nothing. */
export function runSettings(form: Form, base: string, name: string, prompts: readonly string[]): TextSettings {
  const sequenceLength = Number(form.text.sequenceLength);
  return { task: 'text', ...trainingSettings(form, base, name), sequenceLength, samplePrompts: prompts };
}

/** The same of an actions run. */
export function actionsSettings(form: Form, base: string, name: string): ActionsSettings {
  return {
    task: 'actions',
    ...trainingSettings(form, base, name),
    ...form.actions,
    horizon: Number(form.text.horizon),
  };
}

/** The choices without those that a recording has no use for: other joints, cameras without video. */
export function fittingChoices(choices: ActionsChoices, report: RecordingReport): ActionsChoices {
  const there = new Set(report.cameras.filter((camera) => camera.available).map((camera) => camera.name));
  const delta = choices.delta?.length === report.joints.action.length ? choices.delta : null;
  const cameras = choices.cameras?.every((name) => there.has(name)) ? choices.cameras : null;
  return { ...choices, delta, cameras };
}

function trainingSettings(form: Form, base: string, name: string): TrainingSettings {
  const value = (key: FieldKey): number => Number(form.text[key]);
  return {
    base,
    name,
    freeze: form.freeze,
    loraRank: value('loraRank'),
    loraAlpha: value('loraAlpha'),
    steps: value('steps'),
    stages: form.stages.map(({ steps, learningRate, freeze }) => ({
      steps: Number(steps),
      learningRate: Number(learningRate),
      freeze,
      warmupSteps: value('warmupSteps'), // each warms up as long as the first
    })),
    batchSize: value('batchSize'),
    accumulation: value('accumulation'),
    learningRate: value('learningRate'),
    warmupSteps: value('warmupSteps'),
    endLearningRate: (value('learningRate') * value('endLearningRatePercent')) / 100,
    weightDecay: value('weightDecay'),
    clipNorm: value('clipNorm'),
    recompute: form.recompute,
    seed: value('seed'),
    evaluateEvery: value('evaluateEvery'),
    earlyStop: form.earlyStop,
    patience: value('patience'),
    keepBest: form.keepBest,
    checkpointEvery: value('checkpointEvery'),
  };
}

const asText = (value: number): string => String(value);
