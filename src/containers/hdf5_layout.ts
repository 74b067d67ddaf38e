/** Where an HDF5 file keeps the values of an array: the layout message, the tree of pieces, and what these went through. */
import type { ChunkedArray } from './chunked_array';
import { unpackLzf } from './lz';
import { numberKind } from './npy';
import { unshuffled } from './shuffle_bytes';

export interface Filter {
  readonly id: number;
  readonly name: string;
}

/** Bytes of a file from a place on. @throws Error where they lie outside of it */
export type ReadBytes = (from: number, bytes: number) => Promise<ArrayBuffer>;

export interface StoredValues {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Where the layout message starts in the file. */
  readonly message: number;
  /** In the order in which they were applied. */
  readonly filters: readonly Filter[];
  readonly structure: ReadBytes;
  readonly content: ReadBytes;
}

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const UNDEFINED = 2n ** 64n - 1n;
const NEWER =
  'it is laid out as only newer versions of HDF5 do: write it without libver="latest", or rewrite it with h5repack IN OUT';

/** The array that these values are; of them nothing is read until it is asked for. */
export async function chunkedLayout(values: StoredValues): Promise<ChunkedArray> {
  const { shape, dtype, structure, message } = values;
  const head = new DataView(await structure(message, 4));
  const version = head.getUint8(0);
  if (version === 3 && head.getUint8(1) === COMPACT) {
    const bytes = head.getUint16(2, true);
    return inRow(values, (from, length) => structure(message + 4 + from, Math.min(length, bytes - from)));
  }
  if (version === 3 && head.getUint8(1) === CONTIGUOUS) {
    const start = new DataView(await structure(message + 2, 8)).getBigUint64(0, true);
    if (start === UNDEFINED) return { ...onePiece(values), read: async () => null };
    return inRow(values, (from, length) => values.content(Number(start) + from, length));
  }
  if (version === 3 && head.getUint8(1) === CHUNKED) return inPieces(values, head.getUint8(2), message + 3);
  const read = async () => {
    throw new Error(NEWER);
  };
  return { shape, dtype, chunk: shape.map(() => 1), read };
}

/** What lies in one row is read in pieces of some rows. */
const PIECE_BYTES = 2 ** 20;

function onePiece({ shape, dtype }: StoredValues) {
  const row = shape.slice(1).reduce((all, size) => all * size, numberKind(dtype)?.size ?? 1);
  const rows = Math.max(1, Math.min(shape[0] ?? 1, Math.floor(PIECE_BYTES / Math.max(1, row))));
  return { shape, dtype, chunk: shape.map((length, axis) => (axis === 0 ? rows : Math.max(1, length))) };
}

function inRow(values: StoredValues, content: ReadBytes): ChunkedArray {
  const whole = onePiece(values);
  const [rows = 1, ...others] = whole.chunk;
  const row = others.reduce((all, size) => all * size, numberKind(values.dtype)?.size ?? 0);
  const read = async ([place = 0]: readonly number[]) => {
    const piece = new Uint8Array(rows * row);
    const count = Math.min(rows, (values.shape[0] ?? 1) - place * rows);
    piece.set(new Uint8Array(await content(place * rows * row, count * row)));
    return piece;
  };
  return { ...whole, read };
}

async function inPieces(values: StoredValues, axes: number, from: number): Promise<ChunkedArray> {
  const { shape, dtype, structure, content, filters } = values;
  const view = new DataView(await structure(from, 8 + 4 * axes));
  const root = view.getBigUint64(0, true);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(8 + 4 * axis, true));
  const [chunk, size] = [sizes.slice(0, -1), sizes.at(-1) ?? 0];
  const bytes = sizes.reduce((all, one) => all * one, 1);
  let tree: Promise<ReadonlyMap<string, Piece>> | null = null;
  return {
    shape,
    dtype,
    chunk,
    async read(place) {
      tree ??= root === UNDEFINED ? Promise.resolve(new Map()) : readTree(structure, Number(root), chunk);
      const piece = (await tree).get(place.join());
      if (!piece) return null;
      const stored = new Uint8Array(await content(piece.start, piece.bytes));
      return unfiltered(stored, filters, piece.skipped, { size, bytes });
    },
  };
}

/** A piece as it lies in the file. */
interface Piece {
  readonly start: number;
  readonly bytes: number;
  /** Bits of the filters that it did not go through. */
  readonly skipped: number;
}

const TREE = 0x45455254; // "TREE"
const MOST_PIECES = 5_000_000;
const DEEPEST = 10;

/** All pieces of an array, by their place. A node of the tree: a head of 24 bytes, then a key and an address in turn. */
async function readTree(
  structure: ReadBytes,
  root: number,
  chunk: readonly number[],
): Promise<ReadonlyMap<string, Piece>> {
  const pieces = new Map<string, Piece>();
  const keyBytes = 8 + 8 * (chunk.length + 1);
  const walk = async (at: number, depth: number) => {
    const head = new DataView(await structure(at, 24));
    if (head.getUint32(0, true) !== TREE || head.getUint8(4) !== 1 || depth > DEEPEST)
      throw new Error('the table of its pieces is damaged');
    const [level, used] = [head.getUint8(5), head.getUint16(6, true)];
    const view = new DataView(await structure(at + 24, used * (keyBytes + 8)));
    for (let n = 0; n < used; n++) {
      const key = n * (keyBytes + 8);
      const start = Number(view.getBigUint64(key + keyBytes, true));
      if (level > 0) {
        await walk(start, depth + 1);
        continue;
      }
      const place = chunk.map((size, axis) => Number(view.getBigUint64(key + 8 + 8 * axis, true)) / size);
      pieces.set(place.join(), { start, bytes: view.getUint32(key, true), skipped: view.getUint32(key + 4, true) });
      if (pieces.size > MOST_PIECES) throw new Error('the table of its pieces is damaged');
    }
  };
  await walk(root, 0);
  return pieces;
}

interface Whole {
  /** Bytes of a value, and of the piece. */
  readonly size: number;
  readonly bytes: number;
}

/** Undoes what a piece went through, the last first. */
async function unfiltered(stored: Uint8Array, filters: readonly Filter[], skipped: number, whole: Whole) {
  let bytes: Uint8Array = stored;
  for (const [n, filter] of [...filters.entries()].reverse())
    if ((skipped & (1 << n)) === 0) bytes = await undo(bytes, filter, whole);
  return bytes;
}

async function undo(bytes: Uint8Array, { id, name }: Filter, { size, bytes: length }: Whole): Promise<Uint8Array> {
  if (id === 1) {
    const { unzlibSync } = await import('fflate');
    return unzlibSync(bytes, { out: new Uint8Array(length) });
  }
  if (id === 2) return unshuffled(bytes, size);
  if (id === 3) return bytes.subarray(0, -4); // a checksum
  if (id === 32000) return unpackLzf(bytes, length);
  const called = NAMES.get(id) ?? (name || `number ${id}`);
  throw new Error(`it is compressed with ${called}, which is not read here: rewrite it with h5repack -f GZIP=4 IN OUT`);
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [4, 'szip'],
  [5, 'n-bit'],
  [6, 'scale-offset'],
  [32001, 'Blosc'],
  [32004, 'LZ4'],
  [32008, 'bitshuffle'],
  [32015, 'zstd'],
  [32026, 'Blosc2'],
]);
