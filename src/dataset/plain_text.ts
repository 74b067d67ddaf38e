import { lineBlocks, type TextBlock } from './blocks';
import type { TextExample } from './example';
import type { FileKind } from './file_kind';
import type { ProblemLog } from './problem_log';
import { hasTemplateMarks } from './spelled_chat';

const MARKS = [
  'The text holds the marks of a chat template: all of it is learned as text, also what the user says.',
  'Write each conversation as a record of JSON Lines, {"text": "…"}, to have the replies alone learned.',
] as const;

/** Reads a file as one document, piece by piece. */
export async function readPlainText(
  file: File,
  kind: FileKind,
  problems: ProblemLog,
  onExample: (example: TextExample) => void,
) {
  if (hasTemplateMarks(kind.head)) problems.ofFile(MARKS[0], MARKS[1]);
  let begins = true;
  let held: TextBlock | null = null;
  const give = ({ line, text }: TextBlock, ends: boolean) => {
    onExample({ kind: 'text', file: file.name, line, text, spansLines: true, begins, ends });
    begins = false;
  };
  for await (const block of lineBlocks(file, kind, problems)) {
    if (held) give(held, false);
    held = block;
  }
  if (held) give(held, true);
}
