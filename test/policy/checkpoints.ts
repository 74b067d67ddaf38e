/** Checkpoints of small policies, written by the formulas of openpi's converter, apart from what reads them. */
import { type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { fromBf16, toBf16 } from '../../src/floats';
import type { ModelKind } from '../../src/leaves/row';
import type { ModelConfig } from '../../src/model/config';
import { elements, leavesOf } from '../../src/model/tree';
import type { Naming } from '../../src/policy/naming';
import { normals, randomStream } from '../../src/random';
import { stored } from '../hub/model';
import { SMALL_PI0 } from '../model/small_pi0';

export const NAMINGS: readonly Naming[] = ['openpi', 'openpi PyTorch', 'LeRobot'];
export const KINDS: readonly ModelKind[] = ['π0', 'π0.5'];

/** Every size is another number; two key heads. */
export const SMALL: ModelConfig = {
  ...SMALL_PI0,
  experts: SMALL_PI0.experts.map(({ lora: _, ...expert }) => expert),
};

/** Where PyTorch's modules are. */
export const TORCH = 'paligemma_with_expert.';
export const EMBEDDING = `${TORCH}paligemma.model.language_model.embed_tokens.weight`;

/** The configuration as a reader finds it. */
export const configOfKind = (kind: ModelKind): ModelConfig => (kind === 'π0' ? SMALL : { ...SMALL, pi05: true });

/** What config.json has to say of it: sizes that no shape of PyTorch's tells. */
export const configJson = (kind: ModelKind): Record<string, unknown> => ({
  type: kind === 'π0' ? 'pi0' : 'pi05',
  experts: [{ head_dim: 6 }, { head_dim: 6 }],
  img: { num_heads: 2 },
});

export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Random leaves by openpi's paths, exact in bfloat16. */
export const leafValues = (kind: ModelKind): Map<string, Values> =>
  new Map(
    leavesOf(configOfKind(kind)).map(({ path, shape }) => [
      path,
      { shape, values: fromBf16(toBf16(normals(elements(shape), randomStream('leaf', path)))) },
    ]),
  );

/** The same under the names of a checkpoint. */
export function tensorsOf(kind: ModelKind, naming: Naming): Map<string, Values> {
  const leaves = leafValues(kind);
  if (naming === 'openpi') return leaves;
  const torch = toTorch(leaves, SMALL);
  return naming === 'LeRobot' ? new Map([...torch].map(([name, tensor]) => [`model.${name}`, tensor])) : torch;
}

export function tensorOf({ shape, values }: Values, dtype: 'F32' | 'BF16'): StoredTensor {
  const own = dtype === 'F32' ? Float32Array.from(values) : toBf16(Float32Array.from(values));
  return { dtype, shape, bytes: new Uint8Array(own.buffer) };
}

/** A folder with a config.json, unless it is null, and the tensors in one file, or in several with their index. */
export function folderOf(tensors: ReadonlyMap<string, StoredTensor>, json: unknown, shards = 1): StoredFile[] {
  const config = json === null ? [] : [stored('policy/config.json', JSON.stringify(json))];
  if (shards === 1) return [...config, stored('policy/model.safetensors', writeSafetensors(tensors))];
  const entries = [...tensors];
  const size = Math.ceil(entries.length / shards);
  const names = Array.from({ length: shards }, (_, n) => `model-0000${n + 1}-of-0000${shards}.safetensors`);
  const map = Object.fromEntries(entries.map(([name], n) => [name, names[Math.floor(n / size)]]));
  return [
    ...config,
    stored('policy/model.safetensors.index.json', JSON.stringify({ weight_map: map })),
    ...names.map((name, n) =>
      stored(`policy/${name}`, writeSafetensors(new Map(entries.slice(n * size, (n + 1) * size)))),
    ),
  ];
}

/** numpy's x.T. */
export function transposed(values: Float32Array, [rows, columns]: readonly [number, number]): Values {
  const turned = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!;
  return { shape: [columns, rows], values: turned };
}

/** Rows of several, one below the other. */
const stack = (parts: readonly Values[]): Values => ({
  shape: [parts.reduce((sum, { shape }) => sum + shape[0]!, 0), ...parts[0]!.shape.slice(1)],
  values: Float32Array.from(parts.flatMap(({ values }) => [...values])),
});

const flat = ({ values }: Values): Values => ({ shape: [values.length], values });

/** examples/convert_jax_model_to_pytorch.py of openpi, for any sizes. */
function toTorch(leaves: ReadonlyMap<string, Values>, config: ModelConfig): Map<string, Values> {
  const found = new Map<string, Values>();
  const leaf = (path: string) => leaves.get(path)!;
  /** One index into the first axis. */
  const at = ({ shape, values }: Values, n: number): Values => {
    const size = values.length / shape[0]!;
    return { shape: shape.slice(1), values: values.subarray(n * size, (n + 1) * size) };
  };
  const T = ({ values }: Values, inputs: number) => transposed(values, [inputs, values.length / inputs]);
  const dense = (from: string, to: string, layer?: number) => {
    const part = (name: string) => (layer === undefined ? leaf(`${from}/${name}`) : at(leaf(`${from}/${name}`), layer));
    found.set(`${to}.weight`, T(part('kernel'), part('kernel').values.length / part('bias').values.length));
    found.set(`${to}.bias`, flat(part('bias')));
  };

  const [LLM, IMG, VLM] = ['PaliGemma/llm', 'PaliGemma/img', 'paligemma_with_expert.paligemma.model'];
  found.set(`${VLM}.language_model.embed_tokens.weight`, leaf(`${LLM}/embedder/input_embedding`));
  for (const [e, { width, numKvHeads, numHeads, headDim, depth }] of config.experts.entries()) {
    const [s, to] = e === 0 ? ['', `${VLM}.language_model`] : ['_1', 'paligemma_with_expert.gemma_expert.model'];
    const heads = (w: Values, count: number) => stack(Array.from({ length: count }, (_, n) => T(at(w, n), width)));
    const norm = (from: string, name: string, layer?: number) => {
      if (leaves.has(`${from}/Dense_0/kernel`)) return dense(`${from}/Dense_0`, `${name}.dense`, layer);
      const scale = leaf(`${from}/scale`);
      found.set(`${name}.weight`, layer === undefined ? scale : at(scale, layer));
    };
    for (let i = 0; i < depth; i++) {
      const layer = `${to}.layers.${i}`;
      const kv = at(leaf(`${LLM}/layers/attn/kv_einsum${s}/w`), i);
      const gating = at(leaf(`${LLM}/layers/mlp${s}/gating_einsum`), i);
      const linear = at(leaf(`${LLM}/layers/mlp${s}/linear`), i);
      found.set(`${layer}.self_attn.q_proj.weight`, heads(at(leaf(`${LLM}/layers/attn/q_einsum${s}/w`), i), numHeads));
      found.set(`${layer}.self_attn.k_proj.weight`, heads(at(kv, 0), numKvHeads));
      found.set(`${layer}.self_attn.v_proj.weight`, heads(at(kv, 1), numKvHeads));
      const out = at(leaf(`${LLM}/layers/attn/attn_vec_einsum${s}/w`), i);
      found.set(`${layer}.self_attn.o_proj.weight`, T(out, numHeads * headDim));
      found.set(`${layer}.mlp.gate_proj.weight`, T(at(gating, 0), width));
      found.set(`${layer}.mlp.up_proj.weight`, T(at(gating, 1), width));
      found.set(`${layer}.mlp.down_proj.weight`, T(linear, linear.shape[0]!));
      norm(`${LLM}/layers/pre_attention_norm${s}`, `${layer}.input_layernorm`, i);
      norm(`${LLM}/layers/pre_ffw_norm${s}`, `${layer}.post_attention_layernorm`, i);
    }
    norm(`${LLM}/final_norm${s}`, `${to}.norm`);
  }

  const vision = `${VLM}.vision_tower.vision_model`;
  const { patchSize, depth, width } = config.img!;
  const kernel = leaf(`${IMG}/embedding/kernel`).values;
  const patches = new Float32Array(kernel.length);
  for (let y = 0; y < patchSize; y++)
    for (let x = 0; x < patchSize; x++)
      for (let c = 0; c < 3; c++)
        for (let o = 0; o < width; o++)
          patches[((o * 3 + c) * patchSize + y) * patchSize + x] = kernel[((y * patchSize + x) * 3 + c) * width + o]!;
  found.set(`${vision}.embeddings.patch_embedding.weight`, {
    shape: [width, 3, patchSize, patchSize],
    values: patches,
  });
  found.set(`${vision}.embeddings.patch_embedding.bias`, leaf(`${IMG}/embedding/bias`));
  found.set(`${vision}.embeddings.position_embedding.weight`, at(leaf(`${IMG}/pos_embedding`), 0));
  const block = `${IMG}/Transformer/encoderblock`;
  for (let i = 0; i < depth; i++) {
    const layer = `${vision}.encoder.layers.${i}`;
    for (const n of [0, 1]) {
      found.set(`${layer}.layer_norm${n + 1}.weight`, at(leaf(`${block}/LayerNorm_${n}/scale`), i));
      found.set(`${layer}.layer_norm${n + 1}.bias`, at(leaf(`${block}/LayerNorm_${n}/bias`), i));
      dense(`${block}/MlpBlock_0/Dense_${n}`, `${layer}.mlp.fc${n + 1}`, i);
    }
    for (const [from, to] of Object.entries({ query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'out_proj' }))
      dense(`${block}/MultiHeadDotProductAttention_0/${from}`, `${layer}.self_attn.${to}`, i);
  }
  found.set(`${vision}.post_layernorm.weight`, leaf(`${IMG}/Transformer/encoder_norm/scale`));
  found.set(`${vision}.post_layernorm.bias`, leaf(`${IMG}/Transformer/encoder_norm/bias`));
  dense(`${IMG}/head`, `${VLM}.multi_modal_projector.linear`);
  for (const path of leaves.keys())
    if (/^[a-z_]+\/kernel$/.test(path)) dense(path.slice(0, -'/kernel'.length), path.slice(0, -'/kernel'.length));
  return found;
}
