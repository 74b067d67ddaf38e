import { f16Values, fromBf16 } from '../floats';
import type { Memory } from '../gpu/memory';
import type { Storage, WeightType } from '../gpu/tensor';
import type { Parameters, Slice } from './parameters';
import { elements, type Leaf } from './tree';

/** Some elements of a leaf, as a file has them. */
export interface LeafPart {
  readonly type: WeightType;
  /** The first of them within the leaf. */
  readonly first: number;
  /** Little-endian, in a multiple of 4: behind the last element of a leaf there may be two bytes of zero. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const sizeOf = (type: WeightType) => (type === 'f32' ? 4 : 2);

/**
 * Puts a part of a leaf on the GPU: as it is where the leaf is frozen in that type, in float32 where it trains or has
 * trained.
 * @throws Error where a frozen leaf would be rounded
 */
export function uploadPart(memory: Memory, parameters: Parameters, leaf: Leaf, part: LeafPart): void {
  const size = sizeOf(part.type);
  const end = Math.min(part.first + part.bytes.length / size, elements(leaf.shape));
  for (const slice of parameters.slicesOf(leaf.path, 0)) {
    const from = Math.max(part.first, slice.first);
    const to = Math.min(end, slice.first + slice.elements);
    if (from >= to) continue;
    const bytes = part.bytes.subarray((from - part.first) * size, padded((to - part.first) * size));
    writeTo(memory, parameters, slice, { type: part.type, first: from - slice.first, bytes }, to - from);
  }
}

/** WebGPU writes in multiples of 4 bytes. */
const padded = (bytes: number) => Math.ceil(bytes / 4) * 4;

/** @param part whose `first` counts from the slice's first element */
function writeTo(memory: Memory, parameters: Parameters, slice: Slice, part: LeafPart, count: number): void {
  const { storage, type = 'bf16', arena, start = 0 } = slice;
  if (storage && type === part.type) {
    memory.write(storage, part.first * sizeOf(type), part.bytes);
    return;
  }
  if (storage && type !== 'f32') throw new Error(`${slice.leaf.path} is ${part.type}, not ${type}`);
  const to: Storage = storage ?? parameters.arenas[arena!]!.weights.storage;
  memory.write(to, (start + part.first) * 4, floatsOf(part).subarray(0, count));
}

function floatsOf({ type, bytes }: LeafPart): Float32Array<ArrayBuffer> {
  const own = bytes.slice().buffer; // a part of a file begins at any byte
  if (type === 'f32') return new Float32Array(own);
  const bits = new Uint16Array(own);
  return type === 'bf16' ? fromBf16(bits) : f16Values(bits);
}
