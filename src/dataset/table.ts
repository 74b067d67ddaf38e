import type { TableColumns } from '../settings/text';
import { lineBlocks } from './blocks';
import type { FileKind } from './file_kind';
import { type Choice, chooseColumns, readRow } from './table_columns';
import { guessDelimiter, tableRows } from './table_rows';
import type { RecordSink } from './text_reader';

export interface TableReading {
  readonly format: string;
  readonly columns: readonly string[];
  readonly chosen?: TableColumns;
}

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** The first line of tables that Excel is to open: no row of them. */
const SEPARATOR = /^sep=([,;\t|])\r?\n/;

/** Reads .csv and .tsv. The first row names the columns; `wanted` says which to use, else they are guessed by name. */
export async function readTable(
  file: File,
  kind: FileKind,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<TableReading> {
  const told = SEPARATOR.exec(kind.head)?.[1];
  const delimiter = told ?? (kind.ending === '.tsv' ? '\t' : guessDelimiter(kind.head, Object.keys(DELIMITERS)));
  const format = `table (${DELIMITERS[delimiter]})`;
  let columns: readonly string[] = [];
  let choice: Choice | null = null;
  const blocks = lineBlocks(file, kind, sink.problems);
  for await (const rows of tableRows(blocks, delimiter, sink.problems)) {
    for (const { fields, line } of rows) {
      if (fields.every((field) => field.trim() === '') || (told !== undefined && line === 1)) continue;
      if (choice === null) {
        columns = fields.map((name) => name.trim());
        choice = chooseColumns(columns, wanted, line, sink);
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
