import { openParquet, type RowGroup } from '../containers/parquet';
import { asProblem } from '../problem';
import type { TableColumns } from '../settings/text';
import type { TableReading } from './table';
import { type Choice, chooseColumns, readRow } from './table_columns';
import type { RecordSink } from './text_reader';

const COPY_AGAIN = 'Download or export the file again, or export it as .csv or .jsonl.';

/** Reads a Parquet table, the columns in use alone, one row group after another. Its rows are counted from 1. */
export async function readParquetTable(
  file: File,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<TableReading> {
  const format = 'table (Parquet)';
  let columns: readonly string[] = [];
  let choice: Choice | null = null;
  try {
    const parquet = await openParquet({ path: file.name, bytes: file.size, open: async () => file });
    columns = parquet.columns;
    choice = chooseColumns(columns, wanted, 1, sink);
    if (choice === null) return { format, columns };
    const used = choice.fields.map(([, column]) => columns[column]!);
    let row = 1;
    for await (const group of parquet.rowGroups(used)) {
      readGroup(group, columns, choice, row, sink);
      row += group.rows;
    }
  } catch (error) {
    sink.problems.ofFile(asProblem(error).what, COPY_AGAIN);
  }
  return {
    format: choice ? `${format}, ${choice.how}` : format,
    columns,
    ...(choice ? { chosen: choice.chosen } : {}),
  };
}

function readGroup(group: RowGroup, columns: readonly string[], choice: Choice, first: number, sink: RecordSink) {
  const read = choice.fields.map(([, column]) => [column, group.column(columns[column]!)] as const);
  for (let row = 0; row < group.rows; row++) {
    const cells: unknown[] = [];
    for (const [column, values] of read) cells[column] = plain(values[row]);
    readRow(cells, choice, first + row, sink);
  }
}

/** A cell as JSON would have it: numbers where Parquet has 64-bit integers, in lists too. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
