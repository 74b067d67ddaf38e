import { type MemoryKind, rowsOf, type Tensor, tensor } from '../gpu/tensor';
import { crossEntropy } from '../ops/cross_entropy';
import { gatherRows } from '../ops/gather_rows';
import { headLogits } from '../ops/head_logits';
import type { Tape } from '../tape/tape';
import { frequenciesOf, rotationAngles } from './angles';
import type { Angles, Positions } from './block';
import type { AnyConfig } from './config';
import { decoderModel } from './decoder';
import { isDecoder } from './decoder_config';
import { expertModel } from './expert';
import type { Parameters } from './parameters';
import type { TextModel } from './text_model';

/** The text model of a configuration. */
export const textModelOf = (config: AnyConfig): TextModel =>
  isDecoder(config) ? decoderModel(config) : expertModel(config);

/** What a text model reads each micro-batch; shapes in tokens. */
export interface TextInputs extends Positions {
  readonly tokens: Tensor<'N'>;
  /** Of which tokens the loss is computed, ascending; what fills up is beyond the last. */
  readonly rows: Tensor<'N'>;
  /** The token that follows each of these. */
  readonly targets: Tensor<'N'>;
  /** Of each of these, the loss mask divided by the number of counted tokens; 0 of what fills up. */
  readonly weight: Tensor<'N'>;
}

/**
 * The input tensors for batches of B windows of T tokens.
 * @param lossRows of how many tokens the loss is computed; of all, where it is not said
 */
export function textInputs(
  model: TextModel,
  { B, T, lossRows = B * T }: { B: number; T: number; lossRows?: number },
): TextInputs {
  const N = B * T;
  const input = { kind: 'inputs' } as const;
  const slot = tensor('key slots', 'B T', { B, T }, { ...input, type: 'u32' });
  return {
    tokens: tensor('tokens', 'N', { N }, { ...input, type: 'u32' }),
    rows: tensor('rows of the loss', 'N', { N: lossRows }, { ...input, type: 'u32' }),
    targets: tensor('targets', 'N', { N: lossRows }, { ...input, type: 'u32' }),
    weight: tensor('loss weights', 'N', { N: lossRows }, input),
    angles: angleTables(model, T, 'inputs'),
    position: tensor('positions', 'B T', { B, T }, { ...input, type: 'u32' }),
    slot,
    row: slot, // as many keys as queries
    queryBlock: tensor('query blocks', 'B T', { B, T }, { ...input, type: 'i32' }),
    keyBlock: tensor('key blocks', 'B S', { B, S: T }, { ...input, type: 'i32' }),
  };
}

/** Tables of Z positions, one for each rotation. */
export function angleTables({ rotations, headDim: H }: TextModel, Z: number, kind: MemoryKind): Angles {
  const table = (n: number) => tensor(n === 0 ? 'rotation angles' : `rotation angles ${n}`, 'Z H', { Z, H }, { kind });
  return [table(0), ...rotations.slice(1).map((_, n) => table(n + 1))];
}

/** What stands in those tables. */
export const angleValues = ({ rotations, headDim }: TextModel, angles: Angles) =>
  angles.map((table, n) => [table, rotationAngles(table.sizes.Z, frequenciesOf(rotations[n]!, headDim))] as const);

/** What the loss leaves to be read, of the tokens that it is computed of. */
export interface TextOutputs {
  /** After the final norm, (N, C). */
  readonly hidden: Tensor<'N C'>;
  readonly nll: Tensor<'N'>;
  /** Sum of nll · weight, added up over micro-batches. */
  readonly loss: Tensor<''>;
}

/**
 * Records next-token cross-entropy, causal. Head and loss are computed of the tokens that count alone: the head may be
 * most of a model's work. The final norm is little, so it is computed of all, as a sampler does.
 */
export function recordTextLoss(tape: Tape, model: TextModel, parameters: Parameters, inputs: TextInputs): TextOutputs {
  const { B, T } = inputs.position.sizes;
  const { N } = inputs.tokens.sizes;
  const kv = Array.from({ length: model.depth }, () => tape.activation('kv', 'B S D H', cacheSizes(model, B, T)));
  const { rows } = inputs;
  const hidden = gatherRows(tape, { x: recordHidden(tape, model, parameters, inputs, inputs.tokens, kv), rows });
  const nll = rowsOf(tape.activation('nll', 'N', { N }), 0, rows.sizes.N); // as gatherRows() does
  const loss = tensor('loss', '', {}, { kind: 'workspace' });
  const { targets, weight } = inputs;
  const table = model.head(parameters);
  crossEntropy(tape, { hidden, table, cap: model.logitCap, targets, weight, nll, loss });
  return { hidden, nll, loss };
}

/** Records the logits of tokens that follow what the cache holds; logits is (N, V) with N = B · T. */
export function recordTextLogits(
  tape: Tape,
  model: TextModel,
  parameters: Parameters,
  { places, tokens, logits }: { places: Positions; tokens: Tensor<'N'>; logits: Tensor<'N V'> },
  kv: readonly Tensor<'B S D H'>[],
): void {
  const hidden = recordHidden(tape, model, parameters, places, tokens, kv);
  headLogits(tape, { hidden, table: model.head(parameters), cap: model.logitCap, logits });
}

/** Sizes of a layer's keys and values, for S tokens. */
export const cacheSizes = ({ numKvHeads, headDim: H }: TextModel, B: number, S: number) => ({
  B,
  S,
  D: 2 * numKvHeads,
  H,
});

const recordHidden = (
  tape: Tape,
  model: TextModel,
  parameters: Parameters,
  places: Positions,
  tokens: Tensor<'N'>,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> => model.stream(tape, parameters, model.embed(tape, parameters, tokens), places, kv);
