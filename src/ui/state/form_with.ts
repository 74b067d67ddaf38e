import { written } from '../../settings/numbers';
import type { TaskSettings } from '../../settings/task';
import { fieldKeys, settingOf } from './fields';
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
