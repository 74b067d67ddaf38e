import type { TaskSettings } from '../worker/api';

/** What the page fine-tunes: each task has its data, its bases, its settings and its runs. */
export type Task = TaskSettings['task'];

/** In the order of the switch. */
export const tasks: readonly Task[] = ['actions', 'text'];

/** Id of the base of the actions task; every other base writes text. */
const actionsBase = 'actions';

/** The task that a base, or an adapter of it, is made for. */
export const taskOf = (base: string): Task => (base === actionsBase ? 'actions' : 'text');

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
