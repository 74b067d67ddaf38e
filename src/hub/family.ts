import type { Family } from '../model/decoder_config';

/** Which layers see only a window of what is before them, where `layer_types` does not say. */
export type WindowRule = 'never' | 'even layers' | 'all but every sixth' | 'above max_window_layers';

/** What config.json means in one family: what its class adds to what the file says. */
export interface FamilyForm {
  /** The one entry that `architectures` may have. */
  readonly architecture: string;
  /** Gemma's form: norms multiply by 1 + w, and embeddings by √width. */
  readonly gemmaForm: boolean;
  readonly headNorms: boolean;
  readonly postNorms: boolean;
  /** `tie_word_embeddings` where it is absent. */
  readonly tied: boolean;
  /** `head_dim` where it is absent; null: width / heads, where it is null too. */
  readonly headDim: number | null;
  /** transformers refuses a width that its heads do not divide, though nothing depends on it. */
  readonly headsDivideWidth: boolean;
  /** `num_key_value_heads` may be null, or absent where `absentKvHeads` is true: as many as heads of q. */
  readonly nullKvHeads: boolean;
  readonly absentKvHeads: boolean;
  /** Biases of q, k and v, and of o: `config`, as attention_bias says. */
  readonly qkvBias: 'config' | 'always';
  readonly outBias: 'config' | 'never';
  /** Whether mlp_bias is read. */
  readonly mlpBias: boolean;
  /** `query_pre_attn_scalar` where it is absent; null: the scale of scores is 1/√head_dim, whatever the key says. */
  readonly scoreScalar: number | null;
  /** `attn_logit_softcapping` and `final_logit_softcapping` where they are absent; absent here: the family has none. */
  readonly caps?: { readonly score: number | null; readonly logit: number | null };
  readonly windows: WindowRule;
  /** `sliding_window` where it is absent. */
  readonly window: number;
  /** `rope_theta` where it is absent. */
  readonly ropeBase: number;
  /** `rope_local_base_freq` where it is absent: layers with a window have angles of their own. */
  readonly localBase?: number;
  /** The key of the activation, and what is meant where it is absent. */
  readonly activation: { readonly key: 'hidden_act' | 'hidden_activation'; readonly absent: string };
}

const gemma: FamilyForm = {
  architecture: 'GemmaForCausalLM',
  gemmaForm: true,
  headNorms: false,
  postNorms: false,
  tied: true,
  headDim: 256,
  headsDivideWidth: false,
  nullKvHeads: false,
  absentKvHeads: false,
  qkvBias: 'config',
  outBias: 'config',
  mlpBias: false,
  scoreScalar: null,
  windows: 'never',
  window: 4096,
  ropeBase: 1e4,
  activation: { key: 'hidden_activation', absent: 'gelu_pytorch_tanh' },
};

const gemma2: FamilyForm = {
  ...gemma,
  architecture: 'Gemma2ForCausalLM',
  postNorms: true,
  headsDivideWidth: true,
  scoreScalar: 256,
  caps: { score: 50, logit: 30 },
  windows: 'even layers',
};

const llama: FamilyForm = {
  architecture: 'LlamaForCausalLM',
  gemmaForm: false,
  headNorms: false,
  postNorms: false,
  tied: false,
  headDim: null,
  headsDivideWidth: true,
  nullKvHeads: true,
  absentKvHeads: true,
  qkvBias: 'config',
  outBias: 'config',
  mlpBias: true,
  scoreScalar: null,
  windows: 'never',
  window: 4096,
  ropeBase: 1e4,
  activation: { key: 'hidden_act', absent: 'silu' },
};

const qwen2: FamilyForm = {
  ...llama,
  architecture: 'Qwen2ForCausalLM',
  headsDivideWidth: false,
  absentKvHeads: false,
  qkvBias: 'always',
  outBias: 'never',
  mlpBias: false,
  windows: 'above max_window_layers',
};

/** The six families, as transformers 5.18 reads their files. */
export const FAMILY_FORMS: Readonly<Record<Family, FamilyForm>> = {
  gemma,
  gemma2,
  gemma3_text: {
    ...gemma2,
    architecture: 'Gemma3ForCausalLM',
    headNorms: true,
    caps: { score: null, logit: null },
    windows: 'all but every sixth',
    ropeBase: 1e6,
    localBase: 1e4,
  },
  llama,
  qwen2,
  qwen3: {
    ...qwen2,
    architecture: 'Qwen3ForCausalLM',
    headNorms: true,
    headDim: 128,
    qkvBias: 'config',
    outBias: 'config',
  },
};
