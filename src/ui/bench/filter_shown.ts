import type { Workbench } from './workbench';

/** The filter that the studio shows: the form's, or an example. */
export const filterShown = ({ studio, form }: Workbench): string => studio.example ?? form.freeze;

/** Changes it where it is. */
export function editFilter(bench: Workbench, text: string): void {
  if (bench.studio.example === null) bench.edit({ freeze: text });
  else bench.studio.editExample(text);
}

/** Gives the form a filter, and shows it: from an example, too, this is the only way into a run. */
export function useFilter(bench: Workbench, freeze: string): void {
  bench.studio.leaveExample();
  bench.edit({ freeze });
}
