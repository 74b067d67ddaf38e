import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { DECODER, LINEARS } from '../leaves/decoder';
import { GEMMA } from '../leaves/gemma';
import {
  isIn,
  isOf,
  type LeafRow,
  type Lengths,
  type LinearRows,
  type ModelKind,
  pathOf,
  type Rows,
  rowsOf,
} from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';
import type { AnyConfig, ExpertConfig } from './config';
import { type DecoderConfig, hasBias, isDecoder, loraOf } from './decoder_config';
import {
  backboneLengths,
  decoderLengths,
  expertLengths,
  imgLengths,
  joinedShape,
  projectionLengths,
  storedShape,
} from './lengths';

/** One parameter as openpi names and shapes it. */
export interface Leaf {
  /** openpi's; its segments are separated by slashes. */
  readonly path: string;
  /** As openpi stores it: with a leading depth axis if stacked. */
  readonly shape: readonly number[];
  /** True: the first axis is the layer. */
  readonly stacked: boolean;
  /** Its declaration. */
  readonly row: LeafRow;
}

/** Every leaf of a model, sorted by path; of a model of the hub, in the order of its layers. */
export function leavesOf(config: AnyConfig): Leaf[] {
  if (isDecoder(config)) return decoderLeaves(config);
  const kind = config.pi05 ? 'π0.5' : 'π0';
  const { experts, img, actionDim } = config;
  const [first] = experts as [ExpertConfig];
  const last = experts.at(-1)!;
  return [
    ...experts.flatMap((expert, e) =>
      leaves(GEMMA, e === 0 ? backboneLengths(config) : expertLengths(expert), kind, e),
    ),
    ...(img ? leaves(SIGLIP, imgLengths(img, first.width), kind) : []),
    ...(actionDim ? leaves(ACTION_PROJECTIONS, projectionLengths(actionDim, last), kind) : []),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const elements = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** Elements of one layer of a leaf; of one that is not stacked, all. */
export const layerSize = ({ shape, stacked }: Pick<Leaf, 'shape' | 'stacked'>) =>
  elements(stacked ? shape.slice(1) : shape);

/** Parameters of some leaves. */
export const countParameters = (leaves: readonly { readonly shape: readonly number[] }[]): number =>
  leaves.reduce((sum, { shape }) => sum + elements(shape), 0);

/** The leaves of one part of a model. Without a rank it has none of LoRA's. */
function leaves(table: Rows, lengths: Lengths, kind: ModelKind, expert = 0): Leaf[] {
  return rowsOf(table)
    .filter((row) => isOf(row, expert, kind) && isIn(row, lengths))
    .map((row) => {
      const shape = storedShape(row, lengths);
      const stacked = row.stacked;
      return { path: pathOf(row, expert), shape: stacked ? [lengths.L as number, ...shape] : shape, stacked, row };
    });
}

function decoderLeaves(config: DecoderConfig): Leaf[] {
  const ofModel = (row: LeafRow, layer = 0, rank?: number): Leaf => ({
    path: pathOf(row, 0, layer),
    shape: joinedShape(row, decoderLengths(config, rank)),
    stacked: false,
    row,
  });
  const linearLeaves = (linear: LinearRows, layer: number): Leaf[] => {
    const adapter = loraOf(config, layer, linear.module);
    return [
      ofModel(linear.weight, layer),
      ...(hasBias(config, linear.module) ? [ofModel(linear.bias, layer)] : []),
      ...(adapter ? [ofModel(linear.a, layer, adapter.rank), ofModel(linear.b, layer, adapter.rank)] : []),
    ];
  };
  const { headNorms, postNorms, tied, depth } = config;
  const { embedding, attentionNorm, qNorm, kNorm, postAttentionNorm, finalNorm, head } = DECODER;
  const norms = [
    attentionNorm,
    ...(headNorms ? [qNorm, kNorm] : []),
    postAttentionNorm,
    ...(postNorms ? [DECODER.preFeedForwardNorm, DECODER.postFeedForwardNorm] : []),
  ];
  const layers = Array.from({ length: depth }, (_, layer) => [
    ...norms.map((row) => ofModel(row, layer)),
    ...LINEARS.flatMap((linear) => linearLeaves(linear, layer)),
  ]);
  return [ofModel(embedding), ...layers.flat(), ofModel(finalNorm), ...(tied ? [] : [ofModel(head)])];
}
