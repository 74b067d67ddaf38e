import type { ChosenNumber, TaskWords } from '../bench/task_view';
import type { FieldKey } from '../state/fields';
import type { DataDesk } from './data_desk';
import type { TrialDesk } from './trial_desk';

/** What the elements of the text task are drawn from. */
export interface TextParts {
  readonly source: DataDesk;
  readonly trial: TrialDesk;
  /** The prompt that base and adapter continue during a run. */
  readonly samplePrompt: string;
  /** Tokens that the base has room for; 0 while none is known. */
  readonly context: number;
  /** What the base has read; empty where that is not known. */
  readonly trainedOn: string;
  chosen(key: FieldKey): ChosenNumber | null;
  readonly words: Pick<TaskWords, 'fields'>;
}
