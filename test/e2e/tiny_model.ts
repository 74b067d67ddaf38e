import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { main as makeModel } from '../../tools/make_model/main';
import { temporaryFolder } from './site';

/** A Llama of three layers, for the tokenizer of the base that ships. */
export const SHAPE = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  max_position_embeddings: 1024,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  vocab_size: 2048,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};

/** A folder as a person has it from the hub. */
export async function modelFolder(): Promise<string> {
  const folder = temporaryFolder();
  const shape = join(folder, 'shape.json');
  writeFileSync(shape, JSON.stringify(SHAPE));
  const model = join(folder, 'tiny-llama');
  expect(await makeModel([shape, model])).toBe(0);
  return model;
}
