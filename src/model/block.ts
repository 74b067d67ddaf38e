import type { Tensor } from '../gpu/tensor';
import { type AttentionForm, attention } from '../ops/attention';
import type { Tape } from '../tape/tape';

/** Tables of rotation angles: one for each of a model's rotations, of which there is one at least. */
export type Angles = readonly [Tensor<'Z H'>, ...Tensor<'Z H'>[]];

/** What says where each token stands and what it may see; the same in every layer. */
export interface Positions {
  /** Row m: cosines then sines of position m, for each pair of a head. */
  readonly angles: Angles;
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

/** One layer of a model: the parts in which models differ. */
export interface Block {
  /**
   * Norms the stream, and writes rotated keys and values to their slots of kv.
   * @returns the normed stream, from which the queries come too
   */
  keysAndValues(x: Tensor<'N C'>, kv: Tensor<'B S D H'>): Tensor<'N C'>;
  /** Rotated. */
  queries(normed: Tensor<'N C'>): Tensor<'B T Q H'>;
  readonly attention: AttentionForm;
  /** The stream with what heads add to it. */
  attended(x: Tensor<'N C'>, heads: Tensor<'B T Q H'>): Tensor<'N C'>;
  /** The stream with what the feed-forward part adds to it, its norm before it. */
  fedForward(x: Tensor<'N C'>): Tensor<'N C'>;
}

/** A model's layers, by their index. */
export type Blocks = (index: number) => Block;

/**
 * Pre-norm attention and pre-norm gated feed-forward, each added to the stream. Models are joined by the keys and
 * values: each writes its own tokens' to a part of kv, and sees those that were written before.
 * @param x (N, C), the residual stream
 * @param kv where this layer's rotated keys and its values are kept
 */
function run(tape: Tape, block: Block, x: Tensor<'N C'>, places: Positions, kv: Tensor<'B S D H'>): Tensor<'N C'> {
  const normed = block.keysAndValues(x, kv);
  const q = block.queries(normed);
  const { queryBlock, keyBlock, constantKeys = 0 } = places;
  const heads = attention(tape, { q, kv, queryBlock, keyBlock, constantKeys, ...block.attention });
  return block.fedForward(block.attended(x, heads));
}

/**
 * All layers.
 * @param x (N, C), its tokens
 * @param kv of each layer
 */
export function stream(
  tape: Tape,
  blocks: Blocks,
  x: Tensor<'N C'>,
  places: Positions,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> {
  return kv.reduce((at, cache, index) => tape.layer(() => run(tape, blocks(index), at, places, cache)), x);
}

/**
 * Only the keys and values of all layers: what of a model another one sees.
 * @param reach let the gradient go back as far as it does whichever leaf in here or before it trains
 */
export function streamKeys(
  tape: Tape,
  blocks: Blocks,
  x: Tensor<'N C'>,
  places: Positions,
  kv: readonly Tensor<'B S D H'>[],
  reach = false,
): void {
  let at = x;
  kv.forEach((cache, index) => {
    const isLast = index === kv.length - 1;
    if (isLast) tape.layer(() => blocks(index).keysAndValues(at, cache));
    else at = tape.layer(() => run(tape, blocks(index), at, places, cache));
    // Each leaf is in all layers or comes before them: its gradient passes the end of the first.
    if (reach && index === 0) tape.reach(isLast ? cache : at);
  });
}
