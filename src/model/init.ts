import { fromBf16, toBf16 } from '../floats';
import { normals, randomStream } from '../random';
import { elements, type Leaf } from './tree';

/** openpi starts both factors at random: A and B from N(0, 0.01²). LoRA is not the identity at step 0. */
const LORA_STANDARD_DEVIATION = 0.01;

/**
 * The start of a LoRA leaf; depends on the seed and the path alone. Exact in bfloat16, so that a filter that freezes
 * the leaf computes with the values that the adapter's file holds.
 */
export function initialLora(leaf: Leaf, seed: number): Float32Array<ArrayBuffer> {
  const values = normals(elements(leaf.shape), randomStream(seed, leaf.path));
  return fromBf16(toBf16(values.map((value) => value * LORA_STANDARD_DEVIATION)));
}
