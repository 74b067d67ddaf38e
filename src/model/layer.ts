import { reshape, type Tensor } from '../gpu/tensor';
import { GEMMA } from '../leaves/gemma';
import type { Projection, Reader, Readers, RowOf } from '../leaves/row';
import { add } from '../ops/add';
import { attention } from '../ops/attention';
import { geglu } from '../ops/geglu';
import { lora, loraSummed } from '../ops/lora';
import { linear } from '../ops/matmul';
import { rmsNorm } from '../ops/rms_norm';
import { rope } from '../ops/rope';
import type { Tape } from '../tape/tape';
import type { ExpertConfig } from './config';
import { expertLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafTensor } from './part';

/** What says where each token stands and what it may see; the same in every layer. */
export interface Positions {
  /** Row m: cosines then sines of position m, for each pair of a head. */
  readonly angles: Tensor<'Z H'>;
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
function block(tape: Tape, layer: Layer, x: Tensor<'N C'>, places: Positions, kv: Tensor<'B S D H'>): Tensor<'N C'> {
  const { numHeads: Q, headDim: H } = layer.config;
  const { B, T } = places.position.sizes;
  const { N } = x.sizes;

  const normed = keysAndValues(tape, layer, x, places, kv);
  const q = tape.activation('q', 'B T Q H', { B, T, Q, H });
  const queries = { rotated: Q, slot: places.row, y: reshape(q, 'B S D H', { B, S: T, D: Q, H }) };
  placeHeads(tape, layer, GEMMA.q, normed, places, queries);
  const { queryBlock, keyBlock, constantKeys = 0 } = places;
  const heads = attention(tape, { q, kv, queryBlock, keyBlock, constantKeys });

  const attended = toStream(project(tape, layer, GEMMA.out, reshape(heads, 'N C', { N, C: Q * H })));
  const middle = add(tape, { a: x, b: attended });
  const fed = feedForward(tape, layer, rmsNorm(tape, { x: middle, scale: leaf(layer, GEMMA.feedForwardNorm) }));
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
  places: Positions,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> {
  const blocks = kv.reduce(
    (at, cache, index) => tape.layer(() => block(tape, { ...expert, index }, at, places, cache)),
    x,
  );
  return rmsNorm(tape, { x: blocks, scale: leaf({ ...expert, index: 0 }, GEMMA.finalNorm) });
}

/**
 * Only the keys and values of all layers: what of an expert another one sees.
 * @param reach let the gradient go back as far as it does whichever leaf in here or before it trains
 */
export function streamKeys(
  tape: Tape,
  expert: Expert,
  x: Tensor<'N C'>,
  places: Positions,
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
  places: Positions,
  kv: Tensor<'B S D H'>,
): Tensor<'N C'> {
  const normed = rmsNorm(tape, { x, scale: leaf(layer, GEMMA.attentionNorm) });
  placeHeads(tape, layer, GEMMA.kv, normed, places, { rotated: kv.sizes.D / 2, slot: places.slot, y: kv });
  return normed;
}

/** A leaf of this layer. */
const leaf = <R extends Reader>(
  { config, expert, index: layer, parameters }: Layer,
  row: RowOf<R>,
): Tensor<Readers[R]> => leafTensor({ parameters, lengths: expertLengths(config), expert, layer }, row);

/** A weight's product with x, and LoRA's part of it where the expert has LoRA. */
function project(tape: Tape, layer: Layer, projection: Projection, input: Tensor<'N C'>): Tensor<'N G O'> {
  const { N, C: I } = input.sizes;
  const x = reshape(input, 'N J I', { N, J: 1, I });
  const y = linear(tape, { x, weight: leaf(layer, projection.weight) });
  const { lora: adapter } = layer.config;
  if (adapter) {
    const scale = projection.scaled ? adapter.alpha / adapter.rank : 1;
    const apply = projection.b.reader === 'sum_heads.b' ? loraSummed : lora;
    apply(tape, { x, a: leaf(layer, projection.a), b: leaf(layer, projection.b), y, scale });
  }
  return y;
}

/** Projects to heads (or to keys and values), rotates the first `rotated` of them and writes them to their slots. */
function placeHeads(
  tape: Tape,
  layer: Layer,
  projection: Projection,
  normed: Tensor<'N C'>,
  { position, angles }: Positions,
  { rotated, slot, y }: { rotated: number; slot: Tensor<'B T'>; y: Tensor<'B S D H'> },
): void {
  const { B, T } = position.sizes;
  const { D: G, H } = y.sizes;
  const heads = reshape(project(tape, layer, projection, normed), 'B T G H', { B, T, G, H });
  rope(tape, { x: heads, angles, position, slot, rotated, y });
}

/** gelu(x·gate) · (x·up) · down */
function feedForward(tape: Tape, layer: Layer, normed: Tensor<'N C'>): Tensor<'N C'> {
  const gates = project(tape, layer, GEMMA.gates, normed);
  const { N, G, O: F } = gates.sizes;
  const hidden = geglu(tape, { x: reshape(gates, 'N G F', { N, G, F }) });
  return toStream(project(tape, layer, GEMMA.down, reshape(hidden, 'N C', { N, C: F })));
}

/** What a projection of one group gives, as rows of the stream. */
const toStream = (y: Tensor<'N G O'>): Tensor<'N C'> => reshape(y, 'N C', { N: y.sizes.N, C: y.sizes.O });
