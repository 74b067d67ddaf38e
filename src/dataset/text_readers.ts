/** Every way to read a file of text. The first row that matches reads it, so the order matters: what is narrow stands before what is wide. */
import { CHAT_EXPORTS } from './chat_exports';
import { isDocument, readDocument } from './documents';
import type { FileKind } from './file_kind';
import { readJsonDocument, readJsonLines } from './json_file';
import { JsonScanner } from './json_scanner';
import { readParquetTable } from './parquet_table';
import { readPlainText } from './plain_text';
import { readChatExport } from './read_chat_export';
import { readTable } from './table';
import type { TextReader } from './text_reader';

const table: TextReader = {
  id: 'table',
  matches: ({ foreign, ending }) => !foreign && ['.csv', '.tsv'].includes(ending),
  async read(file, kind, options, sink) {
    const { format, columns, chosen } = await readTable(file, kind, options.columns, sink);
    return { format, columns, ...(chosen ? { chosenColumns: chosen } : {}) };
  },
};

const parquet: TextReader = {
  id: 'Parquet',
  matches: ({ container }) => container === 'parquet',
  async read(file, _, options, sink) {
    const { format, columns, chosen } = await readParquetTable(file, options.columns, sink);
    return { format, columns, ...(chosen ? { chosenColumns: chosen } : {}) };
  },
};

const chatExport: TextReader = {
  id: 'chat export',
  matches: (kind) => CHAT_EXPORTS.some((one) => one.matches(kind)),
  read: (file, kind, { voice }, sink) => readChatExport(file, kind, voice, sink),
};

const jsonDocument: TextReader = {
  id: 'JSON',
  matches: (kind) => isJson(kind) && holdsDocument(kind),
  async read(file, kind, options, sink) {
    const { forms, ...columns } = await readJsonDocument(file, kind, options.columns, sink);
    return { format: formsIn(forms, 'JSON'), ...columns };
  },
};

const jsonLines: TextReader = {
  id: 'JSON Lines',
  matches: isJson,
  async read(file, kind, options, sink) {
    const { forms, ...columns } = await readJsonLines(file, kind, options.columns, sink);
    return { format: formsIn(forms, 'JSON Lines'), ...columns };
  },
};

const document: TextReader = {
  id: 'document',
  matches: isDocument,
  read: async (file, kind, _, sink) => ({ format: await readDocument(file, kind, sink) }),
};

/** Notes, Markdown, source code, and whatever else is text. */
const plainText: TextReader = {
  id: 'plain text',
  matches: ({ foreign }) => !foreign,
  async read(file, kind, _, { problems, example }) {
    await readPlainText(file, kind, problems, example);
    const known = ['.txt', '.md', ''].includes(kind.ending);
    return { format: known ? 'plain text' : `plain text (${kind.ending})` };
  },
};

export const TEXT_READERS: readonly TextReader[] = [
  parquet,
  table,
  chatExport,
  jsonDocument,
  jsonLines,
  document,
  plainText,
];

function isJson({ foreign, ending }: FileKind): boolean {
  return !foreign && ['.json', '.jsonl', '.ndjson'].includes(ending);
}

/** A list, or an object over several lines; in a .json file also whatever is not a whole object in the first line and more after it. */
function holdsDocument({ head, ending }: FileKind): boolean {
  const [firstLine = ''] = head.trimStart().split('\n', 1);
  if (firstLine.startsWith('[')) return true;
  if (ending !== '.json') return firstLine.trimEnd() === '{' || (!parses(firstLine) && beginsOverLines(head));
  const more = head.trimStart().slice(firstLine.length).trim() !== '';
  return !(more && parses(firstLine));
}

/** The first value is an object that goes over several lines and is JSON. */
function beginsOverLines(head: string): boolean {
  const first: string[] = [];
  const scanner = new JsonScanner({ record: (text) => first.push(text), fault: () => undefined });
  scanner.push(head, 1);
  const [record = ''] = first;
  return record.includes('\n') && parses(record);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The forms of the records that were met, and how they were written. */
const formsIn = (forms: readonly string[], written: string) => `${forms.join(', ') || 'no known records'} (${written})`;
