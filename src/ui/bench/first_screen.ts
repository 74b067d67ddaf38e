import type { Workbench } from './workbench';

/** Nobody has opened anything yet, and no run is shown: the page says what it is for. */
export const isFirstScreen = ({ panel, runs, view }: Workbench): boolean =>
  panel === 'data' && view.source.name === '' && !view.source.ready && runs.state.status === 'idle';
