import { rowsOf, type Tensor, tensor } from '../gpu/tensor';
import { GEMMA } from '../leaves/gemma';
import { crossEntropy } from '../ops/cross_entropy';
import { embed } from '../ops/embed';
import { gatherRows } from '../ops/gather_rows';
import { headLogits } from '../ops/head_logits';
import type { Tape } from '../tape/tape';
import type { ExpertConfig, ModelConfig } from './config';
import { type Positions, stream } from './layer';
import { backboneLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafPieces } from './part';

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
  config: ModelConfig,
  { B, T, lossRows = B * T }: { B: number; T: number; lossRows?: number },
): TextInputs {
  const { headDim: H } = expertOf(config);
  const N = B * T;
  const input = { kind: 'inputs' } as const;
  const slot = tensor('key slots', 'B T', { B, T }, { ...input, type: 'u32' });
  return {
    tokens: tensor('tokens', 'N', { N }, { ...input, type: 'u32' }),
    rows: tensor('rows of the loss', 'N', { N: lossRows }, { ...input, type: 'u32' }),
    targets: tensor('targets', 'N', { N: lossRows }, { ...input, type: 'u32' }),
    weight: tensor('loss weights', 'N', { N: lossRows }, input),
    angles: tensor('rotation angles', 'Z H', { Z: T, H }, input),
    position: tensor('positions', 'B T', { B, T }, { ...input, type: 'u32' }),
    slot,
    row: slot, // as many keys as queries
    queryBlock: tensor('query blocks', 'B T', { B, T }, { ...input, type: 'i32' }),
    keyBlock: tensor('key blocks', 'B S', { B, S: T }, { ...input, type: 'i32' }),
  };
}

/** What the loss leaves to be read, of the tokens that it is computed of. */
export interface TextOutputs {
  /** After the final norm, (N, C). */
  readonly hidden: Tensor<'N C'>;
  readonly nll: Tensor<'N'>;
  /** Sum of nll · weight, added up over micro-batches. */
  readonly loss: Tensor<''>;
}

/**
 * Records next-token cross-entropy. One expert, causal. Head and loss are computed of the tokens that count alone: the
 * head may be most of a model's work. The final norm is little, so it is computed of all, as a sampler does.
 */
export function recordTextLoss(
  tape: Tape,
  config: ModelConfig,
  parameters: Parameters,
  inputs: TextInputs,
): TextOutputs {
  const { numKvHeads, headDim: H, depth } = expertOf(config);
  const { B, T } = inputs.position.sizes;
  const { N } = inputs.tokens.sizes;
  const kv = Array.from({ length: depth }, () => tape.activation('kv', 'B S D H', { B, S: T, D: 2 * numKvHeads, H }));
  const { rows } = inputs;
  const hidden = gatherRows(tape, { x: recordHidden(tape, config, parameters, inputs, inputs.tokens, kv), rows });
  const nll = rowsOf(tape.activation('nll', 'N', { N }), 0, rows.sizes.N); // as gatherRows() does
  const loss = tensor('loss', '', {}, { kind: 'workspace' });
  crossEntropy(tape, {
    hidden,
    table: table(config, parameters),
    targets: inputs.targets,
    weight: inputs.weight,
    nll,
    loss,
  });
  return { hidden, nll, loss };
}

/** Records the logits of tokens that follow what the cache holds; logits is (N, V) with N = B · T. */
export function recordTextLogits(
  tape: Tape,
  config: ModelConfig,
  parameters: Parameters,
  { places, tokens, logits }: { places: Positions; tokens: Tensor<'N'>; logits: Tensor<'N V'> },
  kv: readonly Tensor<'B S D H'>[],
): void {
  const hidden = recordHidden(tape, config, parameters, places, tokens, kv);
  headLogits(tape, { hidden, table: table(config, parameters), logits });
}

function recordHidden(
  tape: Tape,
  config: ModelConfig,
  parameters: Parameters,
  places: Positions,
  tokens: Tensor<'N'>,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> {
  const expert = expertOf(config);
  const x = embed(tape, { tokens, table: table(config, parameters), scale: Math.sqrt(expert.width) });
  return stream(tape, { config: expert, expert: 0, parameters }, x, places, kv);
}

/** The embedding, which is the head too. */
const table = (config: ModelConfig, parameters: Parameters) =>
  leafPieces({ parameters, lengths: backboneLengths(config) }, GEMMA.embedding);

/** The text task has one expert. */
export function expertOf({ experts }: ModelConfig): ExpertConfig {
  const [expert] = experts;
  if (!expert || experts.length !== 1) throw new Error(`a text model has one expert, not ${experts.length}`);
  return expert;
}
