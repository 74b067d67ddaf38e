import type { TaskId } from '../settings/task';
import { actions } from './actions/task';
import type { Task } from './task';
import { text } from './text/task';

/** Every task, by its id. */
export const tasks: Readonly<Record<TaskId, Task>> = { text, actions };

/** The task of some settings. */
export const taskOf = ({ task }: { readonly task: TaskId }): Task => tasks[task];
