import type { TableColumns } from '../settings/text';
import { lineBlocks } from './blocks';
import { isFault } from './fields';
import type { FileKind } from './file_kind';
import { BESIDE_PAIRS, giveReading, PAIRS, readRecord } from './records';
import { guessDelimiter, tableRows } from './table_rows';
import type { RecordSink } from './text_reader';

export interface TableReading {
  readonly format: string;
  readonly columns: readonly string[];
  readonly chosen?: TableColumns;
}

/** Which columns become which fields of a record, for the forms of records to read. */
interface Choice {
  readonly fields: readonly (readonly [field: string, column: number])[];
  readonly chosen: TableColumns;
  readonly how: string;
}

/** Columns whose cells are whole conversations, as lists in JSON. */
const CHAT_NAMES = ['messages', 'conversations', 'conversation'];
const TEXT_NAMES = ['text', 'content', 'body', 'document'];
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** Reads .csv and .tsv. The first row names the columns; `wanted` says which to use, else they are guessed by name. */
export async function readTable(
  file: File,
  kind: FileKind,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<TableReading> {
  const delimiter = kind.ending === '.tsv' ? '\t' : guessDelimiter(kind.head, Object.keys(DELIMITERS));
  const format = `table (${DELIMITERS[delimiter]})`;
  let columns: readonly string[] = [];
  let choice: Choice | null = null;
  const blocks = lineBlocks(file, kind, sink.problems);
  for await (const rows of tableRows(blocks, delimiter, sink.problems)) {
    for (const { fields, line } of rows) {
      if (fields.every((field) => field.trim() === '')) continue;
      if (choice === null) {
        columns = fields.map((name) => name.trim());
        choice = wanted ? chosenColumns(columns, wanted, line, sink) : guessColumns(columns, line, sink);
        if (choice === null) return { format, columns };
      } else if (fields.length === columns.length) readRow(fields, choice, line, sink);
      else {
        const what = `This row has ${fields.length} fields where the first has ${columns.length}.`;
        sink.problems.atLine(line, what, 'Put fields that contain the separator in double quotes.');
      }
    }
  }
  if (choice === null) {
    sink.problems.ofFile('The table has no rows.', 'Choose a file with a row of column names and rows below it.');
    return { format, columns };
  }
  return { format: `${format}, ${choice.how}`, columns, chosen: choice.chosen };
}

function readRow(cells: readonly string[], choice: Choice, line: number, sink: RecordSink) {
  const reading = readRecord(Object.fromEntries(choice.fields.map(([field, column]) => [field, cells[column]!])));
  if (isFault(reading)) sink.problems.atLine(line, reading.what, reading.fix);
  else giveReading(reading, line, sink);
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
  const completion = columns.indexOf(wanted.completion);
  const how = 'columns as chosen';
  if (wanted.prompt !== undefined) {
    const prompt = columns.indexOf(wanted.prompt);
    return {
      fields: [
        ['prompt', prompt],
        ['completion', completion],
      ],
      chosen: wanted,
      how,
    };
  }
  const name = wanted.completion.toLowerCase();
  return { fields: [[CHAT_NAMES.includes(name) ? name : 'text', completion]], chosen: wanted, how };
}

function guessColumns(columns: readonly string[], line: number, sink: RecordSink): Choice | null {
  const find = (name: string) => columns.findIndex((column) => column.toLowerCase() === name);
  const single = (field: string, column: number): Choice => ({
    fields: [[field, column]],
    chosen: { completion: columns[column]! },
    how: `column guessed: ${columns[column]}`,
  });
  const conversations = CHAT_NAMES.find((name) => find(name) >= 0);
  if (conversations !== undefined) return single(conversations, find(conversations));
  for (const [, prompt, completion, input] of PAIRS) {
    if (find(prompt) < 0 || find(completion) < 0) continue;
    const shown = [prompt, ...(input !== undefined && find(input) >= 0 ? [input] : [])];
    const names = [...shown, completion, ...BESIDE_PAIRS.filter((name) => find(name) >= 0)];
    return {
      fields: names.map((name) => [name, find(name)] as const),
      chosen: { prompt: columns[find(prompt)]!, completion: columns[find(completion)]! },
      how: `columns guessed by name: ${shown.map((name) => columns[find(name)]).join(' + ')} → ${columns[find(completion)]}`,
    };
  }
  const text = TEXT_NAMES.map(find).find((column) => column >= 0) ?? (columns.length === 1 ? 0 : -1);
  if (text >= 0) return single('text', text);
  if (columns.length === 2) {
    const [prompt, completion] = columns as [string, string];
    const how = `columns guessed by order: ${prompt} → ${completion}`;
    return {
      fields: [
        ['prompt', 0],
        ['completion', 1],
      ],
      chosen: { prompt, completion },
      how,
    };
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
