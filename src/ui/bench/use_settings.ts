import type { TaskId, TaskSettings } from '../../worker/api';
import type { Form } from '../state/form';
import { formWith } from '../state/form_with';
import type { Notices } from './notices';
import type { TaskView } from './task_view';

/** What of the workbench has the form. */
interface Formed extends Pick<Notices, 'task' | 'note'> {
  readonly view: TaskView;
  viewOf(task: TaskId): TaskView;
  readonly base: string | null;
  readonly bases: readonly { readonly id: string }[];
  chooseBase(id: string): void;
  edit(change: Partial<Form>): void;
  switchTask(task: TaskId): void;
}

/** Puts the settings of a run of the task that is shown on its form; the note takes it back, until the form is edited. */
export function useSettings(bench: Formed, settings: TaskSettings, words: string): void {
  const { kind, form: before } = bench.view;
  const baseBefore = bench.base;
  if (bench.bases.some(({ id }) => id === settings.base)) bench.chooseBase(settings.base);
  bench.edit(formWith(kind, before, settings));
  const after = bench.view.form;
  bench.note(words, {
    take: () => {
      bench.switchTask(before.task);
      if (bench.task !== before.task) return;
      if (baseBefore !== null) bench.chooseBase(baseBefore);
      bench.edit(before);
    },
    holds: () => bench.viewOf(before.task).form === after,
  });
}
