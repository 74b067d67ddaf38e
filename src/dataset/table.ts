import type { TableColumns } from '../settings/text';
import { lineBlocks } from './blocks';
import type { FileKind } from './file_kind';
import { exchange, isFault, PAIRS } from './records';
import { guessDelimiter, tableRows } from './table_rows';
import type { RecordSink } from './text_reader';

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
