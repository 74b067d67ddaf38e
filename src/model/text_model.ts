import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import type { Positions } from './block';
import type { Rotation } from './decoder_config';
import type { Parameters } from './parameters';

/** What a text model is made of, whatever its tree of leaves: tokens → stream → hidden → logits. */
export interface TextModel {
  readonly vocabSize: number;
  /** Layers. */
  readonly depth: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly rotations: readonly [Rotation, ...Rotation[]];
  /** c · tanh(logit / c); null: no cap. */
  readonly logitCap: number | null;
  /** Tokens as they enter the first layer. */
  embed(tape: Tape, parameters: Parameters, tokens: Tensor<'N'>): Tensor<'N C'>;
  /** All layers and the final norm. @param kv of each layer */
  stream(
    tape: Tape,
    parameters: Parameters,
    x: Tensor<'N C'>,
    places: Positions,
    kv: readonly Tensor<'B S D H'>[],
  ): Tensor<'N C'>;
  /** The weights that logits are products with, in pieces of rows: the embedding, where the two are tied. */
  head(parameters: Parameters): readonly Tensor<'V C'>[];
}
