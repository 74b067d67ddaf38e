/** An array of any number of axes that a file keeps in pieces: what HDF5 and Zarr have in common. */
import { type NumberKind, numberKind, readNumbers } from './npy';

/** Bytes of an array, or of one of its pieces, that can be real. */
const MAX_BYTES = 2 ** 30;
const MAX_CHUNK_BYTES = 2 ** 28;

export interface ChunkedArray {
  readonly shape: readonly number[];
  /** Of a piece; those at the ends of an axis are as large, and reach over it. As many axes as the array. */
  readonly chunk: readonly number[];
  /** Of a value, as NumPy writes it: "<f4". */
  readonly dtype: string;
  /** The bytes of a piece by its place on each axis, in C order; null where it was never written. */
  read(place: readonly number[]): Promise<Uint8Array | null>;
}

/** @throws Error where a damaged file claims more than can be */
export function checkArray({ shape, chunk, dtype }: ChunkedArray): void {
  const { size } = kindOf(dtype);
  const isCount = (n: number) => Number.isSafeInteger(n) && n >= 0;
  if (!shape.every(isCount) || chunk.length !== shape.length || !chunk.every((n) => isCount(n) && n > 0))
    throw new Error(`its shape is ${shape.join(' × ')} in pieces of ${chunk.join(' × ')}`);
  if (product(chunk) * size > MAX_CHUNK_BYTES) throw new Error(`it claims a piece of ${product(chunk) * size} bytes`);
}

/** Bytes of rows `from` to `to` of the first axis, in C order. @throws Error where they are not there, or more than fit in memory */
export async function readRows(array: ChunkedArray, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  checkArray(array);
  const { shape, chunk, dtype } = array;
  if (!(from >= 0 && from <= to && to <= (shape[0] ?? 0))) throw new Error(`it has ${shape[0] ?? 0} rows`);
  const { size } = kindOf(dtype);
  const wanted = [to - from, ...shape.slice(1)];
  const bytes = product(wanted) * size;
  if (bytes > MAX_BYTES) throw new Error(`it would take ${bytes} bytes`);
  const rows = new Uint8Array(bytes);
  const places = shape.map((length, axis) => {
    const [first, end] = axis === 0 ? [from, to] : [0, length];
    const begin = Math.floor(first / chunk[axis]!);
    return Array.from({ length: end > first ? Math.ceil(end / chunk[axis]!) - begin : 0 }, (_, n) => begin + n);
  });
  for (const place of grid(places)) {
    const piece = await array.read(place);
    if (piece === null) continue; // what was never written is zero
    if (piece.length < product(chunk) * size)
      throw new Error(`a piece has ${piece.length} of ${product(chunk) * size} bytes`);
    const origin = place.map((n, axis) => n * chunk[axis]! - (axis === 0 ? from : 0));
    copyPiece(piece, chunk, rows, wanted, origin, size);
  }
  return rows;
}

/** Numbers of rows `from` to `to`. @throws Error as readRows does, and for a kind that is not read */
export async function readRowNumbers(
  array: ChunkedArray,
  from: number,
  to: number,
): Promise<Float64Array<ArrayBuffer>> {
  const kind = kindOf(array.dtype);
  const { buffer, byteLength } = await readRows(array, from, to);
  return readNumbers(new DataView(buffer), kind, byteLength / kind.size);
}

function kindOf(dtype: string): NumberKind {
  const kind = numberKind(dtype);
  if (!kind) throw new Error(`numbers of the kind "${dtype.slice(0, 20)}" are not read here`);
  return kind;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** Every combination of one place of each axis. */
function* grid(places: readonly (readonly number[])[]): Generator<number[]> {
  const [first, ...rest] = places;
  if (!first) {
    yield [];
    return;
  }
  for (const place of first) for (const other of grid(rest)) yield [place, ...other];
}

/** Copies what of a piece lies inside of the rows. `origin`: where in the rows the piece begins, by axis; may be negative. */
function copyPiece(
  piece: Uint8Array,
  chunk: readonly number[],
  rows: Uint8Array,
  shape: readonly number[],
  origin: readonly number[],
  size: number,
) {
  const last = shape.length - 1;
  const copy = (axis: number, source: number, target: number) => {
    const low = Math.max(0, -origin[axis]!);
    const high = Math.min(chunk[axis]!, shape[axis]! - origin[axis]!);
    if (axis === last) {
      const start = (source + low) * size;
      if (high > low)
        rows.set(piece.subarray(start, start + (high - low) * size), (target + origin[axis]! + low) * size);
      return;
    }
    for (let n = low; n < high; n++)
      copy(axis + 1, (source + n) * chunk[axis + 1]!, (target + origin[axis]! + n) * shape[axis + 1]!);
  };
  if (last >= 0) copy(0, 0, 0);
  else rows.set(piece.subarray(0, size));
}
