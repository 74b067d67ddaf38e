/** Every path of every variant of π0 and π0.5, so that a filter for another variant is told from one that fits none. */

const layer = (suffix: string) => [
  ...['attn_vec_einsum', 'kv_einsum', 'q_einsum'].flatMap((name) =>
    ['w', 'lora_a', 'lora_b'].map((leaf) => `layers/attn/${name}${suffix}/${leaf}`),
  ),
  ...['gating_einsum', 'linear'].flatMap((name) =>
    ['', '_lora_a', '_lora_b'].map((kind) => `layers/mlp${suffix}/${name}${kind}`),
  ),
  ...['final_norm', 'layers/pre_attention_norm', 'layers/pre_ffw_norm'].map((name) => `${name}${suffix}/scale`),
];

/** π0.5 scales the expert's norms by a projection of the time. */
const adaptiveNorms = ['final_norm_1', 'layers/pre_attention_norm_1', 'layers/pre_ffw_norm_1'].flatMap((name) =>
  ['kernel', 'bias'].map((leaf) => `${name}/Dense_0/${leaf}`),
);

const dense = (name: string) => [`${name}/kernel`, `${name}/bias`];

const block = [
  ...['LayerNorm_0', 'LayerNorm_1'].flatMap((name) => [`${name}/scale`, `${name}/bias`]),
  ...['Dense_0', 'Dense_1'].flatMap((name) => dense(`MlpBlock_0/${name}`)),
  ...['query', 'key', 'value', 'out'].flatMap((name) => dense(`MultiHeadDotProductAttention_0/${name}`)),
].map((path) => `Transformer/encoderblock/${path}`);

const tower = [
  ...block,
  'Transformer/encoder_norm/scale',
  'Transformer/encoder_norm/bias',
  ...dense('embedding'),
  ...dense('head'),
  'pos_embedding',
];

/** The layers outside both towers, by name. */
export const PROJECTIONS = [
  ...['state_proj', 'action_in_proj', 'action_out_proj'],
  ...['action_time_mlp_in', 'action_time_mlp_out', 'time_mlp_in', 'time_mlp_out'],
] as const;

export const KNOWN_PATHS: readonly string[] = [
  ...['embedder/input_embedding', ...layer(''), ...layer('_1'), ...adaptiveNorms].map((p) => `PaliGemma/llm/${p}`),
  ...tower.map((path) => `PaliGemma/img/${path}`),
  ...PROJECTIONS.flatMap(dense),
];
