/** What GGUF calls the families, and their tensors. */
import { DECODER } from '../leaves/decoder';
import type { Family } from '../model/decoder_config';

/** The families that can be trained here, by `general.architecture`. */
export const GGUF_FAMILIES = {
  gemma: 'gemma',
  gemma2: 'gemma2',
  gemma3: 'gemma3_text',
  llama: 'llama',
  qwen2: 'qwen2',
  qwen3: 'qwen3',
} as const satisfies Readonly<Record<string, Family>>;

export type GgufArchitecture = keyof typeof GGUF_FAMILIES;
export const GGUF_ARCHITECTURES = Object.keys(GGUF_FAMILIES) as readonly GgufArchitecture[];

export const architectureOf = (family: Family): GgufArchitecture =>
  GGUF_ARCHITECTURES.find((one) => GGUF_FAMILIES[one] === family)!;

export const EMBEDDING = 'token_embd.weight';
export const HEAD = 'output.weight';
/** Divisors of the frequencies, where the file has such a tensor: Llama 3's scaling, worked out. */
export const ROPE_FACTORS = 'rope_freqs.weight';

/** The linears of a layer, by the path of their module. */
const LINEAR_NAMES: Readonly<Record<string, string>> = {
  [DECODER.q.module]: 'attn_q',
  [DECODER.k.module]: 'attn_k',
  [DECODER.v.module]: 'attn_v',
  [DECODER.o.module]: 'attn_output',
  [DECODER.gate.module]: 'ffn_gate',
  [DECODER.up.module]: 'ffn_up',
  [DECODER.down.module]: 'ffn_down',
};

/** A tensor of a layer's linear. @param module its path within the layer @param layer its number, or what stands for it */
export const linearName = (module: string, layer: number | string, part: 'weight' | 'bias') =>
  `blk.${layer}.${LINEAR_NAMES[module]}.${part}`;

/** Modules whose rows a conversion of a llama moves: see GgufTransform. */
export const PAIRED_MODULES: readonly string[] = [DECODER.q.module, DECODER.k.module];
