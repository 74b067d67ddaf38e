import type { StartingAdapter } from '../../settings/lora';
import type { TaskId } from '../../settings/task';
import type { TrainingSettings } from '../../settings/training';
import { checkField, type FieldKey, type FieldProblem, fieldKeys, untouchedNumbers } from './fields';

/** A stage as typed. */
export interface StageForm {
  readonly steps: string;
  readonly learningRate: string;
  readonly freeze: string;
}

/**
 * What every task asks, numbers as typed: what is wrong stays in its field until it is put right. A task extends it by
 * what it asks besides; numbers that it has no use for keep their default.
 */
export interface Form {
  readonly task: TaskId;
  readonly text: Readonly<Record<FieldKey, string>>;
  readonly earlyStop: boolean;
  readonly keepBest: boolean;
  readonly recompute: boolean;
  readonly freeze: string;
  /** After the first, which is made of `steps`, `learningRate` and `freeze`. */
  readonly stages: readonly StageForm[];
  /** Empty: named after the data. */
  readonly name: string;
  /** The adapter that the run goes on from, where it is one of the base; its rank and alpha stand for those of the form. */
  readonly startingFrom?: FormStart | null;
}

/** An adapter to go on from. */
export interface FormStart extends StartingAdapter {
  /** Id of its base. */
  readonly base: string;
}

/** The form of a task whose settings nobody touched. @param numbers see untouchedNumbers() */
export function untouchedForm(
  task: TaskId,
  settings: TrainingSettings,
  numbers: Partial<Record<FieldKey, number>> = {},
): Form {
  const defaults = untouchedNumbers(settings, numbers);
  const text = Object.fromEntries(fieldKeys.map((key) => [key, String(defaults[key])])) as Record<FieldKey, string>;
  const { earlyStop, keepBest, recompute, freeze } = settings;
  return { task, text, earlyStop, keepBest, recompute, freeze, stages: [], name: '' };
}

/** Every field that is wrong. */
export function checkForm(form: Form): Readonly<Partial<Record<FieldKey, FieldProblem>>> {
  const wrong: Partial<Record<FieldKey, FieldProblem>> = {};
  for (const key of fieldKeys) {
    const found = checkField(key, form.text[key]);
    if (found) wrong[key] = found;
  }
  return wrong;
}

/** What of a run every task is told. Call only when checkForm() finds nothing. */
export function trainingSettings(form: Form, base: string, name: string): TrainingSettings {
  const value = (key: FieldKey): number => Number(form.text[key]);
  return {
    base,
    name,
    freeze: form.freeze,
    loraRank: value('loraRank'),
    loraAlpha: value('loraAlpha'),
    steps: value('steps'),
    ...startOf(form, base),
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

/** The adapter that a run on a base goes on from, where there is one. */
export function startOf({ startingFrom }: Form, base: string): Pick<TrainingSettings, 'startingFrom'> {
  if (startingFrom?.base !== base) return {};
  const { id, name, lora } = startingFrom;
  return { startingFrom: { id, name, lora } };
}

/** What of every form decides what a filter does; a rank that is wrong is shown in its field, and 8 is taken here. */
export function filterSettings({ freeze, text }: Form) {
  const [rank, alpha] = [Number(text.loraRank), Number(text.loraAlpha)];
  return { freeze, loraRank: Number.isInteger(rank) && rank > 0 ? rank : 8, loraAlpha: alpha > 0 ? alpha : 8 };
}
