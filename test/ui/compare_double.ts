import type { LeafNorms } from '../../src/worker/api';

const leaves = ['attn/q_einsum/w', 'attn/kv_einsum/w', 'attn/attn_vec_einsum/w', 'mlp/gating_einsum', 'mlp/linear'];
const DEPTH = 6;

/** What two text adapters change: more in later layers, the second less. */
export const norms: readonly LeafNorms[] = [
  {
    leaf: 'PaliGemma/llm/final_norm/scale',
    layered: false,
    layers: [{ first: null, second: 0, apart: null }],
  },
  ...leaves.map((leaf, row) => ({
    leaf: `PaliGemma/llm/layers/${leaf}`,
    layered: true,
    layers: Array.from({ length: DEPTH }, (_, layer) => {
      const first = 0.002 * (row + 1) * (layer + 1);
      return { first, second: layer === 0 ? 0 : first / 2, apart: layer === 0 ? first : first * 0.8 };
    }),
  })),
];
