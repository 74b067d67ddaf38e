import { toBf16 } from '../../src/floats';
import { elements, type Leaf } from '../../src/model/tree';
import { matrixSizes, type Turned } from '../../src/policy/leaf_form';
import { normals, randomStream } from '../../src/random';

export type Values = Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Values that elements are drawn from: billions of draws of the normal distribution would take longer, and look alike. */
const DRAWS = 2 ** 16;
/** Elements that are made at once. */
const PIECE = 4 * 2 ** 20;

/** The matrices of one layer of a leaf, or its one table, and how many elements each has. */
export function groupsOf({ row, shape, stacked }: Leaf) {
  const ofLayer = stacked ? shape.slice(1) : shape;
  const groups = row.reader === 'matmul.weight' ? matrixSizes(row, ofLayer).groups : 1;
  return { groups, size: elements(ofLayer) / groups };
}

/** Random weights, by seed, leaf, layer and group alone. */
export class RandomWeights {
  readonly #standard: Float32Array<ArrayBuffer>;
  readonly #seed: number;
  readonly #dtype: 'BF16' | 'F32';

  constructor(seed: number, dtype: 'BF16' | 'F32') {
    this.#standard = normals(DRAWS, randomStream('draws', seed));
    this.#seed = seed;
    this.#dtype = dtype;
  }

  /** A group in openpi's layout, piece by piece; a piece is gone when the next one comes. */
  *group(leaf: Leaf, layer: number, group: number): Generator<Values> {
    const { mean, deviation } = spreadOf(leaf);
    const floats = this.#standard.map((value) => mean + deviation * value);
    const values = this.#dtype === 'F32' ? floats : toBf16(floats);
    const random = randomStream(leaf.path, this.#seed, layer, group);
    const { size } = groupsOf(leaf);
    const piece = sameType(values, Math.min(size, PIECE));
    for (let at = 0; at < size; at += piece.length) {
      const count = Math.min(piece.length, size - at);
      for (let n = 0; n < count; n++) piece[n] = values[Math.floor(random() * DRAWS)]!;
      yield piece.subarray(0, count);
    }
  }

  /** A group as PyTorch has it. */
  turned(leaf: Leaf, layer: number, group: number, turned: Turned): Values {
    const { size } = groupsOf(leaf);
    const whole = this.#dtype === 'F32' ? new Float32Array(size) : new Uint16Array(size);
    let at = 0;
    for (const piece of this.group(leaf, layer, group)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return transposed(whole, turned);
  }
}

const sameType = (values: Values, length: number): Values =>
  values instanceof Float32Array ? new Float32Array(length) : new Uint16Array(length);

/** As a model begins its training: the stream keeps its size through the layers. π0.5's conditions begin near 0, where openpi has 0. */
function spreadOf({ path, row, shape, stacked }: Leaf): { mean: number; deviation: number } {
  if (row.reader === 'layer_norm.scale') return { mean: 1, deviation: 0.02 };
  if (row.reader === 'embed.table' || path.endsWith('pos_embedding'))
    return { mean: 0, deviation: 1 / Math.sqrt(shape.at(-1)!) };
  if (row.reader !== 'matmul.weight') return { mean: 0, deviation: 0.02 };
  const { inputs } = matrixSizes(row, stacked ? shape.slice(1) : shape);
  const scale = row.only === 'π0.5' && row.notInFirst ? 0.1 : 1;
  return { mean: 0, deviation: scale / Math.sqrt(inputs) };
}

const BLOCK = 64;

/** A matrix (inputs, outputs) as (outputs, inputs); a convolution's channels go before its pixels. */
function transposed(values: Values, { inputs, outputs, channels }: Turned): Values {
  const to = sameType(values, values.length);
  const pixels = inputs / channels;
  for (let i = 0; i < inputs; i += BLOCK)
    for (let o = 0; o < outputs; o += BLOCK)
      for (let output = o; output < Math.min(o + BLOCK, outputs); output++)
        for (let input = i; input < Math.min(i + BLOCK, inputs); input++) {
          const column = (input % channels) * pixels + Math.floor(input / channels);
          to[output * inputs + column] = values[input * outputs + output]!;
        }
  return to;
}
