import { nn, numpy as np } from '@jax-js/jax';
import type { Module } from '../../src/model/decoder_config';
import { drawTokens } from './draws';
import {
  LINEAR_SIZES,
  LLAMA,
  type LlamaLeaf,
  LORA_SCALE,
  llamaLeaves,
  llamaShape,
  llamaValues,
  TOKENS as T,
} from './llama_block';
import { type A, type Leaves, norm, oneHot, peerTraining, rotated, rotation } from './peer_training';

const { numHeads: Q, numKvHeads: K, headDim: H, vocabSize: V, rotations } = LLAMA;
const { epsilon } = LLAMA.norm;

/** The Llama block's training step on jax-js under jit, with our mathematics; each call is one step and gives its loss. */
export function peerLlamaStep(): () => Promise<number> {
  const values = llamaValues();
  const arrayOf = (name: LlamaLeaf) => np.array(values[name]).reshape([...llamaShape(name)]);
  /** A linear as (in, out), which is how products here like it best. */
  const laidOut = (name: LlamaLeaf) => {
    const size = LINEAR_SIZES[name as Module];
    return size ? np.array(transposed(values[name], size[1], size[0])).reshape([...size]) : arrayOf(name);
  };
  const { tokens, targets } = drawTokens(T, V);
  const isFactor = (name: LlamaLeaf) => name.includes('lora');
  const lora = Object.fromEntries(llamaLeaves.filter(isFactor).map((name) => [name, arrayOf(name)]));
  const frozen = Object.fromEntries(llamaLeaves.filter((name) => !isFactor(name)).map((name) => [name, laidOut(name)]));
  const x = np.matmul(oneHot(tokens, V), arrayOf('embed_tokens'));
  return peerTraining(loss, lora, { ...frozen, x, targets: oneHot(targets, V), ...rotation(T, H, rotations[0].base) });
}

/** Of a matrix by rows. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column] as number;
  return turned;
}

function loss(lora: Leaves, w: Leaves): A {
  const linear = (name: Module, x: A) => {
    const low = np.matmul(x.ref, lora[`${name}.lora_A`]!);
    return np.matmul(x, w[name]!).add(np.matmul(low, lora[`${name}.lora_B`]!).mul(LORA_SCALE));
  };
  const normed = (name: LlamaLeaf, x: A) => norm(x, epsilon).mul(w[name]!);
  const x = w.x!;
  const h = normed('input_layernorm', x.ref);
  const q = linear('q_proj', h.ref).reshape([T, Q, H]);
  const k = linear('k_proj', h.ref).reshape([T, K, H]);
  const v = linear('v_proj', h).reshape([T, K, H]);
  const heads = nn.dotProductAttention(rotated(q, w), rotated(k, w), v, { isCausal: true }).reshape([T, Q * H]);
  w.cos!.dispose();
  w.sin!.dispose();
  const middle = x.add(linear('o_proj', heads));

  const h2 = normed('post_attention_layernorm', middle.ref);
  const fed = nn.silu(linear('gate_proj', h2.ref)).mul(linear('up_proj', h2));
  const last = normed('norm', middle.add(linear('down_proj', fed)));
  const logits = np.matmul(last, np.transpose(w.embed_tokens!));
  return np.sum(nn.logSoftmax(logits, -1).mul(w.targets!)).mul(-1 / T);
}
