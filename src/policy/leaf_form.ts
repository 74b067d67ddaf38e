/**
 * How the tensors of a checkpoint hold openpi's leaves. In PyTorch a layer has tensors of its own, and a matrix is (out, in): of each group of a
 * leaf, `G I O`, the transpose, groups one below the other, shared out among modules (openpi, examples/convert_jax_model_to_pytorch.py).
 */
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { GEMMA } from '../leaves/gemma';
import { type DenseRows, type LeafRow, type NormRows, pathOf } from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';
import { elements, type Leaf } from '../model/tree';
import { EMBEDDING, EXPERT, LANGUAGE, type Naming, PROJECTOR, VISION } from './naming';

/** How a leaf is stored. */
export interface LeafForm {
  /** The tensors of each layer; of tensors that hold all layers, as openpi's own do, once. */
  readonly names: readonly (readonly string[])[];
  /** Of each of the tensors. */
  readonly shape: readonly number[];
  /** Of matrices that are stored as their transposes. */
  readonly turned: Turned | null;
}

export interface Turned {
  /** Groups in a tensor, one below the other. */
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Of a convolution: its channels, which PyTorch has before the pixels of a patch, and openpi behind them. */
  readonly channels: number;
}

const LAYER = '{e}layers.{l}.';
const BLOCK = `${VISION}encoder.layers.{l}.`;

const ofDense = ({ kernel, bias }: DenseRows, module: string): [LeafRow, string[]][] => [
  [kernel, [`${module}.weight`]],
  [bias, [`${module}.bias`]],
];
const ofNorm = ({ scale, bias }: NormRows, module: string): [LeafRow, string[]][] => [
  [scale, [`${module}.weight`]],
  [bias, [`${module}.bias`]],
];

/** PyTorch's tensors of each row, in the order of its groups. `{e}` is where the expert is, `{l}` the number of the layer. */
const TENSORS: ReadonlyMap<LeafRow, readonly string[]> = new Map<LeafRow, readonly string[]>([
  [GEMMA.embedding, [EMBEDDING]],
  [GEMMA.attentionNorm, [`${LAYER}input_layernorm.weight`]],
  ...ofDense(GEMMA.attentionNormCondition, `${LAYER}input_layernorm.dense`),
  [GEMMA.feedForwardNorm, [`${LAYER}post_attention_layernorm.weight`]],
  ...ofDense(GEMMA.feedForwardNormCondition, `${LAYER}post_attention_layernorm.dense`),
  [GEMMA.finalNorm, ['{e}norm.weight']],
  ...ofDense(GEMMA.finalNormCondition, '{e}norm.dense'),
  ...[GEMMA.q, GEMMA.kv, GEMMA.qkv, GEMMA.out, GEMMA.gates, GEMMA.down].map(
    ({ weight, peft }) => [weight, peft.map((module) => `${LAYER}${module}.weight`)] as const,
  ),
  ...ofDense(SIGLIP.patches, `${VISION}embeddings.patch_embedding`),
  [SIGLIP.positions, [`${VISION}embeddings.position_embedding.weight`]],
  ...ofNorm(SIGLIP.attentionNorm, `${BLOCK}layer_norm1`),
  ...ofDense(SIGLIP.query, `${BLOCK}self_attn.q_proj`),
  ...ofDense(SIGLIP.key, `${BLOCK}self_attn.k_proj`),
  ...ofDense(SIGLIP.value, `${BLOCK}self_attn.v_proj`),
  ...ofDense(SIGLIP.out, `${BLOCK}self_attn.out_proj`),
  ...ofNorm(SIGLIP.feedForwardNorm, `${BLOCK}layer_norm2`),
  ...ofDense(SIGLIP.up, `${BLOCK}mlp.fc1`),
  ...ofDense(SIGLIP.down, `${BLOCK}mlp.fc2`),
  ...ofNorm(SIGLIP.finalNorm, `${VISION}post_layernorm`),
  ...ofDense(SIGLIP.head, PROJECTOR.slice(0, -1)),
  // PyTorch's modules are called as openpi's.
  ...Object.values(ACTION_PROJECTIONS).flatMap((rows) => ofDense(rows, rows.kernel.path.replace(/\/.*/, ''))),
]);

/** The tensors of PyTorch that hold a layer of a leaf. @throws Error for a leaf that no checkpoint has */
export function torchNames(row: LeafRow, expert: number, layer: number): readonly string[] {
  const names = TENSORS.get(row);
  if (!names) throw new Error(`${row.path} is in no checkpoint`);
  return names.map((name) => name.replace('{e}', expert === 0 ? LANGUAGE : EXPERT).replace('{l}', String(layer)));
}

/** How checkpoints of a naming have a leaf. */
export function formOf(leaf: Leaf, naming: Naming): LeafForm {
  const { path, row, shape, stacked } = leaf;
  if (naming === 'openpi') return { names: [[path]], shape, turned: null };
  const expert = row.path.includes('{e}') && pathOf(row, 1) === path ? 1 : 0;
  const layers = stacked ? shape[0]! : 1;
  const names = Array.from({ length: layers }, (_, layer) => torchNames(row, expert, layer));
  return { names, ...ofLayer(row, stacked ? shape.slice(1) : shape, names[0]!.length) };
}

/** @param shape of one layer of the leaf */
function ofLayer(row: LeafRow, shape: readonly number[], modules: number): Omit<LeafForm, 'names'> {
  if (row.reader === 'matmul.weight') {
    const { groups, inputs, outputs } = matrixSizes(row, shape);
    const isPatches = row === SIGLIP.patches.kernel;
    const turned = { groups: groups / modules, inputs, outputs, channels: isPatches ? shape[2]! : 1 };
    const [y, x, channels] = shape as [number, number, number];
    return { shape: isPatches ? [outputs, channels, y, x] : [turned.groups * outputs, inputs], turned };
  }
  if (row === SIGLIP.positions) return { shape: shape.slice(1), turned: null };
  return { shape: row.reader === 'tile_rows.table' ? [elements(shape)] : shape, turned: null };
}

/** How many matrices one layer of a leaf has, and of what size. @param shape as openpi stores them */
export function matrixSizes({ axes }: LeafRow, shape: readonly number[]) {
  const behindGroups = axes.G!.length;
  const behindInputs = behindGroups + axes.I!.length;
  return {
    groups: elements(shape.slice(0, behindGroups)),
    inputs: elements(shape.slice(behindGroups, behindInputs)),
    outputs: elements(shape.slice(behindInputs)),
  };
}
