import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { Bytes } from './read';

/** A Parquet file of these columns; lists and objects are written as JSON unless `schema` says what they are. */
export const tableOf = (columns: Readonly<Record<string, unknown[]>>, codec?: 'UNCOMPRESSED' | 'SNAPPY'): Bytes => {
  const columnData: ColumnSource[] = Object.entries(columns).map(([name, data]) => ({ name, data }));
  return new Uint8Array(parquetWriteBuffer({ columnData, ...(codec ? { codec } : {}) }));
};
