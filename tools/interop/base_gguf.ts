/** A golden case's base as a GGUF in float32, with a tokenizer that nobody needs: what llama.cpp's converter makes of such a folder. */

import { type GgufValue, writeGguf } from '../../src/containers/gguf_write';
import { toFloat32 } from '../../src/containers/safetensors';
import { frequenciesOf } from '../../src/model/angles';
import type { DecoderConfig } from '../../src/model/decoder_config';
import type { HfCase } from '../golden/hf_case';

/** llama.cpp's names, in place of the hub's. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.embed_tokens/, 'token_embd'],
  [/^model\.norm/, 'output_norm'],
  [/^lm_head/, 'output'],
  [/^model\.layers\.(\d+)\./, 'blk.$1.'],
  [/input_layernorm/, 'attn_norm'],
  [/pre_feedforward_layernorm/, 'ffn_norm'],
  [/post_feedforward_layernorm/, 'post_ffw_norm'],
  [/self_attn\.([qk])_norm/, 'attn_$1_norm'],
  [/self_attn\.([qkv])_proj/, 'attn_$1'],
  [/self_attn\.o_proj/, 'attn_output'],
  [/mlp\.(gate|up|down)_proj/, 'ffn_$1'],
];

function nameOf(path: string, { postNorms }: DecoderConfig): string {
  const after = postNorms ? 'post_attention_norm' : 'ffn_norm';
  return NAMES.reduce((name, [from, to]) => name.replace(from, to), path.replace('post_attention_layernorm', after));
}

export async function baseGguf({ config, weights }: HfCase): Promise<Uint8Array> {
  const tensors = [...weights].map(([path, tensor]) => {
    const values = converted(path, toFloat32(tensor, path), config);
    return [nameOf(path, config), row(values, tensor.shape)] as const;
  });
  const factors = factorsOf(config);
  if (factors) tensors.push(['rope_freqs.weight', row(factors, [factors.length])]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeGguf(new Map(metadata(config)), new Map(tensors)).chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const row = (values: Float32Array<ArrayBuffer>, shape: readonly number[]) => ({
  type: 'F32' as const,
  shape,
  chunks: () => [new Uint8Array(values.buffer)],
});

/** Norms of Gemma with their 1, rows of llama's q and k with the halves of a head in turn. */
function converted(path: string, values: Float32Array<ArrayBuffer>, config: DecoderConfig): Float32Array<ArrayBuffer> {
  if (/norm\.weight$/.test(path)) return config.norm.plusOne ? values.map((value) => 1 + value) : values;
  if (config.family !== 'llama' || !/[qk]_proj/.test(path)) return values;
  const H = config.headDim;
  const width = path.endsWith('.bias') ? 1 : config.width;
  return Float32Array.from(values, (_, at) => {
    const [to, column] = [Math.floor(at / width), at % width];
    const [head, j, half] = [Math.floor(to / H), Math.floor((to % H) / 2), to % 2];
    return values[(head * H + half * (H / 2) + j) * width + column]!;
  });
}

/** What llama.cpp divides frequencies by, where they are scaled as Llama 3's. */
function factorsOf({ rotations: [rotation], headDim }: DecoderConfig): Float32Array<ArrayBuffer> | null {
  if (rotation.scaling?.type !== 'llama3') return null;
  const [plain, scaled] = [{ base: rotation.base }, rotation].map((one) => frequenciesOf(one, headDim));
  return Float32Array.from(plain!, (frequency, n) => frequency / scaled![n]!);
}

function metadata(config: DecoderConfig): [string, GgufValue][] {
  const { family, vocabSize, rotations, scoreCap, logitCap } = config;
  const [rotation, local] = rotations;
  const architecture = family === 'gemma3_text' ? 'gemma3' : family;
  const text = (value: string): GgufValue => ({ type: 'string', value });
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const f32 = (value: number): GgufValue => ({ type: 'f32', value });
  // llama.cpp knows no windows of the others: the file then means a model without them, here and there.
  const ofGemma = family === 'gemma2' || family === 'gemma3_text';
  const window = (ofGemma && config.layers.find((layer) => layer.window !== null)?.window) || null;
  const own: [string, GgufValue][] = [
    ['context_length', u32(config.positions)],
    ['embedding_length', u32(config.width)],
    ['block_count', u32(config.depth)],
    ['feed_forward_length', u32(config.mlpDim)],
    ['attention.head_count', u32(config.numHeads)],
    ['attention.head_count_kv', u32(config.numKvHeads)],
    ['attention.layer_norm_rms_epsilon', f32(config.norm.epsilon)],
    ['attention.key_length', u32(config.headDim)],
    ['attention.value_length', u32(config.headDim)],
    ['rope.dimension_count', u32(config.headDim)],
    ['rope.freq_base', f32(rotation.base)],
    ['vocab_size', u32(vocabSize)],
    ...(window === null ? [] : [['attention.sliding_window', u32(window)] as [string, GgufValue]]),
    ...(local ? [['rope.freq_base_swa', f32(local.base)] as [string, GgufValue]] : []),
    ...(scoreCap === null ? [] : [['attn_logit_softcapping', f32(scoreCap)] as [string, GgufValue]]),
    ...(logitCap === null ? [] : [['final_logit_softcapping', f32(logitCap)] as [string, GgufValue]]),
    ...(rotation.scaling?.type === 'linear'
      ? ([
          ['rope.scaling.type', text('linear')],
          ['rope.scaling.factor', f32(rotation.scaling.factor)],
        ] as [string, GgufValue][])
      : []),
  ];
  const ids = Array.from({ length: vocabSize }, (_, n) => n);
  return [
    ['general.architecture', text(architecture)],
    ['general.type', text('model')],
    ['general.file_type', u32(0)],
    ...own.map(([key, value]): [string, GgufValue] => [`${architecture}.${key}`, value]),
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('default')],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: ids.map((n) => `t${n}`) }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'i32', values: ids.map(() => 1) }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: ['t 1'] }],
  ];
}
