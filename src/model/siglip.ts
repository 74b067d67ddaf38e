import { reshape, type Tensor, tensor } from '../gpu/tensor';
import type { NormRows } from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';
import { add } from '../ops/add';
import { attention } from '../ops/attention';
import { gelu } from '../ops/gelu';
import { layerNorm } from '../ops/layer_norm';
import { placeRows } from '../ops/place_rows';
import { tileRows } from '../ops/tile_rows';
import type { Tape } from '../tape/tape';
import { type ImgConfig, patchesOf } from './config';
import { dense } from './dense';
import { imgLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafTensor, type Part } from './part';

/** The tower with its parameters, and what its attention reads. */
interface Tower extends Part {
  readonly config: ImgConfig;
  /** All zeros, as new memory is: every patch of an image sees every other. */
  readonly queryBlock: Tensor<'B T'>;
  readonly keyBlock: Tensor<'B S'>;
}

/** What the tower reads: for B images, their patches in rows, (N, C) with N = B · T and C = patch · patch · 3. */
export interface ImageInputs {
  readonly patches: Tensor<'N C'>;
  readonly queryBlock: Tensor<'B T'>;
  readonly keyBlock: Tensor<'B S'>;
}

/** The input tensors of B images. */
export function imageInputs(config: ImgConfig, B: number, kind: 'inputs' | 'sampler'): ImageInputs {
  const T = patchesOf(config);
  return {
    patches: tensor('patches', 'N C', { N: B * T, C: config.patchSize ** 2 * 3 }, { kind }),
    queryBlock: tensor('query blocks of patches', 'B T', { B, T }, { kind, type: 'i32' }),
    keyBlock: tensor('key blocks of patches', 'B S', { B, S: T }, { kind, type: 'i32' }),
  };
}

/**
 * Tokens of images, (N, C): one for each patch, `width` channels wide. SigLIP without pooling: patch and position
 * embedding, pre-norm blocks with biases everywhere, a last norm and a head.
 */
export function siglip(
  tape: Tape,
  config: ImgConfig,
  parameters: Parameters,
  { patches, queryBlock, keyBlock }: ImageInputs,
  width: number,
): Tensor<'N C'> {
  const { depth } = config;
  const part = { parameters, lengths: imgLengths(config, width) };
  const tower = { ...part, config, queryBlock, keyBlock };
  const embedded = dense(tape, part, SIGLIP.patches, patches);
  tileRows(tape, { table: leafTensor(part, SIGLIP.positions), rows: patches.sizes.N, addTo: embedded });
  let x = embedded;
  for (let layer = 0; layer < depth; layer++) x = tape.layer(() => encoderBlock(tape, { ...tower, layer }, x));
  return dense(tape, part, SIGLIP.head, norm(tape, part, SIGLIP.finalNorm, x));
}

function encoderBlock(tape: Tape, tower: Tower, x: Tensor<'N C'>): Tensor<'N C'> {
  const attended = selfAttention(tape, tower, norm(tape, tower, SIGLIP.attentionNorm, x));
  const middle = add(tape, { a: x, b: attended });
  const normed = norm(tape, tower, SIGLIP.feedForwardNorm, middle);
  const hidden = gelu(tape, { x: dense(tape, tower, SIGLIP.up, normed) });
  return add(tape, { a: middle, b: dense(tape, tower, SIGLIP.down, hidden) });
}

/** Every patch attends to all patches of its image; as many key heads as heads. */
function selfAttention(tape: Tape, tower: Tower, x: Tensor<'N C'>): Tensor<'N C'> {
  const { config, queryBlock, keyBlock } = tower;
  const { N, C } = x.sizes;
  const { B, T } = queryBlock.sizes;
  const { numHeads: Q } = config;
  const H = C / Q;
  const q = reshape(dense(tape, tower, SIGLIP.query, x), 'B T Q H', { B, T, Q, H });
  const kv = tape.activation('kv of patches', 'B S D H', { B, S: T, D: 2 * Q, H });
  const y = reshape(kv, 'B S C', { B: N, S: 2 * C, C: 1 }); // each row's keys, then its values
  for (const [n, rows] of [SIGLIP.key, SIGLIP.value].entries()) {
    placeRows(tape, { x: reshape(dense(tape, tower, rows, x), 'B T C', { B: N, T: C, C: 1 }), first: n * C, y });
  }
  const heads = attention(tape, { q, kv, queryBlock, keyBlock });
  return dense(tape, tower, SIGLIP.out, reshape(heads, 'N C', { N, C }));
}

function norm(tape: Tape, part: Part, { scale, bias }: NormRows, x: Tensor<'N C'>): Tensor<'N C'> {
  return layerNorm(tape, { x, scale: leafTensor(part, scale), bias: leafTensor(part, bias) });
}
