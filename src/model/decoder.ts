import { reshape, type Tensor } from '../gpu/tensor';
import { DECODER } from '../leaves/decoder';
import type { LinearRows, Reader, Readers, RowOf } from '../leaves/row';
import { add } from '../ops/add';
import { embed } from '../ops/embed';
import { gated } from '../ops/gated';
import { lora } from '../ops/lora';
import { linearRows } from '../ops/matmul';
import { rmsNorm } from '../ops/rms_norm';
import { rope } from '../ops/rope';
import { tileRows } from '../ops/tile_rows';
import type { Tape } from '../tape/tape';
import { type Block, type Positions, stream } from './block';
import { type DecoderConfig, hasBias, loraOf } from './decoder_config';
import { decoderLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafPieces, leafTensor } from './part';
import type { TextModel } from './text_model';

/** One layer of a decoder, with its parameters. */
interface Layer {
  readonly config: DecoderConfig;
  readonly parameters: Parameters;
  readonly index: number;
}

/** A model of the hub as the text task takes it. */
export function decoderModel(config: DecoderConfig): TextModel {
  const { vocabSize, depth, numKvHeads, headDim, rotations, logitCap } = config;
  const first = (parameters: Parameters): Layer => ({ config, parameters, index: 0 });
  return {
    vocabSize,
    depth,
    numKvHeads,
    headDim,
    rotations,
    logitCap,
    embed: (tape, parameters, tokens) =>
      embed(tape, { tokens, table: pieces(first(parameters), DECODER.embedding), scale: config.embeddingScale }),
    stream(tape, parameters, x, places, kv) {
      const last = stream(tape, (index) => decoderBlock(tape, { config, parameters, index }, places), x, places, kv);
      return norm(tape, first(parameters), DECODER.finalNorm, last);
    },
    head: (parameters) => pieces(first(parameters), config.tied ? DECODER.embedding : DECODER.head),
  };
}

/** The layer as a block. */
function decoderBlock(tape: Tape, layer: Layer, places: Positions): Block {
  const { config, index } = layer;
  const { numHeads: Q, numKvHeads: K, headDim: H, postNorms } = config;
  const { window, rotation } = config.layers[index]!;
  const { B, T } = places.position.sizes;
  const turn = { angles: places.angles[rotation]!, position: places.position };
  const heads = (linear: LinearRows, scale: RowOf<'rms_norm.scale'> | null, x: Tensor<'N C'>, G: number) =>
    reshape(headNorm(tape, layer, scale, project(tape, layer, linear, x)), 'B T G H', { B, T, G, H });
  const added = (row: RowOf<'rms_norm.scale'>, x: Tensor<'N C'>) => (postNorms ? norm(tape, layer, row, x) : x);
  return {
    keysAndValues(x, kv) {
      const normed = norm(tape, layer, DECODER.attentionNorm, x);
      const to = { ...turn, slot: places.slot, y: kv };
      rope(tape, { ...to, x: heads(DECODER.k, DECODER.kNorm, normed, K), rotated: K });
      rope(tape, { ...to, x: heads(DECODER.v, null, normed, K), rotated: 0, first: K });
      return normed;
    },
    queries(normed) {
      const q = tape.activation('q', 'B T Q H', { B, T, Q, H });
      const y = reshape(q, 'B S D H', { B, S: T, D: Q, H });
      rope(tape, { ...turn, slot: places.row, y, x: heads(DECODER.q, DECODER.qNorm, normed, Q), rotated: Q });
      return q;
    },
    attention: { scale: config.scoreScale, cap: config.scoreCap, window },
    attended(x, heads) {
      const out = project(tape, layer, DECODER.o, reshape(heads, 'N C', { N: B * T, C: Q * H }));
      return add(tape, { a: x, b: added(DECODER.postAttentionNorm, out) });
    },
    fedForward(x) {
      const before = postNorms ? DECODER.preFeedForwardNorm : DECODER.postAttentionNorm;
      const normed = norm(tape, layer, before, x);
      const [gate, up] = [DECODER.gate, DECODER.up].map((linear) =>
        asFeedForward(project(tape, layer, linear, normed)),
      );
      const { activation } = config;
      const hidden = gated(tape, { gate: gate!, up: up!, activation });
      const y = reshape(hidden, 'N C', { N: hidden.sizes.N, C: hidden.sizes.F });
      const down = project(tape, layer, DECODER.down, y);
      return add(tape, { a: x, b: added(DECODER.postFeedForwardNorm, down) });
    },
  };
}

const asFeedForward = (x: Tensor<'N C'>) => reshape(x, 'N F', { N: x.sizes.N, F: x.sizes.C });

/** A leaf of this layer. @param R rank of the module's adapter, where the leaf is one of its factors */
const leaf = <R extends Reader>(
  { config, parameters, index: layer }: Layer,
  row: RowOf<R>,
  R?: number,
): Tensor<Readers[R]> => leafTensor({ parameters, lengths: decoderLengths(config, R), layer }, row);

/** A table of the vocabulary. */
const pieces = ({ config, parameters }: Layer, row: RowOf<'embed.table'>) =>
  leafPieces({ parameters, lengths: decoderLengths(config) }, row);

function norm(tape: Tape, layer: Layer, row: RowOf<'rms_norm.scale'>, x: Tensor<'N C'>): Tensor<'N C'> {
  const { plusOne, epsilon } = layer.config.norm;
  return rmsNorm(tape, { x, scale: leaf(layer, row), plusOne, epsilon });
}

/** Over the channels of each head, where the model has such norms. */
function headNorm(tape: Tape, layer: Layer, row: RowOf<'rms_norm.scale'> | null, x: Tensor<'N C'>): Tensor<'N C'> {
  const { headDim: C, headNorms } = layer.config;
  if (!headNorms || row === null) return x;
  return norm(tape, layer, row, reshape(x, 'N C', { N: (x.sizes.N * x.sizes.C) / C, C }));
}

/** A linear's product with x, its bias, and its adapter's part, where it has them. The bias is written first. */
function project(tape: Tape, layer: Layer, linear: LinearRows, x: Tensor<'N C'>): Tensor<'N C'> {
  const { N, C: I } = x.sizes;
  const weight = leaf(layer, linear.weight);
  const { O } = weight.sizes;
  const input = reshape(x, 'N I', { N, I });
  const biased = hasBias(layer.config, linear.module);
  const addTo = biased ? reshape(tileRows(tape, { table: leaf(layer, linear.bias), rows: N }), 'N O', { N, O }) : null;
  const y = linearRows(tape, { x: input, weight, ...(addTo ? { addTo } : {}) });
  const adapter = loraOf(layer.config, layer.index, linear.module);
  if (adapter) {
    const { rank, scale } = adapter;
    const factors = { a: leaf(layer, linear.a, rank), b: leaf(layer, linear.b, rank) };
    const group = reshape(y, 'N G O', { N, G: 1, O });
    lora(tape, { x: reshape(x, 'N J I', { N, J: 1, I }), ...factors, y: group, scale });
  }
  return reshape(y, 'N C', { N, C: O });
}
