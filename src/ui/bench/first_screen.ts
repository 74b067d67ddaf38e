import type { RunState } from '../state/run_state';
import type { DataSource } from './task_view';

/** What of the workbench decides it. */
interface Bench {
  readonly panel: string;
  readonly runs: { readonly state: RunState };
  readonly view: { readonly source: DataSource };
  readonly beginning: { readonly onFirstScreen: boolean } | null;
}

/** Nobody has opened anything yet, and no run is shown: the page says what it is for. */
export const isFirstScreen = ({ panel, runs, view, beginning }: Bench): boolean =>
  panel === 'data' && runs.state.status === 'idle' && (beginning?.onFirstScreen ?? isUntouched(view.source));

const isUntouched = ({ name, ready }: DataSource): boolean => name === '' && !ready;
