import type { Compressors } from 'hyparquet';
import { type ParquetScan, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { ProblemError, problem } from '../problem';
import { checkFooter, checkPages, levelsOf } from './parquet_pages';
import { partOf } from './part';
import type { StoredFile } from './stored_file';

/** Rows of a file, or of one of its row groups, that can be real. */
const MAX_ROWS = 5_000_000;
const MAX_VALUES = 50_000_000;
/** Unpacked bytes of one column of one row group. */
const MAX_COLUMN_BYTES = 2 ** 30;

/** Some columns of some consecutive rows. */
export interface RowGroup {
  readonly rows: number;
  /** Values of a column, one a row: numbers, bigints, texts, lists; empty for a column that the file lacks. */
  column(name: string): ArrayLike<unknown>;
}

export interface ParquetFile {
  readonly columns: readonly string[];
  readonly rows: number;
  /**
   * Reads these columns and no others, one row group after another.
   * @param options.binary bytes that are not declared to be text stay bytes
   */
  rowGroups(columns: readonly string[], options?: { readonly binary?: boolean }): AsyncGenerator<RowGroup, void>;
}

/** Opens a parquet file: only its footer is read. @throws ProblemError that names the file; so does reading its rows */
export async function openParquet(file: StoredFile): Promise<ParquetFile> {
  const blob = await file.open();
  const buffer = {
    byteLength: blob.size,
    slice: (start: number, end = blob.size) => partOf(blob, start, end).arrayBuffer(),
  };
  const metadata = await guarded(file.path, async () => {
    const footer = await footerOf(blob);
    if (footer) checkFooter(footer);
    return parquetMetadataAsync(buffer);
  });
  const root = metadata.schema[0];
  const columns = await guarded(file.path, async () => {
    checkCounts(metadata, blob.size);
    return topColumns(metadata.schema, root?.num_children ?? 0);
  });
  const compressors = await decompressors(metadata.row_groups);
  return {
    columns,
    rows: Number(metadata.num_rows),
    async *rowGroups(wanted, { binary = false } = {}) {
      const present = wanted.filter((name) => columns.includes(name));
      if (present.length === 0) return;
      const scan = await guarded(file.path, () =>
        parquetScan({
          file: buffer,
          metadata,
          columns: present,
          compressors,
          useOffsetIndex: false,
          geoparquet: false,
          utf8: !binary,
        }),
      );
      for (const range of scan.ranges)
        yield guarded(file.path, async () => {
          checkCodecs(metadata, present, file.path);
          await checkGroup(blob, metadata, range.rowStart, present, compressors);
          return readGroup(scan, range, present);
        });
    },
  };
}

/** Behind the footer stand its length, 4 bytes, and 4 letters. Null where that is no length of a part of the file. */
async function footerOf(blob: Blob): Promise<Uint8Array | null> {
  const end = blob.size - 8;
  if (end < 0) return null;
  const length = new DataView(await partOf(blob, end, blob.size).arrayBuffer()).getUint32(0, true);
  return length > 0 && length <= end ? new Uint8Array(await partOf(blob, end - length, end).arrayBuffer()) : null;
}

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'];

/** @throws ProblemError where a column that will be read is compressed in a way that is not read here */
function checkCodecs({ row_groups: groups }: Metadata, columns: readonly string[], path: string) {
  const wanted = groups
    .flatMap((group) => group.columns)
    .filter(({ meta_data: column }) => columns.includes(column?.path_in_schema[0] ?? ''));
  const codec = wanted.map(({ meta_data: column }) => column?.codec).find((one) => one && !CODECS.includes(one));
  if (!codec) return;
  const what = `The file is written with ${codec.replace('_RAW', '')}, a compression that is not read here.`;
  const command = 'pyarrow.parquet.write_table(pyarrow.parquet.read_table("IN"), "OUT", compression="zstd")';
  throw problem(what, path, `Write it with Snappy or zstd, in Python: ${command}.`);
}

/** Looks through the pages of the columns that will be read of the row group that starts with this row. */
async function checkGroup(
  blob: Blob,
  metadata: Metadata,
  rowStart: number,
  columns: readonly string[],
  compressors: Compressors,
) {
  let start = 0;
  const group = metadata.row_groups.find(({ num_rows: rows }) => {
    start += Number(rows);
    return start > rowStart;
  });
  const schema = parquetSchema(metadata);
  for (const { meta_data: column } of group?.columns ?? []) {
    if (!column || !columns.includes(column.path_in_schema[0] ?? '')) continue;
    const from = Number(column.dictionary_page_offset || column.data_page_offset);
    const part = partOf(blob, from, from + Number(column.total_compressed_size));
    const levels = levelsOf(schema, column.path_in_schema);
    checkPages(new Uint8Array(await part.arrayBuffer()), column, levels, compressors);
  }
}

async function readGroup(
  scan: ParquetScan,
  range: { readonly rowStart: number; readonly rowEnd: number },
  columns: readonly string[],
): Promise<RowGroup> {
  const rows = range.rowEnd - range.rowStart;
  const read = new Map<string, ArrayLike<unknown>>();
  for (const column of columns) {
    const values = await scan.readColumn({ column, ...range });
    if (values.length !== rows)
      throw new Error(`column "${column}" has ${values.length} of the ${rows} rows that were promised`);
    read.set(column, values);
  }
  return { rows, column: (name) => read.get(name) ?? [] };
}

type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;

/** Counts are read before they are believed: a damaged one could ask for more memory than there is. */
function checkCounts({ row_groups: groups }: Metadata, fileBytes: number) {
  let total = 0;
  let packed = 0;
  for (const { num_rows: rows, columns } of groups) {
    total += Number(rows);
    if (rows < 0n || total > MAX_ROWS) throw new Error(`it claims ${total} rows`);
    for (const { meta_data: column } of columns) {
      const bytes = Number(column?.total_uncompressed_size ?? 0);
      const values = Number(column?.num_values ?? 0);
      packed += Number(column?.total_compressed_size ?? 0);
      // several columns that share the same bytes would have a small file fill the memory
      if (packed > fileBytes) throw new Error(`its columns would take ${packed} of ${fileBytes} bytes`);
      if (bytes < 0 || bytes > MAX_COLUMN_BYTES) throw new Error(`it claims a column of ${bytes} bytes`);
      if (values < 0 || values > MAX_VALUES) throw new Error(`it claims a column of ${values} values`);
    }
  }
}

/** Names of the columns below the root; the schema is a tree written in pre-order. */
function topColumns(schema: Metadata['schema'], children: number): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = () => {
    const element = schema[at++];
    if (!element) throw new Error('its schema ends too early');
    for (let child = element.num_children ?? 0; child > 0; child--) skip();
    if (typeof element.name !== 'string') throw new Error('a column of its schema has no name');
    return element.name;
  };
  for (let child = 0; child < children; child++) names.push(skip());
  return names;
}

/** Snappy is built into the reader; the rest is loaded where a file asks for it. */
async function decompressors(groups: Metadata['row_groups']): Promise<Compressors> {
  const codecs = new Set(groups.flatMap(({ columns }) => columns.map(({ meta_data: column }) => column?.codec)));
  const compressors: Compressors = {};
  if (codecs.has('ZSTD')) {
    const { decompress } = await import('fzstd');
    compressors.ZSTD = (input) => decompress(input);
  }
  if (codecs.has('GZIP')) {
    const { gunzipSync } = await import('fflate');
    compressors.GZIP = (input, length) => gunzipSync(input, { out: new Uint8Array(length) });
  }
  return compressors;
}

/** Whatever the reader throws about a damaged file, as a Problem of that file. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw problem(
      `The file cannot be read as parquet: ${why}.`,
      path,
      'Copy the file again from where it was recorded.',
    );
  }
}
