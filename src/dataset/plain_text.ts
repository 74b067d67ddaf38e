import { lineBlocks, type TextBlock } from './blocks';
import type { TextExample } from './example';
import type { FileKind } from './file_kind';
import type { ProblemLog } from './problem_log';

/** Reads a file as one document, piece by piece. */
export async function readPlainText(
  file: File,
  kind: FileKind,
  problems: ProblemLog,
  onExample: (example: TextExample) => void,
) {
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
