import type { TableColumns } from '../settings/text';
import type { Encoding } from './blocks';
import type { Content, Example } from './example';
import type { FileKind } from './file_kind';
import type { ProblemLog } from './problem_log';
import type { FileReport } from './report';

export interface ReadOptions {
  /** For tables: which columns to learn from. */
  readonly columns?: TableColumns | undefined;
  /** Of a file that does not tell its own; UTF-8 without it. */
  readonly encoding?: Encoding | undefined;
  /** Of a chat exported from a messenger: whose messages are learned. */
  readonly voice?: string | undefined;
  /** The file comes out of a .gz: another in it is refused, as it could go on without end. */
  readonly unpacked?: boolean;
}

/** Where records of one file go. */
export interface RecordSink {
  /** What could not be read, of this file alone. */
  readonly problems: ProblemLog;
  content(content: Content, line: number): void;
}

/** Where a reader puts what it finds in one file. */
export interface TextSink extends RecordSink {
  /** Takes an example that has its place already: a piece of a longer document. */
  example(example: Example): void;
}

/** A way to read files of text: one row of the table in text_readers.ts. */
export interface TextReader {
  /** As people call what it reads. */
  readonly id: string;
  /** Decides on the beginning of the file, and on its name only where that leaves a choice. */
  matches(kind: FileKind): boolean;
  /** Streams the file's examples to `sink`, in order. Bad input becomes problems of the sink; it never throws. */
  read(file: File, kind: FileKind, options: ReadOptions, sink: TextSink): Promise<ReadDetails>;
}

/** What a reader adds to the file's report. */
export type ReadDetails = Pick<FileReport, 'format' | 'columns' | 'chosenColumns' | 'voices' | 'voice'>;
