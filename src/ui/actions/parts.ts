import type { TaskWords } from '../bench/task_view';
import type { ActionsChoices, ActionsForm } from './kind';
import type { LookDesk } from './look_desk';
import type { RecordingDesk } from './recording_desk';

/** What the elements of the actions task are drawn from, and what they change. */
export interface ActionsParts {
  readonly form: ActionsForm;
  readonly source: RecordingDesk;
  readonly look: LookDesk;
  readonly words: Pick<TaskWords, 'fields'>;
  /** Whether a base is always read layer by layer. */
  isStreamed(base: string | null): boolean;
  choose(change: Partial<ActionsChoices>): void;
}
