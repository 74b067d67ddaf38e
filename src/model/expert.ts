import { reshape, type Tensor } from '../gpu/tensor';
import { GEMMA } from '../leaves/gemma';
import type { DenseRows, Projection, Reader, Readers, RowOf } from '../leaves/row';
import { adaAdd } from '../ops/ada_add';
import { adaRmsNorm } from '../ops/ada_rms_norm';
import { add } from '../ops/add';
import { embed } from '../ops/embed';
import { geglu } from '../ops/geglu';
import { lora, loraSummed } from '../ops/lora';
import { linear } from '../ops/matmul';
import { rmsNorm } from '../ops/rms_norm';
import { rope } from '../ops/rope';
import { loraScale } from '../settings/lora';
import type { Tape } from '../tape/tape';
import { GEMMA_ROTATION } from './angles';
import { type Block, type Positions, stream } from './block';
import type { ExpertConfig, ModelConfig } from './config';
import { dense } from './dense';
import { backboneLengths, expertLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafPieces, leafTensor, type Part } from './part';
import type { TextModel } from './text_model';

/** openpi's Gemma with its parameters: q for each head, k and v in one leaf, gate and up in another, LoRA per head. */
export interface Expert {
  readonly config: ExpertConfig;
  /** Its place in the model's list. */
  readonly expert: number;
  readonly parameters: Parameters;
  /** Of an expert of π0.5: what conditions its norms, one row for each sample, (B, C). */
  readonly condition?: Tensor<'N C'>;
}

/** One layer of one expert. */
interface Layer extends Expert {
  readonly index: number;
}

/** The expert's layer as a block. */
export function expertBlock(tape: Tape, layer: Layer, places: Positions): Block {
  const { B, T } = places.position.sizes;
  const { numHeads: Q, numKvHeads: K, headDim: H } = layer.config;
  const isFused = Q === K;
  const attentionNorm = norm(tape, layer, GEMMA.attentionNorm, GEMMA.attentionNormCondition);
  const heads = (projection: Projection, x: Tensor<'N C'>, G: number) =>
    reshape(project(tape, layer, projection, x), 'B T G H', { B, T, G, H });
  const [angles] = places.angles;
  const turn = { angles, position: places.position };
  // Of a fused projection the same product gives both: it is made with the keys, which come first.
  let fused: Tensor<'B T G H'>;
  return {
    keysAndValues(x, kv) {
      const normed = attentionNorm.of(x);
      if (isFused) fused = heads(GEMMA.qkv, normed, 3 * Q);
      const own = isFused ? { x: fused, skipped: Q } : { x: heads(GEMMA.kv, normed, 2 * K) };
      rope(tape, { ...turn, ...own, slot: places.slot, y: kv, rotated: K });
      return normed;
    },
    queries(normed) {
      const q = tape.activation('q', 'B T Q H', { B, T, Q, H });
      const y = reshape(q, 'B S D H', { B, S: T, D: Q, H });
      const own = isFused ? { x: fused, taken: Q } : { x: heads(GEMMA.q, normed, Q) };
      rope(tape, { ...turn, ...own, slot: places.row, y, rotated: Q });
      return q;
    },
    attention: {},
    attended: (x, values) =>
      attentionNorm.add(x, toStream(project(tape, layer, GEMMA.out, reshape(values, 'N C', { N: B * T, C: Q * H })))),
    fedForward(x) {
      const { of, add: added } = norm(tape, layer, GEMMA.feedForwardNorm, GEMMA.feedForwardNormCondition);
      return added(x, feedForward(tape, layer, of(x)));
    },
  };
}

/** All layers of an expert and its final norm. @param x (N, C), its tokens @param kv of each layer */
export function expertStream(
  tape: Tape,
  expert: Expert,
  x: Tensor<'N C'>,
  places: Positions,
  kv: readonly Tensor<'B S D H'>[],
): Tensor<'N C'> {
  const last = stream(tape, (index) => expertBlock(tape, { ...expert, index }, places), x, places, kv);
  return norm(tape, { ...expert, index: 0 }, GEMMA.finalNorm, GEMMA.finalNormCondition).of(last);
}

/** A norm of the stream, and how what a branch makes of it comes back. */
interface Norm {
  readonly of: (x: Tensor<'N C'>) => Tensor<'N C'>;
  readonly add: (x: Tensor<'N C'>, branch: Tensor<'N C'>) => Tensor<'N C'>;
}

/** The norm with its own scale, or, in an expert of π0.5, with the scale, shift and gate that its condition asks for. */
function norm(tape: Tape, layer: Layer, row: RowOf<'rms_norm.scale'>, rows: DenseRows): Norm {
  if (!layer.condition)
    return { of: (x) => rmsNorm(tape, { x, scale: leaf(layer, row) }), add: (a, b) => add(tape, { a, b }) };
  const { N: B, C } = layer.condition.sizes;
  const condition = reshape(dense(tape, partOf(layer), rows, layer.condition), 'B G C', { B, G: 3, C });
  return {
    of: (x) => adaRmsNorm(tape, { x, condition }),
    add: (a, b) => adaAdd(tape, { a, b, condition }),
  };
}

/** A leaf of this layer. */
const leaf = <R extends Reader>(layer: Layer, row: RowOf<R>): Tensor<Readers[R]> => leafTensor(partOf(layer), row);

const partOf = ({ config, expert, index: layer, parameters }: Layer): Part => ({
  parameters,
  lengths: expertLengths(config),
  expert,
  layer,
});

/** A weight's product with x, and LoRA's part of it where the expert has LoRA. */
function project(tape: Tape, layer: Layer, projection: Projection, input: Tensor<'N C'>): Tensor<'N G O'> {
  const { N, C: I } = input.sizes;
  const x = reshape(input, 'N J I', { N, J: 1, I });
  const y = linear(tape, { x, weight: leaf(layer, projection.weight) });
  const { lora: adapter } = layer.config;
  if (adapter) {
    const scale = projection.scaled ? loraScale(adapter) : 1;
    const apply = projection.b.reader === 'sum_heads.b' ? loraSummed : lora;
    apply(tape, { x, a: leaf(layer, projection.a), b: leaf(layer, projection.b), y, scale });
  }
  return y;
}

/** gelu(x·gate) · (x·up) · down, of a normed x */
function feedForward(tape: Tape, layer: Layer, normed: Tensor<'N C'>): Tensor<'N C'> {
  const gates = project(tape, layer, GEMMA.gates, normed);
  const { N, G, O: F } = gates.sizes;
  const hidden = geglu(tape, { x: reshape(gates, 'N G F', { N, G, F }) });
  return toStream(project(tape, layer, GEMMA.down, reshape(hidden, 'N C', { N, C: F })));
}

/** What a projection of one group gives, as rows of the stream. */
const toStream = (y: Tensor<'N G O'>): Tensor<'N C'> => reshape(y, 'N C', { N: y.sizes.N, C: y.sizes.O });

/** The text task's model of openpi: one expert, whose head is its embedding. */
export function expertModel(config: ModelConfig): TextModel {
  const [expert] = config.experts;
  if (!expert || config.experts.length !== 1)
    throw new Error(`a text model has one expert, not ${config.experts.length}`);
  const table = (parameters: Parameters) =>
    leafPieces({ parameters, lengths: backboneLengths(config) }, GEMMA.embedding);
  const { depth, numKvHeads, headDim } = expert;
  return {
    vocabSize: config.vocabSize,
    depth,
    numKvHeads,
    headDim,
    rotations: [GEMMA_ROTATION],
    logitCap: null,
    embed: (tape, parameters, tokens) =>
      embed(tape, { tokens, table: table(parameters), scale: Math.sqrt(expert.width) }),
    stream: (tape, parameters, x, places, kv) =>
      expertStream(tape, { config: expert, expert: 0, parameters }, x, places, kv),
    head: table,
  };
}
