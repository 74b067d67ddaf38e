import type { Problem } from '../problem';
import type { TableColumns } from '../settings/text';

/** Somebody who speaks in a chat. */
export interface Voice {
  readonly name: string;
  /** Messages with text. */
  readonly messages: number;
}

export interface FileReport {
  readonly name: string;
  readonly bytes: number;
  /** "chat messages (JSON Lines)", "plain text", … */
  readonly format: string;
  readonly examples: number;
  /** Columns of a table, or fields of JSON records of no known form, and those in use. */
  readonly columns?: readonly string[];
  readonly chosenColumns?: TableColumns;
  /** Of a chat exported from a messenger: who speaks in it, who says most first. */
  readonly voices?: readonly Voice[];
  /** Whose messages of it are learned; a person may choose another of `voices`. */
  readonly voice?: string;
  /** Lines of it are not UTF-8: it was probably saved as Latin-1 (Windows-1252), and can be read as that. */
  readonly mayBeLatin1?: true;
  /** What could not be read; a file with problems may still have given examples. */
  readonly problems: readonly Problem[];
}
