import { reshape, type Tensor } from '../gpu/tensor';
import { add } from '../ops/add';
import { attention } from '../ops/attention';
import { geglu } from '../ops/geglu';
import { lora, loraSummed } from '../ops/lora';
import { linear } from '../ops/matmul';
import { rmsNorm } from '../ops/rms_norm';
import { rope } from '../ops/rope';
import type { Tape } from '../tape/tape';
import { type ExpertConfig, expertSuffix } from './config';
import type { Parameters } from './parameters';

/** What says where each token stands and what it may see; the same in every layer. */
export interface Places {
  /** Row m: cosines then sines of position m, for each pair of a head. */
  readonly angles: Tensor<'L H'>;
  readonly position: Tensor<'B T'>;
  /** Where among the S keys a token's own key goes. */
  readonly slot: Tensor<'B T'>;
  /** Where among the T queries its query goes: 0 … T − 1. */
  readonly row: Tensor<'B T'>;
  /** Key s is visible to query t where keyBlock[s] <= queryBlock[t]; invalid query -1, invalid key 2^31 - 1. */
  readonly queryBlock: Tensor<'B T'>;
  readonly keyBlock: Tensor<'B S'>;
  /** How many of the S keys, the first ones, are the same at every step: they need no gradient. */
  readonly constantKeys?: number;
}

/** One expert of a model, with its parameters. */
export interface Expert {
  readonly config: ExpertConfig;
  /** Its place in the model's list. */
  readonly expert: number;
  readonly parameters: Parameters;
}

/** One layer of one expert. */
export interface Layer extends Expert {
  readonly index: number;
}

/**
 * Gemma's block: pre-norm attention and pre-norm gated feed-forward, each added to the stream. Experts are joined by
 * the keys and values: each writes its own tokens' to a part of kv, and sees those that were written before.
 * @param x (N, C), the residual stream
 * @param kv where this layer's rotated keys and its values are kept, (B, S, D, H)
 */
function block(tape: Tape, layer: Layer, x: Tensor<'N C'>, places: Places, kv: Tensor<'B S D H'>): Tensor<'N C'> {
  const s = expertSuffix(layer.expert);
  const { numHeads: Q, headDim: H } = layer.config;
  const { B, T } = places.position.sizes;
  const { N, C } = x.sizes;

  const normed = keysAndValues(tape, layer, x, places, kv);
  const q = tape.activation('q', 'B T Q H', { B, T, Q, H });
  const queries = { rotated: Q, slot: places.row, y: reshape(q, 'B S G H', { B, S: T, G: Q, H }) };
  placeHeads(tape, layer, 'q_einsum', normed, places, queries);
  const { queryBlock, keyBlock, constantKeys = 0 } = places;
  const heads = attention(tape, { q, kv, queryBlock, keyBlock, constantKeys });

  const attended = outProjection(tape, layer, reshape(heads, 'N J I', { N, J: 1, I: Q * H }), C);
  const middle = add(tape, { a: x, b: attended });
  const fed = feedForward(tape, layer, rmsNorm(tape, { x: middle, scale: scale(layer, `pre_ffw_norm${s}`) }));
  return add(tape, { a: middle, b: fed });
}

/**
 * All layers of an expert and its final norm.
 * @param x (N, C), its tokens
 * @param kv of each layer
 */
export function stream(
  tape: Tape,
  expert: Expert,
  x: Tensor<'N C'>,
  places: Places,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> {
  const blocks = kv.reduce(
    (at, cache, index) => tape.layer(() => block(tape, { ...expert, index }, at, places, cache)),
    x,
  );
  const path = `PaliGemma/llm/final_norm${expertSuffix(expert.expert)}/scale`;
  return rmsNorm(tape, { x: blocks, scale: expert.parameters.tensor(path, 0, 'C', { C: expert.config.width }) });
}

/**
 * Only the keys and values of all layers: what of an expert another one sees.
 * @param reach let the gradient go back as far as it does whichever leaf in here or before it trains
 */
export function streamKeys(
  tape: Tape,
  expert: Expert,
  x: Tensor<'N C'>,
  places: Places,
  kv: readonly Tensor<'B S D H'>[],
  reach = false,
): void {
  let at = x;
  kv.forEach((cache, index) => {
    const layer = { ...expert, index };
    const isLast = index === kv.length - 1;
    if (isLast) tape.layer(() => keysAndValues(tape, layer, at, places, cache));
    else at = tape.layer(() => block(tape, layer, at, places, cache));
    // Each leaf is in all layers or comes before them: its gradient passes the end of the first.
    if (reach && index === 0) tape.reach(isLast ? cache : at);
  });
}

/**
 * The block's first part. On its own it is the last layer, if nobody reads anything else of it.
 * @returns the normed stream, from which the queries come too
 */
function keysAndValues(
  tape: Tape,
  layer: Layer,
  x: Tensor<'N C'>,
  places: Places,
  kv: Tensor<'B S D H'>,
): Tensor<'N C'> {
  const normed = rmsNorm(tape, { x, scale: scale(layer, `pre_attention_norm${expertSuffix(layer.expert)}`) });
  const y = reshape(kv, 'B S G H', { ...kv.sizes, G: kv.sizes.D });
  placeHeads(tape, layer, 'kv_einsum', normed, places, { rotated: kv.sizes.D / 2, slot: places.slot, y });
  return normed;
}

/** A norm's scale of this layer. */
function scale({ config, index, parameters }: Layer, name: string) {
  return parameters.tensor(`PaliGemma/llm/layers/${name}/scale`, index, 'C', { C: config.width });
}

/** Projects to heads (or to keys and values), rotates the first `rotated` of them and writes them to their slots. */
function placeHeads(
  tape: Tape,
  layer: Layer,
  name: 'q_einsum' | 'kv_einsum',
  normed: Tensor<'N C'>,
  places: Places,
  { rotated, slot, y }: { rotated: number; slot: Tensor<'B T'>; y: Tensor<'B S G H'> },
): void {
  const { config, parameters, index } = layer;
  const path = `PaliGemma/llm/layers/attn/${name}${expertSuffix(layer.expert)}`;
  const { N, C: I } = normed.sizes;
  const { G, H: O } = y.sizes;
  const x = reshape(normed, 'N J I', { N, J: 1, I });
  const heads = linear(tape, { x, weight: parameters.tensor(`${path}/w`, index, 'G I O', { G, I, O }) });
  if (config.lora) {
    const { rank: R, alpha } = config.lora;
    const a = parameters.tensor(`${path}/lora_a`, index, 'G I R', { G, I, R });
    const b = parameters.tensor(`${path}/lora_b`, index, 'G R O', { G, R, O });
    lora(tape, { x, a, b, y: heads, scale: alpha / R });
  }
  const { B, T } = places.position.sizes;
  const { angles, position } = places;
  rope(tape, { x: reshape(heads, 'B T G H', { B, T, G, H: O }), angles, position, slot, rotated, y });
}

/** Heads back to the stream's width. LoRA's B is summed over heads, as openpi's einsum does. */
function outProjection(tape: Tape, layer: Layer, x: Tensor<'N J I'>, O: number): Tensor<'N C'> {
  const { config, parameters, index } = layer;
  const path = `PaliGemma/llm/layers/attn/attn_vec_einsum${expertSuffix(layer.expert)}`;
  const { N, I } = x.sizes;
  const y = linear(tape, { x, weight: parameters.tensor(`${path}/w`, index, 'G I O', { G: 1, I, O }) });
  if (config.lora) {
    const { rank: R, alpha } = config.lora;
    const a = parameters.tensor(`${path}/lora_a`, index, 'G I R', { G: 1, I, R });
    const b = parameters.tensor(`${path}/lora_b`, index, 'G R O', { G: config.numHeads, R, O });
    loraSummed(tape, { x, a, b, y, scale: alpha / R });
  }
  return reshape(y, 'N C', { N, C: O });
}

/** gelu(x·gate) · (x·up) · down. openpi's feed-forward LoRA is not scaled by alpha / rank. */
function feedForward(tape: Tape, layer: Layer, normed: Tensor<'N C'>): Tensor<'N C'> {
  const { config, parameters, index } = layer;
  const path = `PaliGemma/llm/layers/mlp${expertSuffix(layer.expert)}`;
  const { N, C } = normed.sizes;
  const { mlpDim: F } = config;
  const project = (x: Tensor<'N J I'>, name: string, G: number, O: number) => {
    const { I } = x.sizes;
    const y = linear(tape, { x, weight: parameters.tensor(`${path}/${name}`, index, 'G I O', { G, I, O }) });
    if (config.lora) {
      const { rank: R } = config.lora;
      const a = parameters.tensor(`${path}/${name}_lora_a`, index, 'G I R', { G, I, R });
      const b = parameters.tensor(`${path}/${name}_lora_b`, index, 'G R O', { G, R, O });
      lora(tape, { x, a, b, y, scale: 1 });
    }
    return y;
  };
  const gates = project(reshape(normed, 'N J I', { N, J: 1, I: C }), 'gating_einsum', 2, F);
  const hidden = geglu(tape, { x: reshape(gates, 'N G F', { N, G: 2, F }) });
  const down = project(reshape(hidden, 'N J I', { N, J: 1, I: F }), 'linear', 1, C);
  return reshape(down, 'N C', { N, C });
}
