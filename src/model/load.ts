import { fromBf16, toBf16 } from '../floats';
import type { Memory } from '../gpu/memory';
import { readFloats } from '../gpu/read_back';
import { type Storage, tensor } from '../gpu/tensor';
import type { Arena, Parameters, Slice } from './parameters';
import { elements, type Leaf } from './tree';

/** A whole leaf's values, row-major: float32, or the bits of bfloat16. */
export type LeafValues = Float32Array | Uint16Array;

/**
 * Puts leaves on the GPU: frozen ones as packed bf16 or, once trained, float32; trainable ones as float32 in their arena.
 * @param which the leaves to upload; all of them where it is not given
 */
export function uploadParameters(
  memory: Memory,
  parameters: Parameters,
  valuesOf: (leaf: Leaf) => LeafValues,
  which: (leaf: Leaf) => boolean = () => true,
): void {
  for (const leaf of parameters.leaves.filter(which)) {
    const values = valuesOf(leaf);
    if (values.length !== elements(leaf.shape)) {
      throw new Error(
        `${leaf.path}: ${values.length} values given, shape (${leaf.shape.join(', ')}) needs ${elements(leaf.shape)}`,
      );
    }
    for (const slice of slicesOf(parameters, leaf)) {
      uploadSlice(memory, parameters, slice, values.subarray(slice.first, slice.first + slice.elements));
    }
  }
}

/** Every trainable leaf as it is now, whole, under its path. */
export async function readTrainables(
  memory: Memory,
  parameters: Parameters,
): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  return gather(parameters, await readArenas(memory, parameters, 'weights'));
}

/** Trainable leaves out of copies of the arenas. */
export function gather(
  parameters: Parameters,
  arenas: readonly Float32Array[],
): Map<string, Float32Array<ArrayBuffer>> {
  const found = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { leaf, first, elements: size, arena, start } of parameters.slices) {
    if (arena === undefined || start === undefined) continue;
    const whole = found.get(leaf.path) ?? new Float32Array(elements(leaf.shape));
    whole.set(arenas[arena]!.subarray(start, start + size), first);
    found.set(leaf.path, whole);
  }
  return found;
}

/** The arena's arenas with these leaves at their places, the opposite of gather(); zero where there is none. */
export function arenasOf(
  parameters: Parameters,
  leaves: Readonly<Record<string, Float32Array>>,
): Float32Array<ArrayBuffer>[] {
  const arenas = parameters.arenas.map(({ weights }) => new Float32Array(weights.sizes.P));
  for (const { leaf, first, elements: size, arena, start } of parameters.slices) {
    const values = leaves[leaf.path];
    if (arena === undefined || start === undefined || !values) continue;
    arenas[arena]?.set(values.subarray(first, first + size), start);
  }
  return arenas;
}

/**
 * A copy of every arena: weights, gradients or moments.
 * @param through see readBack
 */
export async function readArenas(
  memory: Memory,
  parameters: Parameters,
  what: keyof Arena,
  through?: Storage,
): Promise<Float32Array<ArrayBuffer>[]> {
  const copies: Float32Array<ArrayBuffer>[] = [];
  for (const arena of parameters.arenas) copies.push(await readFloats(memory, arena[what], through));
  return copies;
}

/** Puts such a copy back. */
export function writeArenas(
  memory: Memory,
  parameters: Parameters,
  what: keyof Arena,
  copies: readonly Float32Array[],
): void {
  parameters.arenas.forEach((arena, n) => {
    memory.upload(arena[what], Float32Array.from(copies[n]!));
  });
}

const slicesOf = (parameters: Parameters, leaf: Leaf) => parameters.slices.filter((slice) => slice.leaf === leaf);

/** Puts the values of one slice on the GPU. @param parameters Its arenas, where it trains */
export function uploadSlice(
  memory: Memory,
  { arenas }: Pick<Parameters, 'arenas'>,
  slice: Slice,
  values: LeafValues,
): void {
  const P = slice.elements;
  if (slice.storage) {
    const { type = 'bf16', storage } = slice;
    if (type !== 'f32' && type !== 'bf16')
      throw new Error(`${slice.leaf.path} lies in ${type}, and comes part by part: see uploadPart()`);
    const own = { label: slice.leaf.path, shape: 'P', sizes: { P }, type, storage, offset: 0 } as const;
    memory.upload(own, type === 'f32' ? floatsOf(values) : packedOf(values));
    return;
  }
  const { weights } = arenas[slice.arena as number]!;
  const offset = (slice.start as number) * 4;
  const floats = floatsOf(values);
  const whole = tensor(slice.leaf.path, 'P', { P }, { kind: 'trainable' });
  memory.upload({ ...whole, storage: weights.storage, offset }, floats);
}

/** A copy in float32. */
export const floatsOf = (values: LeafValues) =>
  values instanceof Uint16Array ? fromBf16(values) : Float32Array.from(values);

const isOwned = (bits: Uint16Array): bits is Uint16Array<ArrayBuffer> => bits.buffer instanceof ArrayBuffer;

/** bfloat16, two to a word. */
function packedOf(values: LeafValues): Uint16Array<ArrayBuffer> {
  const bits = values instanceof Uint16Array ? values : toBf16(values);
  if (bits.length % 2 === 0 && isOwned(bits)) return bits; // a whole layer of a large model is not copied again
  const packed = new Uint16Array(Math.ceil(values.length / 2) * 2);
  packed.set(bits);
  return packed;
}
