import type { TaskSettings } from '../../worker/api';

/** What the page fine-tunes: each task has its data, its bases, its settings and its runs. */
export type Task = TaskSettings['task'];

/** In the order of the switch. */
export const tasks: readonly Task[] = ['actions', 'text'];

/** Id of the base of the actions task; every other base writes text. */
const actionsBase = 'actions';

/** The task that a base, or an adapter of it, is made for. */
export const taskOf = (base: string): Task => (base === actionsBase ? 'actions' : 'text');

const ofRecordings = /(^|\/)meta\/info\.json$|\.(npz|npy|parquet|zip)$/i;
const ofTexts = /\.(txt|md|jsonl)$/i;

/** The task that files belong to, by their places: `shown` where they would do for either, as tables do. */
export function taskOfFiles(paths: readonly string[], shown: Task): Task {
  if (paths.some((path) => ofRecordings.test(path))) return 'actions';
  return paths.length > 0 && paths.every((path) => ofTexts.test(path)) ? 'text' : shown;
}

const storageKey = 'adaptab.task';

export function rememberedTask(): Task {
  try {
    return localStorage.getItem(storageKey) === 'actions' ? 'actions' : 'text';
  } catch {
    return 'text'; // storage is refused in some private windows: the choice then lasts as long as the page
  }
}

export function rememberTask(task: Task): void {
  try {
    localStorage.setItem(storageKey, task);
  } catch {
    // See rememberedTask().
  }
}
