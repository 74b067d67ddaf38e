/** A decoder of the Hugging Face hub: a leaf for each tensor of its files, and PEFT's pair of factors for each linear. */
import type { LinearRows, RowOf, Rows, StoredAxis } from './row';

const LAYER = 'model.layers.{l}';

/** PEFT's wrapper around the model: what stands before a module's name in the keys of its factors. */
export const PEFT_PREFIX = 'base_model.model.';

const norm = (path: string, axis: StoredAxis = 'C'): RowOf<'rms_norm.scale'> => ({
  path: `${path}.weight`,
  reader: 'rms_norm.scale',
  axes: { C: [axis] },
  stacked: false,
});

/** @param I, O as the stored axes that make up input and output */
function linear(name: string, I: readonly StoredAxis[], O: readonly StoredAxis[]): LinearRows {
  const module = `${LAYER}.${name}`;
  const factor = `${PEFT_PREFIX}${module}`;
  return {
    module: name,
    weight: { path: `${module}.weight`, reader: 'linear_rows.weight', axes: { O, I }, stacked: false },
    bias: { path: `${module}.bias`, reader: 'tile_rows.table', axes: { T: [], C: O }, stacked: false },
    a: {
      path: `${factor}.lora_A.weight`,
      reader: 'lora.a',
      axes: { G: [], I, R: ['R'] },
      stacked: false,
      start: 'uniform',
    },
    b: {
      path: `${factor}.lora_B.weight`,
      reader: 'lora.b',
      axes: { G: [], R: ['R'], O },
      stacked: false,
      start: 'zeros',
    },
  };
}

const QUERIES = ['Q', 'H'] as const;
const KEYS = ['K', 'H'] as const;

export const DECODER = {
  embedding: { path: 'model.embed_tokens.weight', reader: 'embed.table', axes: { V: ['V'], C: ['C'] }, stacked: false },
  attentionNorm: norm(`${LAYER}.input_layernorm`),
  q: linear('self_attn.q_proj', ['C'], QUERIES),
  k: linear('self_attn.k_proj', ['C'], KEYS),
  v: linear('self_attn.v_proj', ['C'], KEYS),
  qNorm: norm(`${LAYER}.self_attn.q_norm`, 'H'),
  kNorm: norm(`${LAYER}.self_attn.k_norm`, 'H'),
  o: linear('self_attn.o_proj', QUERIES, ['C']),
  /** Of a model without norms behind its parts: before the feed-forward part. Of one with them: behind attention. */
  postAttentionNorm: norm(`${LAYER}.post_attention_layernorm`),
  preFeedForwardNorm: norm(`${LAYER}.pre_feedforward_layernorm`),
  gate: linear('mlp.gate_proj', ['C'], ['F']),
  up: linear('mlp.up_proj', ['C'], ['F']),
  down: linear('mlp.down_proj', ['F'], ['C']),
  postFeedForwardNorm: norm(`${LAYER}.post_feedforward_layernorm`),
  finalNorm: norm('model.norm'),
  head: { path: 'lm_head.weight', reader: 'embed.table', axes: { V: ['V'], C: ['C'] }, stacked: false },
} as const satisfies Rows;

/** The linears of a layer, in PEFT's order. */
export const LINEARS: readonly LinearRows[] = [
  DECODER.q,
  DECODER.k,
  DECODER.v,
  DECODER.o,
  DECODER.gate,
  DECODER.up,
  DECODER.down,
];
