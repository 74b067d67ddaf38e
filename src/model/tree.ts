import { type ExpertConfig, expertSuffix, type ModelConfig } from './config';

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
  const [first] = config.experts as [ExpertConfig];
  const embedder = leaf('PaliGemma/llm/embedder/input_embedding', [config.vocabSize, first.width]);
  return [embedder, ...config.experts.flatMap(expertLeaves)].sort((a, b) => (a.path < b.path ? -1 : 1));
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
