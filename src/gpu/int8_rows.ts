/** Rows of 8-bit integers and their scales, as lib/packed.wgsl reads them: value = scale · integer, rounded to float32. */

import { fromF16 } from '../floats';
import { type Int8Type, int8Row, Q8_BLOCK } from './tensor';

/** Of GGUF's Q8_0: a half float, then 32 integers. */
const BLOCK_BYTES = 2 + Q8_BLOCK;

/** Rows that are being read or written. */
class Rows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly integers: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
  readonly count: number;
  /** Bytes of a row. */
  readonly stride: number;
  readonly #firstScale: number;

  constructor(type: Int8Type, columns: number, bytes: (stride: number) => Uint8Array<ArrayBuffer>) {
    const { values, words } = int8Row(type, columns);
    this.stride = 4 * words;
    this.#firstScale = values;
    this.bytes = bytes(this.stride);
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.integers = new Int8Array(buffer, byteOffset, byteLength);
    this.scales = new Float32Array(buffer, byteOffset, byteLength / 4);
    this.count = byteLength / this.stride;
  }

  /** Where row n has its first scale, in `scales`. */
  firstScale(row: number): number {
    return (row * this.stride) / 4 + this.#firstScale;
  }
}

const empty = (rows: number) => (stride: number) => new Uint8Array(rows * stride);

/**
 * Whole rows, each rounded to 255 steps from minus to plus its largest magnitude.
 * @param values finite
 */
export function int8Rows(values: Float32Array, columns: number): Uint8Array<ArrayBuffer> {
  const rows = new Rows('int8', columns, empty(values.length / columns));
  for (let row = 0; row < rows.count; row++) {
    const from = row * columns;
    let largest = 0;
    for (let i = from; i < from + columns; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = Math.fround(largest / 127);
    if (scale === 0) continue; // less than float32 can say
    const to = row * rows.stride - from;
    for (let i = from; i < from + columns; i++) rows.integers[to + i] = Math.round(values[i]! / scale);
    rows.scales[rows.firstScale(row)] = scale;
  }
  return rows.bytes;
}

/** The half floats of GGUF's Q8_0, one for each block, as bytes. */
export function scalesIn(blocks: Uint8Array): Uint8Array<ArrayBuffer> {
  const halves = Uint16Array.from({ length: blocks.length / BLOCK_BYTES }, (_, n) => halfAt(blocks, n * BLOCK_BYTES));
  return new Uint8Array(halves.buffer);
}

const halfAt = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8);

/** Whole rows of GGUF's Q8_0 as they are, integer by integer. */
export function q8Rows(blocks: Uint8Array, columns: number): Uint8Array<ArrayBuffer> {
  const inRow = columns / Q8_BLOCK;
  const rows = new Rows('q8_0', columns, empty(blocks.length / (inRow * BLOCK_BYTES)));
  for (let row = 0; row < rows.count; row++)
    for (let n = 0; n < inRow; n++) {
      const at = (row * inRow + n) * BLOCK_BYTES;
      rows.scales[rows.firstScale(row) + n] = fromF16(halfAt(blocks, at));
      rows.bytes.set(blocks.subarray(at + 2, at + BLOCK_BYTES), row * rows.stride + n * Q8_BLOCK);
    }
  return rows.bytes;
}

/** The values that whole rows stand for. @param bytes that begin at a multiple of 4 */
export function valuesOfRows(
  bytes: Uint8Array<ArrayBuffer>,
  type: Int8Type,
  columns: number,
): Float32Array<ArrayBuffer> {
  const rows = new Rows(type, columns, () => bytes);
  const values = new Float32Array(rows.count * columns);
  const shared = type === 'int8' ? columns : Q8_BLOCK;
  for (let row = 0; row < rows.count; row++)
    for (let i = 0; i < columns; i++) {
      const scale = rows.scales[rows.firstScale(row) + Math.floor(i / shared)]!;
      values[row * columns + i] = scale * rows.integers[row * rows.stride + i]!;
    }
  return values;
}
