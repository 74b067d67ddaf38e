import { closeSync, openSync, writeSync } from 'node:fs';
import { toBf16 } from '../../src/floats';
import type { DecoderConfig } from '../../src/model/decoder_config';
import { elements, type Leaf, leavesOf } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import { safetensorsHeader } from '../safetensors_header';

/** Elements that are made and written at once. */
const PIECE = 4 * 2 ** 20;
/** Values that elements are drawn from: a million draws of the normal distribution would take longer, and look alike. */
const DRAWS = 2 ** 16;

/**
 * Weights at random, as a model begins its training: the stream keeps its size through the layers, and the loss is a little more than
 * the logarithm of the vocabulary.
 * @returns bytes of the file
 */
export function writeWeights(config: DecoderConfig, path: string, seed: number): number {
  const leaves = leavesOf(config);
  const header = safetensorsHeader(
    leaves.map(({ path, shape }) => ({ name: path, shape })),
    'BF16',
  );
  const file = openSync(path, 'w');
  try {
    writeSync(file, header);
    let bytes = header.byteLength;
    const standard = normals(DRAWS, randomStream('draws', seed));
    for (const leaf of leaves) {
      const { mean, deviation } = spreadOf(leaf, config);
      const values = toBf16(standard.map((value) => mean + deviation * value));
      bytes += writeLeaf(file, elements(leaf.shape), values, randomStream(leaf.path, seed));
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function spreadOf({ path, shape }: Leaf, { norm, depth }: DecoderConfig): { mean: number; deviation: number } {
  if (path.endsWith('norm.weight')) return { mean: norm.plusOne ? 0 : 1, deviation: 0.02 };
  if (path.endsWith('.bias')) return { mean: 0, deviation: 0.02 };
  const inputs = shape.at(-1)!;
  const added = /\.(o_proj|down_proj)\./.test(path) ? 2 * depth : 1; // what is added to the stream, twice a layer
  return { mean: 0, deviation: 1 / Math.sqrt(inputs * added) };
}

/** @returns bytes */
function writeLeaf(file: number, count: number, values: Uint16Array, random: () => number): number {
  const piece = new Uint16Array(Math.min(count, PIECE));
  for (let written = 0; written < count; written += piece.length) {
    const size = Math.min(piece.length, count - written);
    for (let i = 0; i < size; i++) piece[i] = values[Math.floor(random() * DRAWS)]!;
    writeSync(file, piece.subarray(0, size));
  }
  return 2 * count;
}
