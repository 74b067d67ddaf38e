import type { FileReport, Problem, TableColumns } from '../worker/api';
import { CANNOT_BE_READ } from './blocks';
import type { Content, Example } from './example';
import { type FileKind, fileKind } from './file_kind';
import { type RecordSink, readJsonDocument, readJsonLines } from './json_file';
import { readPlainText } from './plain_text';
import { type ProblemLog, problemLog } from './problem_log';
import { readTable } from './table';

export interface ReadOptions {
  /** For tables: which columns to learn from. */
  readonly columns?: TableColumns | undefined;
}

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

  const problems = problemLog(file.name);
  let examples = 0;
  const details = await readLayout(file, kind, options, problems, (example) => {
    if (example.kind === 'chat' || example.begins) examples++;
    onExample(example);
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

type Details = Pick<FileReport, 'format' | 'columns' | 'chosenColumns'>;

async function readLayout(
  file: File,
  kind: FileKind,
  options: ReadOptions,
  problems: ProblemLog,
  onExample: (example: Example) => void,
): Promise<Details> {
  if (kind.layout === 'plain text') {
    await readPlainText(file, kind, problems, onExample);
    const known = ['.txt', '.md', ''].includes(kind.ending);
    return { format: known ? 'plain text' : `plain text (${kind.ending})` };
  }
  const content = (found: Content, line: number) => onExample(placed(found, file.name, line));
  const sink: RecordSink = { problems, content };
  if (kind.layout === 'table') {
    const { format, columns, chosen } = await readTable(file, kind, options.columns, sink);
    return { format, columns, ...(chosen ? { chosenColumns: chosen } : {}) };
  }
  const forms = await (kind.layout === 'JSON' ? readJsonDocument : readJsonLines)(file, kind, sink);
  return { format: `${forms.join(', ') || 'no known records'} (${kind.layout})` };
}

const placed = (content: Content, file: string, line: number): Example =>
  content.kind === 'text'
    ? { ...content, file, line, spansLines: false, begins: true, ends: true }
    : { ...content, file, line };
