import type { ActionsForm } from '../../src/ui/actions/kind';
import { ActionsView } from '../../src/ui/actions/view';
import type { Workbench } from '../../src/ui/bench/workbench';
import { TextView } from '../../src/ui/text/view';

/* What of a workbench is one task's own. */

export function textOf(bench: Workbench): TextView {
  const view = bench.viewOf('text');
  if (!(view instanceof TextView)) throw new Error('the view of the text task is another');
  return view;
}

export function actionsOf(bench: Workbench): ActionsView {
  const view = bench.viewOf('actions');
  if (!(view instanceof ActionsView)) throw new Error('the view of the actions task is another');
  return view;
}

export const dataOf = (bench: Workbench) => textOf(bench).source;
export const recordingOf = (bench: Workbench) => actionsOf(bench).source;
export const actionsFormOf = (bench: Workbench): ActionsForm => actionsOf(bench).form;
