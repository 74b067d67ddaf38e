/**
 * A decoder as the Hugging Face hub has them: one block, whose families differ in what stands here. Nothing that computes
 * asks which family it is.
 */

import { type DecoderLora, lastName, loraScale, type Module, modulePath } from '../settings/lora';

export { type DecoderLora, MODULES, type Module } from '../settings/lora';

/** model_type of config.json. */
export const FAMILIES = ['gemma', 'gemma2', 'gemma3_text', 'llama', 'qwen2', 'qwen3'] as const;
export type Family = (typeof FAMILIES)[number];

/** How positions become angles. Frequencies are base^(−2i/H), scaled. */
export interface Rotation {
  readonly base: number;
  readonly scaling?:
    | { readonly type: 'linear'; readonly factor: number }
    | {
        readonly type: 'llama3';
        readonly factor: number;
        readonly lowFrequencyFactor: number;
        readonly highFrequencyFactor: number;
        /** Positions that the unscaled model was trained on. */
        readonly originalPositions: number;
      }
    /** As a GGUF has llama3's: frequency i is divided by factors[i], headDim / 2 of them. */
    | { readonly type: 'factors'; readonly factors: readonly number[] };
}

/** What a layer's attention sees. */
export interface LayerForm {
  /** Key s is visible to query t where s > t − window; null sees all before it. */
  readonly window: number | null;
  /** Which of the model's rotations. */
  readonly rotation: number;
}

/** Is it a model of the hub, rather than one of openpi's? */
export const isDecoder = <Other extends object>(config: DecoderConfig | Other): config is DecoderConfig =>
  'family' in config;

export interface DecoderConfig {
  readonly family: Family;
  /** Channels of the residual stream. */
  readonly width: number;
  readonly depth: number;
  readonly mlpDim: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  /** Rows of the embedding; a tokenizer may have fewer tokens. */
  readonly vocabSize: number;
  /** Longest sequence that it was made for. */
  readonly positions: number;
  /** What an embedding is multiplied by. */
  readonly embeddingScale: number;
  readonly norm: {
    /** True: a norm multiplies by 1 + w, false: by w. */
    readonly plusOne: boolean;
    readonly epsilon: number;
  };
  /** Heads of q and k have norms of their own, before they are rotated. */
  readonly headNorms: boolean;
  /** What attention and feed-forward give is normed before it is added. */
  readonly postNorms: boolean;
  readonly biases: { readonly qkv: boolean; readonly out: boolean; readonly mlp: boolean };
  /** What q · k is multiplied by. */
  readonly scoreScale: number;
  /** c · tanh(score / c), after the scale; null: no cap. */
  readonly scoreCap: number | null;
  readonly logitCap: number | null;
  readonly activation: 'gelu' | 'silu';
  /** The head is the embedding. */
  readonly tied: boolean;
  readonly rotations: readonly [Rotation, ...Rotation[]];
  /** One for each of `depth` layers. */
  readonly layers: readonly LayerForm[];
  /** Absent: no adapters. */
  readonly lora?: DecoderLora;
}

/** A linear's adapter: its rank and alpha, and what it is multiplied by. */
export interface ModuleLora {
  readonly rank: number;
  readonly alpha: number;
  readonly scale: number;
}

/** Has the linear a bias? @param path of the module within its layer: `self_attn.q_proj` */
export function hasBias({ biases }: DecoderConfig, path: string): boolean {
  if (path.startsWith('mlp.')) return biases.mlp;
  return lastName(path) === 'o_proj' ? biases.out : biases.qkv;
}

/** The adapter of a linear of layer `layer`; null where it has none. @param path as of hasBias() */
export function loraOf({ lora }: DecoderConfig, layer: number, path: string): ModuleLora | null {
  if (!lora?.targets.includes(lastName(path) as Module)) return null;
  const own = lora.others?.[modulePath(layer, path)];
  if (own === null) return null;
  const { rank, alpha } = own ?? lora;
  return { rank, alpha, scale: loraScale({ ...lora, rank, alpha }) };
}
