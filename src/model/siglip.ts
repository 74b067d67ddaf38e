import { reshape, type Tensor, tensor } from '../gpu/tensor';
import { add } from '../ops/add';
import { attention } from '../ops/attention';
import { gelu } from '../ops/gelu';
import { layerNorm } from '../ops/layer_norm';
import { placeRows } from '../ops/place_rows';
import { tileRows } from '../ops/tile_rows';
import type { Tape } from '../tape/tape';
import { type ImgConfig, patchesOf } from './config';
import { dense } from './dense';
import type { Parameters } from './parameters';

/** The tower with its parameters, and what its attention reads. */
interface Tower {
  readonly config: ImgConfig;
  readonly parameters: Parameters;
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
  const tower = { config, parameters, queryBlock, keyBlock };
  const { width: C, depth } = config;
  const embedded = dense(tape, { parameters, path: 'PaliGemma/img/embedding' }, patches, C);
  const positions = parameters.tensor('PaliGemma/img/pos_embedding', 0, 'T C', { T: patchesOf(config), C });
  tileRows(tape, { table: positions, rows: patches.sizes.N, addTo: embedded });
  let x = embedded;
  for (let layer = 0; layer < depth; layer++) x = tape.layer(() => encoderBlock(tape, tower, layer, x));
  const path = 'PaliGemma/img/Transformer/encoder_norm';
  return dense(tape, { parameters, path: 'PaliGemma/img/head' }, norm(tape, parameters, path, 0, x), width);
}

function encoderBlock(tape: Tape, tower: Tower, layer: number, x: Tensor<'N C'>): Tensor<'N C'> {
  const { parameters, config } = tower;
  const path = 'PaliGemma/img/Transformer/encoderblock';
  const attended = selfAttention(tape, tower, layer, norm(tape, parameters, `${path}/LayerNorm_0`, layer, x));
  const middle = add(tape, { a: x, b: attended });
  const mlp = (name: string) => ({ parameters, path: `${path}/MlpBlock_0/${name}`, layer });
  const normed = norm(tape, parameters, `${path}/LayerNorm_1`, layer, middle);
  const hidden = gelu(tape, { x: dense(tape, mlp('Dense_0'), normed, config.mlpDim) });
  return add(tape, { a: middle, b: dense(tape, mlp('Dense_1'), hidden, config.width) });
}

/** Every patch attends to all patches of its image; as many key heads as heads. */
function selfAttention(tape: Tape, tower: Tower, layer: number, x: Tensor<'N C'>): Tensor<'N C'> {
  const { parameters, config, queryBlock, keyBlock } = tower;
  const { N, C } = x.sizes;
  const { B, T } = queryBlock.sizes;
  const { numHeads: Q } = config;
  const H = C / Q;
  const project = (name: string, of: Tensor<'N C'>) => {
    const path = `PaliGemma/img/Transformer/encoderblock/MultiHeadDotProductAttention_0/${name}`;
    return dense(tape, { parameters, path, layer }, of, C);
  };
  const q = reshape(project('query', x), 'B T Q H', { B, T, Q, H });
  const kv = tape.activation('kv of patches', 'B S D H', { B, S: T, D: 2 * Q, H });
  const y = reshape(kv, 'B S C', { B: N, S: 2 * C, C: 1 }); // each row's keys, then its values
  for (const [n, name] of ['key', 'value'].entries()) {
    placeRows(tape, { x: reshape(project(name, x), 'B T C', { B: N, T: C, C: 1 }), first: n * C, y });
  }
  const heads = attention(tape, { q, kv, queryBlock, keyBlock });
  return project('out', reshape(heads, 'N C', { N, C }));
}

function norm(tape: Tape, parameters: Parameters, path: string, layer: number, x: Tensor<'N C'>): Tensor<'N C'> {
  const { C } = x.sizes;
  const leaf = (name: string) => parameters.tensor(`${path}/${name}`, layer, 'C', { C });
  return layerNorm(tape, { x, scale: leaf('scale'), bias: leaf('bias') });
}
