import type { GivenFile } from '../../src/recording/files';

/** An array of a Zarr store, a number a row, in one piece that is not compressed. */
export function zarrArray(path: string, values: readonly number[], more: object = {}): GivenFile[] {
  const shape = [values.length];
  const about = { zarr_format: 2, shape, chunks: shape, dtype: '<f8', compressor: null, filters: null, order: 'C' };
  return [
    { path: `${path}/.zarray`, file: new Blob([JSON.stringify({ ...about, fill_value: 0, ...more })]) },
    { path: `${path}/0`, file: new Blob([Float64Array.from(values)]) },
  ];
}
