import { isFirstScreen } from '../bench/first_screen';
import type { Workbench } from '../bench/workbench';

/** Where things are on the page, by what the person looks at. */
export interface Layout {
  /** The run has the middle: it goes on, or has ended and nobody has begun another. */
  readonly stage: boolean;
  /** What accompanies the middle: what a run would take, or what the run was told. */
  readonly side: 'plan' | 'settings' | null;
  /** The run goes on out of sight, and is told in one line. */
  readonly strip: boolean;
}

export function layoutOf(bench: Workbench): Layout {
  const { panel, runs } = bench;
  const shown = runs.state.status !== 'idle';
  const stage = shown && panel === 'train';
  const plans = panel === 'model' || panel === 'train' || (panel === 'data' && !isFirstScreen(bench));
  return { stage, side: stage ? 'settings' : plans ? 'plan' : null, strip: shown && !stage };
}
