import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { hashOfWindows } from '../../src/adapter/data_hash';
import { toPeft } from '../../src/adapter/peft';
import { importPeft } from '../../src/adapter/peft_import';
import { shippedServerFiles } from '../../src/adapter/server_shipped';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { fromBf16 } from '../../src/floats';
import { base, sampleAdapter } from './sample';
import { shippedBase, windows } from './server_sample';

async function filesOf(adapter: Adapter): Promise<Record<string, Uint8Array>> {
  const made = shippedServerFiles(adapter, windows, shippedBase()).map(async ({ path, chunks }) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks()) parts.push(chunk);
    return [path, new Uint8Array(Buffer.concat(parts))] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

const asText = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test('the folder has the base beside the adapter, the windows, and what starts it', async () => {
  const files = await filesOf(sampleAdapter());
  expect(Object.keys(files).sort()).toEqual([
    'NOTICE.txt',
    'README.md',
    'adapter_config.json',
    'adapter_model.safetensors',
    'base/config.json',
    'base/model.safetensors',
    'base/tokenizer.json',
    'base/tokenizer_config.json',
    'data.jsonl',
    'memory.csv',
    'requirements.txt',
    'run.json',
    'train.py',
    'training_config.json',
  ]);
  expect(asText(files['README.md'])).toContain('lora_B of q_proj is blocks on its diagonal');
  expect(asText(files['README.md'])).toContain('\npython train.py\n');
});

test('the script is told which factors are of several heads, and where the base has no name', async () => {
  expect(JSON.parse(asText((await filesOf(sampleAdapter()))['run.json']))).toMatchObject({
    base: null,
    data_sha256: hashOfWindows(windows),
    own_heads: { q_proj: 3 },
    summed_heads: { o_proj: 3 },
    frozen: [],
  });
});

test('frozen factors are told by PEFT\u2019s names, in every layer', async () => {
  const adapter = sampleAdapter();
  const freeze = 'Any(PathRegex(".*kv_einsum/lora_a"), PathRegex(".*linear_lora_b"))';
  const files = await filesOf({ ...adapter, settings: { ...adapter.settings!, freeze } });
  const layer = (n: number, module: string) => `base_model.model.model.layers.${n}.${module}.weight`;
  const { frozen } = JSON.parse(asText(files['run.json']));
  expect(frozen.sort()).toEqual(
    [0, 1].flatMap((n) => [
      layer(n, 'mlp.down_proj.lora_B'),
      layer(n, 'self_attn.k_proj.lora_A'),
      layer(n, 'self_attn.v_proj.lora_A'),
    ]),
  );
  const stored = readSafetensors(files['adapter_model.safetensors']!, 'file').tensors;
  for (const name of frozen) expect(stored.has(name), name).toBe(true);
});

test('the factors are those that trained: what openpi multiplies by stands in alphas, and lora_B of o is the mean', async () => {
  const adapter = sampleAdapter();
  const { factors, scales } = toPeft(adapter, undefined, 'as trained');
  const b = adapter.tensors['PaliGemma/llm/layers/attn/q_einsum/lora_b']!.values; // (2, 3, 2, 4)
  const q = factors.find(({ name }) => name.endsWith('layers.0.self_attn.q_proj.lora_B.weight'))!;
  expect([...q.values.filter((value) => value !== 0)].sort()).toEqual([...b.subarray(0, 24)].sort());
  const of = adapter.tensors['PaliGemma/llm/layers/attn/attn_vec_einsum/lora_b']!.values; // (2, 3, 2, 7)
  const o = factors.find(({ name }) => name.endsWith('layers.0.self_attn.o_proj.lora_B.weight'))!;
  expect(o.values[0]).toBeCloseTo((of[0]! + of[14]! + of[28]!) / 3, 6);
  expect(scales).toMatchObject({ r: 2, lora_alpha: 2, rank_pattern: { q_proj: 6 } });
  expect(scales.alpha_pattern).toEqual({ q_proj: 18, k_proj: 6, v_proj: 6, o_proj: 18 });
});

test('what a server has gone on with is opened here again as the same model', async () => {
  const adapter = sampleAdapter();
  const files = await filesOf(adapter);
  const folder = {
    config: asText(files['adapter_config.json']),
    weights: files['adapter_model.safetensors']!,
    training: asText(files['training_config.json']),
  };
  const taken = await importPeft(folder, 'continued', { shipped: [base], open: null }, 'two', 0);
  for (const [n, factor] of toPeft(taken.adapter).factors.entries()) {
    const mine = toPeft(adapter).factors[n]!;
    expect(factor.name).toBe(mine.name);
    for (const [at, value] of factor.values.entries()) expect(value).toBeCloseTo(mine.values[at]!, 5);
  }
});

test('the base is a Gemma of transformers, to the bit', async () => {
  const files = await filesOf(sampleAdapter());
  expect(JSON.parse(asText(files['base/config.json']))).toMatchObject({
    architectures: ['GemmaForCausalLM'],
    dtype: 'bfloat16',
    ...{ vocab_size: 11, hidden_size: 7, intermediate_size: 9, num_hidden_layers: 2 },
    ...{ num_attention_heads: 3, num_key_value_heads: 1, head_dim: 4, pad_token_id: null },
  });
  const { tensors } = readSafetensors(files['base/model.safetensors']!, 'file');
  const named = (name: string) => tensors.get(`model.${name}.weight`)!;
  expect(tensors.size).toBe(2 + 2 * 9);
  expect([...tensors.values()].every(({ dtype }) => dtype === 'BF16')).toBe(true);
  const values = (path: string) => fromBf16(shippedBase().values.get(`PaliGemma/llm/${path}`) as Uint16Array);
  expect(toFloat32(named('embed_tokens'))).toEqual(values('embedder/input_embedding'));
  const q = values('layers/attn/q_einsum/w'); // (2, 3, 7, 4)
  const stored = toFloat32(named('layers.1.self_attn.q_proj')); // (12, 7)
  expect(named('layers.1.self_attn.q_proj').shape).toEqual([12, 7]);
  for (const [at, value] of stored.entries()) {
    const [row, d] = [Math.floor(at / 7), at % 7];
    expect(value).toBe(q[((3 + Math.floor(row / 4)) * 7 + d) * 4 + (row % 4)]);
  }
  const gates = values('layers/mlp/gating_einsum'); // (2, 2, 7, 9)
  expect(toFloat32(named('layers.0.mlp.up_proj'))[1 * 7 + 2]).toBe(gates[(1 * 7 + 2) * 9 + 1]);
});

test.each<readonly [string, Adapter, string]>([
  ['the base of another build', { ...sampleAdapter(), baseHash: 'cd'.repeat(32) }, 'another base'],
  ['a run that is not told', { ...sampleAdapter(), settings: null }, 'does not tell how it was trained'],
  ['other data', { ...sampleAdapter(), dataHash: 'ab'.repeat(32) }, 'Other data are open'],
  [
    'a trained base',
    sampleAdapter({ also: ['PaliGemma/llm/final_norm/scale'] }),
    'trained parameters that are no LoRA',
  ],
])('is refused: %s', (_, adapter, what) => {
  expect(() => shippedServerFiles(adapter, windows, shippedBase())).toThrow(what);
});
