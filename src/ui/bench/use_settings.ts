import type { TaskSettings } from '../../worker/api';
import { formWith } from '../state/form_with';
import type { Workbench } from './workbench';

/** Puts the settings of a run of the task that is shown on its form; the note takes it back, until the form is edited. */
export function useSettings(bench: Workbench, settings: TaskSettings, words: string): void {
  const { kind, form: before } = bench.view;
  const baseBefore = bench.base;
  if (bench.bases.some(({ id }) => id === settings.base)) bench.chooseBase(settings.base);
  bench.edit(formWith(kind, before, settings));
  const after = bench.form;
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
