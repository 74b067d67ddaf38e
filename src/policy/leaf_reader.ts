/** Reads layers of leaves out of a checkpoint's tensors, a slice at a time. */
import { readSlice } from '../containers/byte_source';
import { f16Values, fromBf16, toBf16 } from '../floats';
import { byteOffset } from '../gpu/tensor';
import { FLOAT_TYPES, type FloatDtype } from '../hub/elements';
import { checkFinite, roomAfter, SLICE_BYTES } from '../hub/stream';
import { type PlacedTensor, placeOfTensor } from '../hub/tensors';
import { elements, type Leaf } from '../model/tree';
import type { Turned } from './leaf_form';
import type { ValuesOf } from './source';

/** A leaf, and the tensors that hold it. */
export interface PlacedLeaf {
  readonly leaf: Leaf;
  /** Of each layer, or once, where they hold all layers. */
  readonly tensors: readonly (readonly PlacedTensor[])[];
  readonly turned: Turned | null;
}

type Write<T extends keyof ValuesOf> = (first: number, values: ValuesOf[T]) => void;

/** Reads parts of files, one after another into the same memory. */
export class LeafReader {
  /** Memory that no read is using: there may be several at once. */
  readonly #rooms: ArrayBuffer[] = [];
  /** For a matrix that is being turned: memory that was never written to takes longer than the turning. */
  #spare = new ArrayBuffer(0);

  /** As of PolicySource.read. */
  async read<T extends keyof ValuesOf>(
    { leaf, tensors, turned }: PlacedLeaf,
    layer: number,
    type: T,
    write: Write<T>,
  ): Promise<void> {
    const layers = leaf.stacked ? leaf.shape[0]! : 1;
    if (!(layer < layers)) throw new Error(`${leaf.path} has no layer ${layer}`);
    const count = elements(leaf.shape) / layers;
    const ofLayer = tensors[layer] ?? tensors[0]!;
    if (turned) return this.#readTurned(ofLayer, turned, type, write);
    const begin = tensors.length < layers ? layer * count : 0;
    await this.readPart(ofLayer[0]!, begin, count, 1, type, write);
  }

  /**
   * Some elements of a tensor as they are stored.
   * @param row elements of which a slice has whole multiples
   */
  async readPart<T extends keyof ValuesOf>(
    tensor: PlacedTensor,
    begin: number,
    count: number,
    row: number,
    type: T,
    write: Write<T>,
  ): Promise<void> {
    const size = byteOffset(FLOAT_TYPES[tensor.dtype], 1);
    const step = row * Math.max(1, Math.floor(SLICE_BYTES / size / row));
    let room = this.#rooms.pop() ?? new ArrayBuffer(SLICE_BYTES);
    for (let at = 0; at < count; at += step) {
      const first = begin + at;
      const from = tensor.begin + first * size;
      const until = tensor.begin + (begin + Math.min(at + step, count)) * size;
      const bytes = await readSlice(tensor.file.source, from, until, tensor.file.path, room);
      const values = CONVERT[type](bytes, tensor.dtype);
      checkFinite(bytesOf(values), type === 'bf16' ? 'BF16' : 'F32', first, placeOfTensor(tensor));
      write(at, values);
      room = roomAfter(room, bytes);
    }
    this.#rooms.push(room);
  }

  async #readTurned<T extends keyof ValuesOf>(
    tensors: readonly PlacedTensor[],
    { groups, inputs, outputs, channels }: Turned,
    type: T,
    write: Write<T>,
  ): Promise<void> {
    const bytes = byteOffset(type, inputs * outputs);
    const memory = this.#spare.byteLength >= bytes ? this.#spare : new ArrayBuffer(bytes);
    this.#spare = new ArrayBuffer(0);
    const matrix = VIEW[type](memory, inputs * outputs);
    for (const [t, tensor] of tensors.entries())
      for (let group = 0; group < groups; group++) {
        const part = (first: number, rows: ValuesOf[T]) =>
          turn(rows, matrix, first / inputs, outputs, inputs, channels);
        await this.readPart(tensor, group * inputs * outputs, inputs * outputs, inputs, type, part);
        write((t * groups + group) * inputs * outputs, matrix);
      }
    this.#spare = memory;
  }
}

const VIEW: { readonly [T in keyof ValuesOf]: (memory: ArrayBuffer, length: number) => ValuesOf[T] } = {
  bf16: (memory, length) => new Uint16Array(memory, 0, length),
  f32: (memory, length) => new Float32Array(memory, 0, length),
};

const CONVERT: { readonly [T in keyof ValuesOf]: (bytes: Uint8Array<ArrayBuffer>, dtype: FloatDtype) => ValuesOf[T] } =
  {
    bf16: (bytes, dtype) => {
      if (dtype === 'F32') return toBf16(floats(bytes));
      return dtype === 'BF16' ? halves(bytes) : toBf16(f16Values(halves(bytes)));
    },
    f32: (bytes, dtype) => {
      if (dtype === 'F32') return floats(bytes);
      return dtype === 'BF16' ? fromBf16(halves(bytes)) : f16Values(halves(bytes));
    },
  };

const floats = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) =>
  new Float32Array(buffer, byteOffset, byteLength / 4);
const halves = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) =>
  new Uint16Array(buffer, byteOffset, byteLength / 2);
const bytesOf = ({ buffer, byteOffset, byteLength }: ValuesOf[keyof ValuesOf]) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Sides of the blocks in which a matrix is turned: lines of the cache that are read and written stay in it. */
const BLOCK_ROWS = 32;
const BLOCK_COLUMNS = 64;

/**
 * Puts rows of a matrix (outputs, inputs) where its transpose has them.
 * @param first which row they begin with
 * @param channels of a convolution: its inputs go from (channel, pixel) to (pixel, channel)
 */
function turn(
  rows: ValuesOf[keyof ValuesOf],
  to: ValuesOf[keyof ValuesOf],
  first: number,
  outputs: number,
  inputs: number,
  channels: number,
): void {
  const count = rows.length / inputs;
  const pixels = inputs / channels;
  for (let r = 0; r < count; r += BLOCK_ROWS)
    for (let c = 0; c < inputs; c += BLOCK_COLUMNS) {
      const endRow = Math.min(r + BLOCK_ROWS, count);
      const endColumn = Math.min(c + BLOCK_COLUMNS, inputs);
      for (let column = c; column < endColumn; column++) {
        const input = (column % pixels) * channels + Math.floor(column / pixels);
        const line = input * outputs + first;
        for (let row = r; row < endRow; row++) to[line + row] = rows[row * inputs + column]!;
      }
    }
}
