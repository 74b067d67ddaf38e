import { fromBf16, toBf16 } from '../floats';
import { normals, randomStream } from '../random';
import { elements, type Leaf } from './tree';

/**
 * The start of a leaf that does not come with the base; depends on the seed and the path alone. Exact in bfloat16, so that
 * a filter that freezes the leaf computes with the values that the adapter's file holds.
 * @throws Error for a leaf that comes with the base.
 */
export function initialLora(leaf: Leaf, seed: number): Float32Array<ArrayBuffer> {
  const { start } = leaf.row;
  if (start === undefined) throw new Error(`${leaf.path} is not begun by a run: it comes with the base`);
  if (start === 'zeros') return new Float32Array(elements(leaf.shape));
  const random = randomStream(seed, leaf.path);
  if (start === 'uniform') {
    const [inputs] = leaf.shape as [number];
    const bound = 1 / Math.sqrt(inputs);
    return exact(Float32Array.from({ length: elements(leaf.shape) }, () => (2 * random() - 1) * bound));
  }
  return exact(normals(elements(leaf.shape), random).map((value) => value * start.standardDeviation));
}

const exact = (values: Float32Array) => fromBf16(toBf16(values));
