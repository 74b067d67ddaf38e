import { type PlannedModelId, trueSizeModel } from '../model/true_size';
import type { PlanReport } from '../plan/report';
import { problem } from '../problem';
import type { PrepareOptions } from '../run/prepare';
import { prepareStages, readStages, stagedReport } from '../run/stages';
import type { TaskSettings } from '../settings/task';
import type { Prepared } from '../train/planned';
import { taskOf } from './registry';

/**
 * What settings would take with a model of openpi at its true size, whose weights need not be here. A prefix cache is not
 * counted: nobody knows the recording, and what does not fit on the GPU waits in host memory.
 * @param settings adapters are the model's own, so `loraRank`, `loraAlpha` and `backboneLora` say nothing
 * @throws ProblemError for settings that cannot run
 */
export function planTrueSize(id: PlannedModelId, settings: TaskSettings): PlanReport {
  const prepare = (own: TaskSettings, options: PrepareOptions) => prepareTrueSize(id, own, { prefixes: 0 }, options);
  return stagedReport(prepareStages(settings, readStages(settings), prepare));
}

/**
 * Records such a run.
 * @param facts of the data, as its task knows them; the most that there can be where they are not given
 * @throws ProblemError for settings that cannot run
 */
export function prepareTrueSize(
  id: PlannedModelId,
  settings: TaskSettings,
  facts: object = {},
  options: PrepareOptions = {},
): Prepared<never> {
  const model = trueSizeModel(id);
  if (model.summary.task !== settings.task) {
    const fix = `Choose one of the ${settings.task} task.`;
    throw problem(`${model.summary.name} is no model of this task.`, 'model', fix);
  }
  return taskOf(settings).prepareTrueSize(model, settings, facts, options);
}
