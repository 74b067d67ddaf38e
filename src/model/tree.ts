import { type ExpertConfig, expertSuffix, type ImgConfig, type ModelConfig, patchesOf } from './config';

/** One parameter as openpi names and shapes it. */
export interface Leaf {
  /** e.g. `PaliGemma/llm/layers/attn/q_einsum/lora_a` */
  readonly path: string;
  /** As openpi stores it: with a leading depth axis if stacked. */
  readonly shape: readonly number[];
  /** True: the first axis is the layer. */
  readonly stacked: boolean;
}

/** Every leaf of a model, sorted by path. */
export function leavesOf(config: ModelConfig): Leaf[] {
  const { experts, vocabSize, img, actionDim } = config;
  const [first] = experts as [ExpertConfig];
  const last = experts.at(-1) as ExpertConfig;
  return [
    leaf('PaliGemma/llm/embedder/input_embedding', [vocabSize, first.width]),
    ...experts.flatMap(expertLeaves),
    ...(img ? imgLeaves(img, first.width) : []),
    ...(actionDim ? projectionLeaves(actionDim, last.width) : []),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const elements = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

const leaf = (path: string, shape: number[]): Leaf => ({ path, shape, stacked: false });

/** Shapes of openpi.md 1.3: L layers, N heads, K key heads, D width, H head size, F mlp, R rank. */
function expertLeaves(expert: ExpertConfig, index: number): Leaf[] {
  const { width: D, depth: L, mlpDim: F, numHeads: N, numKvHeads: K, headDim: H, lora } = expert;
  const s = expertSuffix(index);
  const layer = (path: string, shape: number[]): Leaf => ({
    path: `PaliGemma/llm/layers/${path}`,
    shape: [L, ...shape],
    stacked: true,
  });
  const base = [
    leaf(`PaliGemma/llm/final_norm${s}/scale`, [D]),
    layer(`pre_attention_norm${s}/scale`, [D]),
    layer(`pre_ffw_norm${s}/scale`, [D]),
    layer(`attn/q_einsum${s}/w`, [N, D, H]),
    layer(`attn/kv_einsum${s}/w`, [2, K, D, H]),
    layer(`attn/attn_vec_einsum${s}/w`, [N, H, D]),
    layer(`mlp${s}/gating_einsum`, [2, D, F]),
    layer(`mlp${s}/linear`, [F, D]),
  ];
  if (!lora) return base;
  const { rank: R } = lora;
  return [
    ...base,
    layer(`attn/q_einsum${s}/lora_a`, [N, D, R]),
    layer(`attn/q_einsum${s}/lora_b`, [N, R, H]),
    layer(`attn/kv_einsum${s}/lora_a`, [2, K, D, R]),
    layer(`attn/kv_einsum${s}/lora_b`, [2, K, R, H]),
    layer(`attn/attn_vec_einsum${s}/lora_a`, [N, H, R]),
    layer(`attn/attn_vec_einsum${s}/lora_b`, [N, R, D]),
    layer(`mlp${s}/gating_einsum_lora_a`, [2, D, R]),
    layer(`mlp${s}/gating_einsum_lora_b`, [2, R, F]),
    layer(`mlp${s}/linear_lora_a`, [F, R]),
    layer(`mlp${s}/linear_lora_b`, [R, D]),
  ];
}

const dense = (path: string, inputs: number, outputs: number) => [
  leaf(`${path}/kernel`, [inputs, outputs]),
  leaf(`${path}/bias`, [outputs]),
];

/** openpi's projections of state, actions and time; A numbers in an action, D the expert's width. */
const projectionLeaves = (A: number, D: number): Leaf[] => [
  ...dense('state_proj', A, D),
  ...dense('action_in_proj', A, D),
  ...dense('action_time_mlp_in', 2 * D, D),
  ...dense('action_time_mlp_out', D, D),
  ...dense('action_out_proj', D, A),
];

/** SigLIP's leaves; its head projects to the width of the first expert. */
function imgLeaves(img: ImgConfig, output: number): Leaf[] {
  const { patchSize, width: D, depth: L, mlpDim: F, numHeads: N } = img;
  const H = D / N;
  const layer = (path: string, shape: number[]): Leaf => ({
    path: `PaliGemma/img/Transformer/encoderblock/${path}`,
    shape: [L, ...shape],
    stacked: true,
  });
  const norm = (path: string) => [layer(`${path}/scale`, [D]), layer(`${path}/bias`, [D])];
  const toHeads = (path: string) => [layer(`${path}/kernel`, [D, N, H]), layer(`${path}/bias`, [N, H])];
  const attention = 'MultiHeadDotProductAttention_0';
  return [
    leaf('PaliGemma/img/embedding/kernel', [patchSize, patchSize, 3, D]),
    leaf('PaliGemma/img/embedding/bias', [D]),
    leaf('PaliGemma/img/pos_embedding', [1, patchesOf(img), D]),
    ...norm('LayerNorm_0'),
    ...norm('LayerNorm_1'),
    ...toHeads(`${attention}/query`),
    ...toHeads(`${attention}/key`),
    ...toHeads(`${attention}/value`),
    layer(`${attention}/out/kernel`, [N, H, D]),
    layer(`${attention}/out/bias`, [D]),
    layer('MlpBlock_0/Dense_0/kernel', [D, F]),
    layer('MlpBlock_0/Dense_0/bias', [F]),
    layer('MlpBlock_0/Dense_1/kernel', [F, D]),
    layer('MlpBlock_0/Dense_1/bias', [D]),
    leaf('PaliGemma/img/Transformer/encoder_norm/scale', [D]),
    leaf('PaliGemma/img/Transformer/encoder_norm/bias', [D]),
    ...dense('PaliGemma/img/head', D, output),
  ];
}
