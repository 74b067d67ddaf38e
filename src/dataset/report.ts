import type { Problem } from '../problem';
import type { TableColumns } from '../settings/text';

export interface FileReport {
  readonly name: string;
  readonly bytes: number;
  /** "chat messages (JSON Lines)", "plain text", … */
  readonly format: string;
  readonly examples: number;
  /** Columns of a table and those in use. */
  readonly columns?: readonly string[];
  readonly chosenColumns?: TableColumns;
  /** What could not be read; a file with problems may still have given examples. */
  readonly problems: readonly Problem[];
}
