import type { TaskWords } from '../bench/task_view';
import type { DataDesk } from './data_desk';
import type { TrialDesk } from './trial_desk';

/** What the elements of the text task are drawn from. */
export interface TextParts {
  readonly source: DataDesk;
  readonly trial: TrialDesk;
  /** The prompt that base and adapter continue during a run. */
  readonly samplePrompt: string;
  readonly words: Pick<TaskWords, 'fields'>;
}
