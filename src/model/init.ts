import { normals, randomStream } from '../random';
import { elements, type Leaf } from './tree';

/** openpi starts both factors at random: A and B from N(0, 0.01²). LoRA is not the identity at step 0. */
const LORA_STANDARD_DEVIATION = 0.01;

/** The start of a LoRA leaf; depends on the seed and the path alone. */
export function initialLora(leaf: Leaf, seed: number): Float32Array<ArrayBuffer> {
  return normals(elements(leaf.shape), randomStream(seed, leaf.path)).map((value) => value * LORA_STANDARD_DEVIATION);
}
