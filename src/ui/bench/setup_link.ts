import { setupOf, withSetup } from '../state/setup';
import { strings } from '../words/strings';
import type { Workbench } from './workbench';

/** Task, model and settings of the page as an address says them. */
export function setupOn({ view, studio }: Workbench): URLSearchParams {
  const setup = setupOf(view.kind, view.form);
  if (studio.model) setup.set('model', studio.model);
  return setup;
}

/** Puts the form as an address says; what is open and what is kept stay. Not during a run. */
export async function useSetup(bench: Workbench, setup: URLSearchParams): Promise<void> {
  await bench.known; // which tasks and models there are
  if (bench.runs.active || setup.toString() === setupOn(bench).toString()) return;
  const task = bench.tasks.find((one) => one === setup.get('task'));
  if (task) bench.switchTask(task);
  const rest = new URLSearchParams(setup);
  rest.delete('model');
  const { form, unknown } = withSetup(bench.view.kind, bench.form, rest);
  const model = bench.knownModels.find(({ id }) => id === setup.get('model'));
  bench.studio.chooseSize({ ...bench.studio.size, model: model?.id ?? null });
  bench.edit(form);
  if (unknown.length > 0) bench.note(strings.link.unknown(unknown.join(', ')));
}
