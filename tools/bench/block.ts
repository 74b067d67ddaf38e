import { type Drawn, draw } from './draws';

/** One Gemma-style block with LoRA on all of its linears: T tokens, width D, H heads of size K, one key head. */
export const BLOCK = { T: 64, D: 128, H: 4, K: 32, F: 256, V: 512, R: 8 } as const;

export const ATTENTION_SCALE = 2; // alpha / rank; openpi does not scale the feed-forward's LoRA

export const OPTIMIZER = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 1e-2, clipNorm: 1 } as const;
export const LEARNING_RATE = 5e-3;

/** Every leaf of the block: openpi's shape without the depth axis, and the spread of its values. */
const { D, H, K, F, V, R } = BLOCK;
const LEAVES = {
  q: { shape: [H, D, K], spread: 0.09 },
  kv: { shape: [2, D, K], spread: 0.09 },
  o: { shape: [H, K, D], spread: 0.09 },
  gating: { shape: [2, D, F], spread: 0.09 },
  down: { shape: [F, D], spread: 0.06 },
  embedding: { shape: [V, D], spread: 0.5 },
  q_a: { shape: [H, D, R], spread: 0.05 },
  q_b: { shape: [H, R, K], spread: 0.05 },
  kv_a: { shape: [2, D, R], spread: 0.05 },
  kv_b: { shape: [2, R, K], spread: 0.05 },
  o_a: { shape: [H, K, R], spread: 0.05 },
  o_b: { shape: [H, R, D], spread: 0.05 },
  gating_a: { shape: [2, D, R], spread: 0.05 },
  gating_b: { shape: [2, R, F], spread: 0.05 },
  down_a: { shape: [F, R], spread: 0.05 },
  down_b: { shape: [R, D], spread: 0.05 },
} as const satisfies Record<string, Drawn>;

export type BlockLeaf = keyof typeof LEAVES;

export const blockLeaves = Object.keys(LEAVES) as BlockLeaf[];

export const isTrainable = (name: BlockLeaf) => /_[ab]$/.test(name);

export const shapeOf = (name: BlockLeaf): readonly number[] => LEAVES[name].shape;

export const blockValues = () => draw(LEAVES);
