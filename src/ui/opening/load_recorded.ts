import type { TaskId } from '../../settings/task';
import { type RecordedRun, readRecordedRun } from '../state/recorded_run';

/**
 * The recorded run of a task, from beside the page; without a network, from its offline copy.
 * @throws Error where there is none, or where it is damaged
 */
export async function loadRecorded(task: TaskId): Promise<RecordedRun> {
  const response = await fetch(`${import.meta.env.BASE_URL}recorded/${task}.json`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const run = readRecordedRun(await response.json());
  if (run.task !== task) throw new Error(`${response.url} is of the task ${run.task}`);
  return run;
}
