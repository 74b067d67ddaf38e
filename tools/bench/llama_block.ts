import { readConfig } from '../../src/hub/config';
import { type DecoderConfig, MODULES, type Module } from '../../src/model/decoder_config';
import { PUBLISHED } from '../../test/hub/configs';
import { type Drawn, draw } from './draws';

const RANK = 8;
/** Alpha / rank. */
export const LORA_SCALE = 2;
/** Tokens of the window. */
export const TOKENS = 64;

/**
 * One layer of SmolLM2-135M, at its true size: grouped queries, rotated, a feed-forward part gated by SiLU, LoRA on all
 * seven linears. The vocabulary alone is smaller, so that the block is most of the work and not the head.
 */
export const LLAMA: DecoderConfig = {
  ...readConfig({ ...PUBLISHED.smolLm2Of135M, num_hidden_layers: 1, vocab_size: 512 }, 'config.json').config,
  lora: { rank: RANK, alpha: RANK * LORA_SCALE, rootScaled: false, targets: MODULES },
};

const { width: C, numHeads: Q, numKvHeads: K, headDim: H, mlpDim: F, vocabSize: V } = LLAMA;

/** Inputs and outputs of each linear. */
export const LINEAR_SIZES: Readonly<Record<Module, readonly [number, number]>> = {
  q_proj: [C, Q * H],
  k_proj: [C, K * H],
  v_proj: [C, K * H],
  o_proj: [Q * H, C],
  gate_proj: [C, F],
  up_proj: [C, F],
  down_proj: [F, C],
};

export type LlamaLeaf = 'embed_tokens' | LlamaNorm | Module | `${Module}.lora_${'A' | 'B'}`;
type LlamaNorm = 'input_layernorm' | 'post_attention_layernorm' | 'norm';

const norm: Drawn = { shape: [C], spread: 0.1, mean: 1 };

/** A linear is (out, in), as the hub has it; its factors are (in, rank) and (rank, out), as they train. */
const linearLeaves = (name: Module): [LlamaLeaf, Drawn][] => {
  const [I, O] = LINEAR_SIZES[name];
  return [
    [name, { shape: [O, I], spread: Math.sqrt(3 / I) }],
    [`${name}.lora_A`, { shape: [I, RANK], spread: 0.05 }],
    [`${name}.lora_B`, { shape: [RANK, O], spread: 0.05 }],
  ];
};

const LEAVES = Object.fromEntries<Drawn>([
  ['embed_tokens', { shape: [V, C], spread: 0.1 }],
  ['input_layernorm', norm],
  ['post_attention_layernorm', norm],
  ['norm', norm],
  ...MODULES.flatMap(linearLeaves),
] satisfies [LlamaLeaf, Drawn][]) as Record<LlamaLeaf, Drawn>;

export const llamaLeaves = Object.keys(LEAVES) as LlamaLeaf[];

export const llamaShape = (name: LlamaLeaf): readonly number[] => LEAVES[name].shape;

export const llamaValues = () => draw(LEAVES);
