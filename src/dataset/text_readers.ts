/** Every way to read a file of text. The first row that matches reads it, so the order matters: what is narrow stands before what is wide. */
import type { FileKind } from './file_kind';
import { readJsonDocument, readJsonLines } from './json_file';
import { JsonScanner } from './json_scanner';
import { readPlainText } from './plain_text';
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

const jsonDocument: TextReader = {
  id: 'JSON',
  matches: (kind) => isJson(kind) && holdsDocument(kind),
  read: async (file, kind, _, sink) => ({ format: formsIn(await readJsonDocument(file, kind, sink), 'JSON') }),
};

const jsonLines: TextReader = {
  id: 'JSON Lines',
  matches: isJson,
  read: async (file, kind, _, sink) => ({ format: formsIn(await readJsonLines(file, kind, sink), 'JSON Lines') }),
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

export const TEXT_READERS: readonly TextReader[] = [table, jsonDocument, jsonLines, plainText];

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
