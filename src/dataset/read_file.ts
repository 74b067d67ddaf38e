import type { Problem } from '../problem';
import { CANNOT_BE_READ, isOfEncoding } from './blocks';
import type { Content, Example } from './example';
import { type FileKind, fileKind } from './file_kind';
import { isOfFields } from './other_records';
import { problemLog } from './problem_log';
import type { FileReport } from './report';
import type { ReadOptions } from './text_reader';
import { TEXT_READERS } from './text_readers';
import { gunzipFile, type RefusedArchive } from './unpack';

/**
 * Streams a file's examples to `onExample`, in order, and says what could not be read. Bad input never throws: it becomes a
 * problem of the report, and the rest of the file is read.
 */
export async function readFile(
  file: File,
  options: ReadOptions,
  onExample: (example: Example) => void,
): Promise<FileReport> {
  const unread = (problem: Problem) => unreadable(file, problem);
  let kind: FileKind | Problem;
  try {
    kind = await fileKind(file, options.encoding);
  } catch {
    return unread({ what: CANNOT_BE_READ[0], where: file.name, fix: CANNOT_BE_READ[1] });
  }
  if ('what' in kind) return unread(kind);
  if (kind.container === 'gzip' && !options.unpacked) {
    const unpacked = await gunzipFile(file);
    if ('what' in unpacked) return unread(unpacked);
    const report = await readFile(unpacked, { ...options, unpacked: true }, onExample);
    return { ...report, name: file.name, bytes: file.size, format: `${report.format}, unpacked` };
  }
  const reader = TEXT_READERS.find((one) => one.matches(kind));
  if (!reader) return unread(kind.foreign!); // whatever is text has a reader; an archive in an archive has none

  const problems = problemLog(file.name, kind.container === 'parquet' ? 'row' : 'line');
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
  const [first] = listed;
  if (examples === 0 && first && details.columns && isOfFields(first))
    listed[0] = { ...first, columns: details.columns };
  const latin1 = listed.some(isOfEncoding) ? { mayBeLatin1: true as const } : {};
  return { name: file.name, bytes: file.size, ...details, ...latin1, examples, problems: listed };
}

const unreadable = ({ name, size }: File, problem: Problem): FileReport => ({
  name,
  bytes: size,
  format: 'unreadable',
  examples: 0,
  problems: [problem],
});

/** An archive that gave no file, as a file of the report. */
export const refusedReport = ({ archive, problem }: RefusedArchive): FileReport => unreadable(archive, problem);

const placed = (content: Content, file: string, line: number): Example =>
  content.kind === 'text'
    ? { ...content, file, line, spansLines: false, begins: true, ends: true }
    : { ...content, file, line };
