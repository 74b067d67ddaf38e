/** A text base that ships with the page, as transformers has it: the Gemma that openpi's text model is. */
import { f32Tensor, type StoredTensor, writeSafetensors } from '../containers/safetensors';
import { toBf16 } from '../floats';
import { GEMMA_ROTATION } from '../model/angles';
import type { ModelConfig } from '../model/config';
import { floatsOf, type LeafValues } from '../model/load';
import { elements, type Leaf, leavesOf } from '../model/tree';
import { formOf } from '../policy/leaf_form';
import { asStored } from '../policy/leaf_writer';
import { LANGUAGE } from '../policy/naming';
import type { TokenizerFiles } from '../tokens/tokenizer_json';
import { jsonFile } from './card_rows';
import type { BaseTerms } from './peft_zip';

/** A base that ships with the page, in memory whole. */
export interface ShippedBase {
  readonly terms: BaseTerms;
  /** SHA-256 of its weights' file, hexadecimal. */
  readonly hash: string;
  /** Without LoRA. */
  readonly config: ModelConfig;
  /** Leaves by path. */
  readonly values: ReadonlyMap<string, LeafValues>;
  readonly tokenizer: TokenizerFiles;
}

/** The folder's files by name. @throws Error for a base of several experts */
export function transformersFiles({ config, values, tokenizer }: ShippedBase): Record<string, Uint8Array<ArrayBuffer>> {
  const tensors = new Map(leavesOf(config).flatMap((leaf) => tensorsOf(leaf, values.get(leaf.path)!)));
  const isBf16 = [...tensors.values()].every(({ dtype }) => dtype === 'BF16');
  return {
    'config.json': jsonFile(gemmaConfig(config, isBf16 ? 'bfloat16' : 'float32')),
    'model.safetensors': writeSafetensors(tensors, { format: 'pt' }),
    'tokenizer.json': jsonFile(tokenizer.tokenizer as object),
    ...(tokenizer.tokenizerConfig ? { 'tokenizer_config.json': jsonFile(tokenizer.tokenizerConfig) } : {}),
  };
}

/** The tensors of a leaf, in the format in which the base has it. */
function tensorsOf(leaf: Leaf, values: LeafValues): [string, StoredTensor][] {
  const form = formOf(leaf, 'openpi PyTorch');
  const ofLayers = form.names.flat();
  const share = elements(leaf.shape) / ofLayers.length;
  return ofLayers.map((name, n) => {
    const part = values.slice(n * share, (n + 1) * share);
    const stored = asStored(floatsOf(part), form);
    return [
      name.replace(LANGUAGE, 'model.'),
      part instanceof Uint16Array ? bf16Tensor(stored, form.shape) : f32Tensor(stored, form.shape),
    ];
  });
}

const bf16Tensor = (values: Float32Array, shape: readonly number[]): StoredTensor => ({
  dtype: 'BF16',
  shape,
  bytes: new Uint8Array(toBf16(values).buffer),
});

/** config.json by transformers' names; tokens of its own that Gemma has and these bases need not are none. */
function gemmaConfig({ experts, vocabSize }: ModelConfig, dtype: string): object {
  const [expert, ...others] = experts;
  if (!expert || others.length > 0) throw new Error('a text base has one expert');
  return {
    architectures: ['GemmaForCausalLM'],
    model_type: 'gemma',
    dtype,
    vocab_size: vocabSize,
    hidden_size: expert.width,
    intermediate_size: expert.mlpDim,
    num_hidden_layers: expert.depth,
    num_attention_heads: expert.numHeads,
    num_key_value_heads: expert.numKvHeads,
    head_dim: expert.headDim,
    rms_norm_eps: 1e-6,
    hidden_act: 'gelu_pytorch_tanh',
    rope_parameters: { rope_type: 'default', rope_theta: GEMMA_ROTATION.base },
    attention_bias: false,
    attention_dropout: 0,
    tie_word_embeddings: true,
    pad_token_id: null,
    bos_token_id: null,
    eos_token_id: null,
  };
}
