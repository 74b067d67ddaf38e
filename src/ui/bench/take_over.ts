import { strings } from '../words/strings';
import { useSettings } from './use_settings';
import type { Workbench } from './workbench';

/** Goes on here with the run that another tab trains, and shows it. */
export async function takeOver(bench: Workbench): Promise<void> {
  const { seen } = bench.others;
  if (!seen?.state.settings || bench.runs.active) return;
  const { name, settings } = seen.state;
  bench.switchTask(settings.task);
  useSettings(bench, settings, strings.runs.used(name));
  bench.panel = 'train';
  await bench.runs.takeOver(seen);
}
