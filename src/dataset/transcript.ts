import type { FileKind } from './file_kind';

/** A message of a chat between people. */
export interface Said {
  /** Null where the messenger wrote it: somebody joined, a subject was changed. */
  readonly who: string | null;
  /** Empty where there are no words: a picture, a call, what was deleted. */
  readonly text: string;
  /** Messages in a row of one day make one conversation. */
  readonly day: string;
  /** Line that it starts on, or its number in a file without lines, from 1. */
  readonly line: number;
  /** A mark of the messenger, such as that it was edited, was taken out of the text. */
  readonly marked?: boolean;
}

/** What an export holds: all that was said, in order, and who exported it where it tells. */
export interface Transcript {
  readonly said: readonly Said[];
  readonly owner?: string | undefined;
}

/** An export of a messenger: one row of CHAT_EXPORTS. */
export interface ChatExport {
  readonly name: string;
  matches(kind: FileKind): boolean;
  /** Null where the file is something else after all. */
  read(content: string): Transcript | null;
}
