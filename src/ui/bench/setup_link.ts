import { LONGEST_FILTER, setupOf, withSetup } from '../state/setup';
import { strings } from '../words/strings';
import type { Workbench } from './workbench';

/** Task, model and settings of the page as an address says them; an example that somebody has changed too. */
export function setupOn({ view, studio }: Workbench): URLSearchParams {
  const setup = setupOf(view.kind, view.form);
  if (studio.exampleUntouched) return setup;
  if (studio.model) setup.set('model', studio.model);
  if (studio.example !== null) setup.set('example', studio.example);
  return setup;
}

/** Puts the form as an address says; what is open and what is kept stay. Not during a run. */
export async function useSetup(bench: Workbench, setup: URLSearchParams): Promise<void> {
  await bench.known; // which tasks and models there are
  if (bench.runs.active || setup.toString() === setupOn(bench).toString()) return;
  const task = bench.tasks.find((one) => one === setup.get('task'));
  if (task) bench.switchTask(task);
  const rest = new URLSearchParams(setup);
  for (const key of ['model', 'example']) rest.delete(key);
  const { form, unknown } = withSetup(bench.view.kind, bench.form, rest);
  const model = bench.knownModels.find(({ id }) => id === setup.get('model'));
  const example = setup.get('example')?.slice(0, LONGEST_FILTER) ?? null;
  const { studio } = bench;
  if (example === null && (model || setup.has('freeze'))) studio.leaveExample();
  bench.edit(form);
  if (studio.example === null || example !== null) studio.chooseSize({ ...studio.size, model: model?.id ?? null });
  if (example !== null) studio.showExample(example);
  if (unknown.length > 0) bench.note(strings.link.unknown(unknown.join(', ')));
}
