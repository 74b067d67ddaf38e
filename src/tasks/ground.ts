import type { BaseModel } from '../base/base';
import type { Ground } from '../fit/cost';
import type { TaskSettings } from '../settings/task';
import { taskOf } from './registry';

/**
 * What proposals for runs of a task are planned on.
 * @param settings name the task
 * @param factsOf what is known of the data, see Task.factsOf
 */
export function groundOf(
  base: BaseModel,
  settings: TaskSettings,
  factsOf: (settings: TaskSettings) => unknown,
  limits: Ground['limits'],
): Ground {
  const task = taskOf(settings);
  return {
    scopes: task.scopesOf(base),
    causal: task.causal,
    prepare: (own, gpu) => task.prepare(base, own, factsOf(own), { gpu }),
    extraWork: (own, prepared) => task.extraWork(prepared, factsOf(own), own),
    limits,
  };
}
