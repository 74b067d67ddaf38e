import { reshape, type Tensor } from '../gpu/tensor';
import { GEMMA } from '../leaves/gemma';
import type { Projection, Reader, Readers, RowOf } from '../leaves/row';
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
import { backboneLengths, expertLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafPieces, leafTensor } from './part';
import type { TextModel } from './text_model';

/** openpi's Gemma with its parameters: q for each head, k and v in one leaf, gate and up in another, LoRA per head. */
export interface Expert {
  readonly config: ExpertConfig;
  /** Its place in the model's list. */
  readonly expert: number;
  readonly parameters: Parameters;
}

/** One layer of one expert. */
interface Layer extends Expert {
  readonly index: number;
}

/** The expert's layer as a block. */
export function expertBlock(tape: Tape, layer: Layer, places: Positions): Block {
  const norm = (x: Tensor<'N C'>, row: RowOf<'rms_norm.scale'>) => rmsNorm(tape, { x, scale: leaf(layer, row) });
  return {
    keysAndValues(x, kv) {
      const normed = norm(x, GEMMA.attentionNorm);
      placeHeads(tape, layer, GEMMA.kv, normed, places, { rotated: kv.sizes.D / 2, slot: places.slot, y: kv });
      return normed;
    },
    queries(normed) {
      const { numHeads: Q, headDim: H } = layer.config;
      const q = tape.activation('q', 'B T Q H', { ...places.position.sizes, Q, H });
      const { B, T } = q.sizes;
      const y = reshape(q, 'B S D H', { B, S: T, D: Q, H });
      placeHeads(tape, layer, GEMMA.q, normed, places, { rotated: Q, slot: places.row, y });
      return q;
    },
    attention: {},
    out(heads) {
      const { B, T, Q, H } = heads.sizes;
      return toStream(project(tape, layer, GEMMA.out, reshape(heads, 'N C', { N: B * T, C: Q * H })));
    },
    feedForward: (x) => feedForward(tape, layer, norm(x, GEMMA.feedForwardNorm)),
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
  return rmsNorm(tape, { x: last, scale: leaf({ ...expert, index: 0 }, GEMMA.finalNorm) });
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
    const scale = projection.scaled ? loraScale(adapter) : 1;
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
  { position, angles: [angles] }: Positions,
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
