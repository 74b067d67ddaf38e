import Papa from 'papaparse';
import type { TableColumns } from '../worker/api';
import { lineBlocks, MAX_LINE_BYTES } from './blocks';
import type { FileKind } from './file_kind';
import type { RecordSink } from './json_file';
import { exchange, isFault, PAIRS } from './records';

export interface TableReading {
  readonly format: string;
  readonly columns: readonly string[];
  readonly chosen?: TableColumns;
}

/** Indices of columns. More than one prompt column: joined by a blank line. */
interface Choice {
  readonly prompt: readonly number[];
  readonly completion: number;
  readonly how: string;
}

const TEXT_NAMES = ['text', 'content', 'body', 'document'];
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** Reads .csv and .tsv. The first row names the columns; `wanted` says which to use, else they are guessed by name. */
export async function readTable(
  file: File,
  kind: FileKind,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<TableReading> {
  const delimiter = kind.ending === '.tsv' ? '\t' : guessDelimiter(kind.head);
  const format = `table (${DELIMITERS[delimiter]})`;
  let columns: readonly string[] | null = null;
  let choice: Choice | null = null;
  for await (const { fields, line, malformed } of rows(file, kind, delimiter, sink)) {
    if (fields.length === 1 && fields[0]!.trim() === '') continue;
    if (columns === null) {
      columns = fields.map((name) => name.trim());
      choice = wanted ? chosenColumns(columns, wanted, line, sink) : guessColumns(columns, line, sink);
      if (!choice) return { format, columns };
      continue;
    }
    if (malformed)
      sink.problems.atLine(
        line,
        'The quotes in this row do not match.',
        'Double the quotes inside a quoted field, and close every quote.',
      );
    else if (fields.length !== columns.length) {
      const what = `This row has ${fields.length} fields where the first has ${columns.length}.`;
      sink.problems.atLine(line, what, 'Put fields that contain the separator in double quotes.');
    } else readRow(fields, choice!, line, sink);
  }
  if (columns === null || choice === null) {
    sink.problems.ofFile('The table has no rows.', 'Choose a file with a row of column names and rows below it.');
    return { format, columns: [] };
  }
  const prompt = choice.prompt.length > 0 ? { prompt: columns[choice.prompt[0]!]! } : {};
  return {
    format: `${format}, ${choice.how}`,
    columns,
    chosen: { ...prompt, completion: columns[choice.completion]! },
  };
}

function readRow(fields: readonly string[], choice: Choice, line: number, sink: RecordSink) {
  const completion = fields[choice.completion]!;
  if (choice.prompt.length === 0) {
    if (completion.trim() !== '') sink.content({ kind: 'text', text: completion }, line);
    else sink.problems.atLine(line, 'There is nothing to learn: the text is empty.', 'Fill it in, or remove the row.');
    return;
  }
  const shown = choice.prompt.map((column) => fields[column]!).filter((text, i) => i === 0 || text.trim() !== '');
  const content = exchange(shown.join('\n\n'), completion);
  if (isFault(content)) sink.problems.atLine(line, content.what, content.fix);
  else sink.content(content, line);
}

function guessDelimiter(head: string) {
  const guessed = Papa.parse(head, { preview: 20, delimitersToGuess: Object.keys(DELIMITERS) }).meta.delimiter;
  return Object.hasOwn(DELIMITERS, guessed) ? guessed : ',';
}

function chosenColumns(
  columns: readonly string[],
  wanted: TableColumns,
  line: number,
  sink: RecordSink,
): Choice | null {
  const names = wanted.prompt === undefined ? [wanted.completion] : [wanted.prompt, wanted.completion];
  const missing = names.find((name) => !columns.includes(name));
  if (missing !== undefined) {
    sink.problems.atLine(line, `The table has no column "${missing}".`, `Choose among ${listNames(columns)}.`);
    return null;
  }
  const prompt = wanted.prompt === undefined ? [] : [columns.indexOf(wanted.prompt)];
  return { prompt, completion: columns.indexOf(wanted.completion), how: 'columns as chosen' };
}

function guessColumns(columns: readonly string[], line: number, sink: RecordSink): Choice | null {
  const find = (name: string) => columns.findIndex((column) => column.toLowerCase() === name);
  for (const [, prompt, completion, input] of PAIRS) {
    if (find(prompt) < 0 || find(completion) < 0) continue;
    const shown = input !== undefined && find(input) >= 0 ? [find(prompt), find(input)] : [find(prompt)];
    const how = `columns guessed by name: ${shown.map((i) => columns[i]).join(' + ')} → ${columns[find(completion)]}`;
    return { prompt: shown, completion: find(completion), how };
  }
  const text = TEXT_NAMES.map(find).find((column) => column >= 0) ?? (columns.length === 1 ? 0 : -1);
  if (text >= 0) return { prompt: [], completion: text, how: `column guessed: ${columns[text]}` };
  if (columns.length === 2) {
    return { prompt: [0], completion: 1, how: `columns guessed by order: ${columns[0]} → ${columns[1]}` };
  }
  sink.problems.atLine(
    line,
    'It is not clear which columns to learn from.',
    `Choose them among ${listNames(columns)}.`,
  );
  return null;
}

const listNames = (names: readonly string[]) =>
  names
    .slice(0, 12)
    .map((name) => `"${name.slice(0, 40)}"`)
    .join(', ') + (names.length > 12 ? ', …' : '');

interface Row {
  readonly fields: readonly string[];
  /** Line that the row starts on. */
  readonly line: number;
  readonly malformed: boolean;
}

/** Rows as they stream by; a row whose quotes never close is given up after MAX_LINE_BYTES. */
async function* rows(file: File, kind: FileKind, delimiter: string, sink: RecordSink) {
  let pending = '';
  let line = 1;
  for await (const block of lineBlocks(file, kind, sink.problems, sink.onBytes)) {
    if (pending === '') line = block.line;
    pending += block.text;
    for (;;) {
      const { found, used } = parseRows(pending, delimiter, line, true);
      yield* found;
      line += newlines(pending.slice(0, used));
      pending = pending.slice(used);
      if (pending.length <= MAX_LINE_BYTES) break;
      sink.problems.atLine(
        line,
        'A quote opens in this row and never closes.',
        'Close the quote; double the quotes inside a quoted field.',
      );
      pending = pending.slice(pending.indexOf('\n') + 1);
      line++;
    }
  }
  if (pending !== '') yield* parseRows(pending, delimiter, line, false).found;
}

/** Parses whole rows. With `keepLast` the last row stays, as more of it may come; `used` is how far parsing came. */
function parseRows(text: string, delimiter: string, firstLine: number, keepLast: boolean) {
  const found: Row[] = [];
  let line = firstLine;
  let used = 0;
  new Papa.Parser({
    delimiter,
    newline: '\n',
    step({ data, errors, meta }: Papa.ParseStepResult<string[][]>) {
      found.push({ fields: data[0]!, line, malformed: errors.length > 0 });
      line += newlines(text.slice(used, meta.cursor));
      used = meta.cursor;
    },
  }).parse(text, 0, keepLast);
  return { found, used };
}

function newlines(text: string) {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
