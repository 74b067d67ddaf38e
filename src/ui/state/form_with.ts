import { written } from '../../settings/numbers';
import type { TaskSettings } from '../../settings/task';
import type { TrainingSettings } from '../../settings/training';
import { type FieldKey, fieldKeys, settingOf } from './fields';
import type { Form } from './form';
import type { TaskKind } from './task_kind';

/** A form with the settings of a run. What a run is not told stays: its name, how the data were read. */
export function formWith<F extends Form>(kind: TaskKind<F>, form: F, settings: TaskSettings): F {
  const text = { ...form.text };
  for (const key of fieldKeys) {
    const value: unknown = Reflect.get(settings, settingOf(key));
    if (typeof value === 'number') text[key] = written(value);
  }
  text.endLearningRatePercent = written((100 * settings.endLearningRate) / settings.learningRate);
  const { freeze, recompute, earlyStop, keepBest } = settings;
  const stages = settings.stages.map((stage) => ({
    steps: written(stage.steps),
    learningRate: written(stage.learningRate),
    freeze: stage.freeze,
  }));
  const common = { ...form, text, freeze, recompute, earlyStop, keepBest, stages };
  return { ...common, ...kind.withSettings(common, settings) };
}

/**
 * The change of a form whose base becomes another: numbers that stand as the base before suggested them, or as nobody
 * touched them, become those that the new one suggests.
 */
export function suggestedForm<F extends Form>(
  { untouched }: Pick<TaskKind<F>, 'untouched'>,
  form: F,
  before: Partial<TrainingSettings>,
  now: Partial<TrainingSettings>,
): Partial<Form> {
  const text = { ...form.text };
  const numbers = (suggested: Partial<TrainingSettings>, key: FieldKey): string => {
    const value: unknown = Reflect.get(suggested, settingOf(key));
    return typeof value === 'number' && key !== 'endLearningRatePercent' ? written(value) : untouched.text[key];
  };
  for (const key of fieldKeys) if (text[key] === numbers(before, key)) text[key] = numbers(now, key);
  const untold = form.recompute === (before.recompute ?? untouched.recompute);
  return { text, recompute: untold ? (now.recompute ?? untouched.recompute) : form.recompute };
}
