import { fromBf16, toBf16 } from '../floats';
import { normals, randomStream } from '../random';
import { elements, type Leaf } from './tree';

/**
 * The start of a LoRA leaf; depends on the seed and the path alone. Exact in bfloat16, so that a filter that freezes
 * the leaf computes with the values that the adapter's file holds.
 * @throws Error for a leaf that comes with the base.
 */
export function initialLora(leaf: Leaf, seed: number): Float32Array<ArrayBuffer> {
  const { standardDeviation } = leaf.row;
  if (standardDeviation === undefined) throw new Error(`${leaf.path} is not drawn at random: it comes with the base`);
  const values = normals(elements(leaf.shape), randomStream(seed, leaf.path));
  return fromBf16(toBf16(values.map((value) => value * standardDeviation)));
}
