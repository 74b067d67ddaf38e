import { f16Values, fromBf16 } from '../floats';
import { int8Rows, valuesOfRows } from '../gpu/int8_rows';
import type { Memory } from '../gpu/memory';
import { byteLength, byteOffset, elementsIn, isInt8, type Storage, type WeightType } from '../gpu/tensor';
import type { Parameters, Slice } from './parameters';
import { elements, type Leaf } from './tree';

/** Some elements of a leaf, as a file has them: of a matrix whole rows. */
export interface LeafPart {
  readonly type: WeightType;
  /** The first of them within the leaf. */
  readonly first: number;
  /** Little-endian, in a multiple of 4: behind the last element of a leaf there may be two bytes of zero. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Elements that are in memory in float32 at once, where a part has to change its form; at least a row. */
const CHANGED_AT_ONCE = 2 ** 18;

/**
 * Puts a part of a leaf on the GPU: as it is where the leaf is frozen in that type, each row rounded to 8 bits where it is
 * frozen so, in float32 where it trains or has trained.
 * @param asFrozen what trains begins with the values that it has where it is frozen
 * @throws Error where a frozen leaf would be rounded otherwise
 */
export function uploadPart(
  memory: Memory,
  parameters: Parameters,
  leaf: Leaf,
  { type, first, bytes }: LeafPart,
  asFrozen = false,
): void {
  const columns = columnsOf(leaf);
  const end = Math.min(first + elementsIn(type, bytes.length, columns), elements(leaf.shape));
  for (const slice of parameters.slicesOf(leaf.path, 0)) {
    const to = Math.min(end, slice.first + slice.elements);
    const isSame = typeOf(slice) === type;
    const step = isSame ? slice.elements : columns * Math.max(1, Math.floor(CHANGED_AT_ONCE / columns));
    for (let at = Math.max(first, slice.first); at < to; at += step) {
      const count = Math.min(step, to - at);
      const begin = byteOffset(type, at - first, columns);
      const own = bytes.subarray(begin, begin + byteLength(type, count, columns));
      if (isSame && slice.storage) memory.write(slice.storage, byteOffset(type, at - slice.first, columns), own);
      else
        writeTo(memory, parameters, slice, at - slice.first, floatsOf(type, own, columns).subarray(0, count), asFrozen);
    }
  }
}

const columnsOf = ({ shape }: Leaf) => shape.at(-1)!;

/** How a frozen slice lies; undefined of one that trains. */
const typeOf = ({ storage, type = 'bf16' }: Slice) => (storage ? type : undefined);

/** Some elements of a slice that change their form. @param at The first, counted from the slice's */
function writeTo(
  memory: Memory,
  parameters: Parameters,
  slice: Slice,
  at: number,
  floats: Float32Array<ArrayBuffer>,
  asFrozen: boolean,
): void {
  const { leaf, storage, arena, start = 0 } = slice;
  const columns = columnsOf(leaf);
  const type = typeOf(slice);
  if (storage && type === 'int8') {
    memory.write(storage, byteOffset(type, at, columns), int8Rows(floats, columns));
    return;
  }
  if (storage && type !== 'f32') throw new Error(`${leaf.path} would be rounded to ${type}`);
  const to: Storage = storage ?? parameters.arenas[arena!]!.weights.storage;
  const isRounded = !storage && asFrozen && parameters.typeWhenFrozen(leaf.path) === 'int8';
  const values = isRounded ? valuesOfRows(int8Rows(floats, columns), 'int8', columns) : floats;
  memory.write(to, byteOffset('f32', start + at), values);
}

/** Little-endian elements of a leaf in float32. @param columns of its rows */
export function floatsOf(type: WeightType, bytes: Uint8Array<ArrayBuffer>, columns: number): Float32Array<ArrayBuffer> {
  const own = bytes.slice(); // a part of a file begins at any byte
  if (isInt8(type)) return valuesOfRows(own, type, columns);
  if (type === 'f32') return new Float32Array(own.buffer);
  const bits = new Uint16Array(own.buffer);
  return type === 'bf16' ? fromBf16(bits) : f16Values(bits);
}
