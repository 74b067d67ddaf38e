import type { Problem } from '../problem';
import { CANNOT_BE_READ } from './blocks';
import type { Content, Example } from './example';
import { type FileKind, fileKind } from './file_kind';
import { problemLog } from './problem_log';
import type { FileReport } from './report';
import type { ReadOptions } from './text_reader';
import { TEXT_READERS } from './text_readers';

/**
 * Streams a file's examples to `onExample`, in order, and says what could not be read. Bad input never throws: it becomes a
 * problem of the report, and the rest of the file is read.
 */
export async function readFile(
  file: File,
  options: ReadOptions,
  onExample: (example: Example) => void,
): Promise<FileReport> {
  const unread = (problem: Problem): FileReport => ({
    name: file.name,
    bytes: file.size,
    format: 'unreadable',
    examples: 0,
    problems: [problem],
  });
  let kind: FileKind | Problem;
  try {
    kind = await fileKind(file);
  } catch {
    return unread({ what: CANNOT_BE_READ[0], where: file.name, fix: CANNOT_BE_READ[1] });
  }
  if ('what' in kind) return unread(kind);
  const reader = TEXT_READERS.find((one) => one.matches(kind));
  if (!reader) return unread(kind.foreign!); // whatever is text has a reader

  const problems = problemLog(file.name);
  let examples = 0;
  const example = (found: Example) => {
    if (found.kind === 'chat' || found.begins) examples++;
    onExample(found);
  };
  const details = await reader.read(file, kind, options, {
    problems,
    content: (content, line) => example(placed(content, file.name, line)),
    example,
  });
  const listed = problems.list();
  if (examples === 0 && listed.length === 0) {
    listed.push({
      what: 'The file holds no example.',
      where: file.name,
      fix: 'Choose a file with text or records in it.',
    });
  }
  return { name: file.name, bytes: file.size, ...details, examples, problems: listed };
}

const placed = (content: Content, file: string, line: number): Example =>
  content.kind === 'text'
    ? { ...content, file, line, spansLines: false, begins: true, ends: true }
    : { ...content, file, line };
