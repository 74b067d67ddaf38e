import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSafetensors, type StoredTensor, toFloat32 } from '../../src/containers/safetensors';
import { fromBf16, toBf16, toF16 } from '../../src/floats';
import { leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { PolicySource, ValuesOf } from '../../src/policy/source';
import { normals, randomStream } from '../../src/random';
import { fixture, oddFile, stored } from '../hub/model';
import {
  configJson,
  configOfKind,
  EMBEDDING,
  folderOf,
  KINDS,
  leafValues,
  NAMINGS,
  TORCH,
  tensorOf,
  tensorsOf,
} from './checkpoints';

const open = (kind: (typeof KINDS)[number], naming: (typeof NAMINGS)[number], dtype: 'F32' | 'BF16', shards = 1) =>
  openPolicy(
    folderOf(
      new Map([...tensorsOf(kind, naming)].map(([name, tensor]) => [name, tensorOf(tensor, dtype)])),
      configJson(kind),
      shards,
    ),
  );

/** A whole leaf, layer after layer; its parts come in order, and without holes. */
async function readLeaf<T extends keyof ValuesOf>(policy: PolicySource, path: string, type: T): Promise<number[]> {
  const { shape, stacked } = leavesOf(policy.config).find((leaf) => leaf.path === path)!;
  const whole: number[] = [];
  for (let layer = 0; layer < (stacked ? shape[0]! : 1); layer++) {
    const before = whole.length;
    await policy.read(path, layer, type, (first, values) => {
      expect(before + first).toBe(whole.length);
      for (const value of values) whole.push(value);
    });
  }
  return whole;
}

describe('the same leaves out of every checkpoint, bit for bit', () => {
  const cases = NAMINGS.flatMap((naming) =>
    KINDS.flatMap((kind) =>
      (['F32', 'BF16'] as const).flatMap((dtype) => [1, 3].map((shards) => ({ naming, kind, dtype, shards }))),
    ),
  );
  test.each(cases)('$kind, names of $naming, $dtype, files: $shards', async ({ naming, kind, dtype, shards }) => {
    const policy = await open(kind, naming, dtype, shards);
    expect([policy.naming, policy.name]).toEqual([naming, 'policy']);
    expect(policy.config).toEqual(configOfKind(kind));
    for (const [path, { values }] of leafValues(kind)) {
      expect(await readLeaf(policy, path, 'f32'), path).toEqual([...values]);
      expect(await readLeaf(policy, path, 'bf16'), path).toEqual([...toBf16(Float32Array.from(values))]);
      expect(policy.storedAs(path)).toBe(dtype);
    }
  });
});

describe('how else files may be', () => {
  /** A π0 by openpi's PyTorch names, some of them changed. */
  const renamed = (change: (name: string) => string) =>
    new Map([...tensorsOf('π0', 'openpi PyTorch')].map(([name, tensor]) => [change(name), tensorOf(tensor, 'BF16')]));
  const opened = (tensors: ReadonlyMap<string, StoredTensor>) => openPolicy(folderOf(tensors, configJson('π0')));

  async function expectLeaves(policy: PolicySource): Promise<void> {
    for (const [path, { values }] of leafValues('π0'))
      expect(await readLeaf(policy, path, 'f32'), path).toEqual([...values]);
  }

  test.each<[string, (name: string) => string]>([
    [
      'language_model.model',
      (name) => name.replace('paligemma.model.language_model', 'paligemma.language_model.model'),
    ],
    ['no model between', (name) => name.replace('paligemma.model.', 'paligemma.')],
    ['a vision tower without vision_model', (name) => name.replace('vision_tower.vision_model', 'vision_tower')],
    ['the head in place of the embedding', (name) => name.replace(EMBEDDING, `${TORCH}paligemma.lm_head.weight`)],
  ])('names of other versions of transformers: %s', async (_, change) => {
    expect(renamed(change)).not.toEqual(renamed((name) => name));
    await expectLeaves(await opened(renamed(change)));
  });

  test('what is of no use is left unread', async () => {
    const tensors = renamed((name) => name);
    const odd: StoredTensor = { dtype: 'F32', shape: [1], bytes: new Uint8Array(4).fill(0xff) };
    for (const name of ['gemma_expert.lm_head.weight', 'gemma_expert.model.rotary_emb.inv_freq'])
      tensors.set(TORCH + name, odd);
    tensors.set(`${TORCH}paligemma.model.vision_tower.vision_model.embeddings.position_ids`, odd);
    const head = `${TORCH}paligemma.lm_head.weight`;
    // The embedding by its own name counts, whichever comes first.
    for (const both of [new Map([...tensors, [head, odd]]), new Map([[head, odd], ...tensors])]) {
      const file = stored('policy/model.safetensors', oddFile(both));
      await expectLeaves(await openPolicy([file, stored('policy/config.json', JSON.stringify(configJson('π0')))]));
    }
  });

  test('openpi’s paths that end in /value', async () => {
    const tensors = [...tensorsOf('π0', 'openpi')].map(([name, tensor]) => [`${name}/value`, tensorOf(tensor, 'F32')]);
    await expectLeaves(await opened(new Map(tensors as [string, StoredTensor][])));
  });

  test('tensors that begin at odd bytes, under a file name of one’s own', async () => {
    const file = stored('weights.safetensors', oddFile(renamed((name) => name)));
    const policy = await openPolicy([file, stored('config.json', JSON.stringify(configJson('π0')))]);
    expect(policy.name).toBe('π0');
    await expectLeaves(policy);
  });

  test('float32 is rounded to the nearest, ties to even; float16 is read too', async () => {
    const tensors = renamed((name) => name);
    const values = normals(20, randomStream('odd'));
    values.set(fromBf16(Uint16Array.of(0x3f80, 0x3f81)).map((value) => value * (1 + 2 ** -8)));
    const bits = toF16(values);
    const norm = `${TORCH}paligemma.model.language_model.norm.weight`;
    const table = `${TORCH}paligemma.model.language_model.layers.1.input_layernorm.weight`;
    tensors.set(norm, { dtype: 'F32', shape: [20], bytes: new Uint8Array(values.slice().buffer) });
    tensors.set(table, { dtype: 'F16', shape: [20], bytes: new Uint8Array(bits.slice().buffer) });
    const policy = await opened(tensors);
    const path = 'PaliGemma/llm/final_norm/scale';
    expect(await readLeaf(policy, path, 'bf16')).toEqual([...toBf16(values)]);
    expect(await readLeaf(policy, path, 'f32')).toEqual([...values]);
    const stacked = 'PaliGemma/llm/layers/pre_attention_norm/scale';
    const halves = toFloat32({ dtype: 'F16', shape: [20], bytes: new Uint8Array(bits.buffer) });
    expect((await readLeaf(policy, stacked, 'f32')).slice(20)).toEqual([...halves]);
    expect((await readLeaf(policy, stacked, 'bf16')).slice(20)).toEqual([...toBf16(halves)]);
    expect([policy.storedAs(path), policy.storedAs(stacked)]).toEqual(['F32', 'F16']);
  });

  test('our own base, by its config.json', async () => {
    const policy = await openPolicy(fixture('public/base/actions'));
    const { tensors } = readSafetensors(readFileSync('public/base/actions/model.safetensors'), 'base');
    expect(tensors.size).toBe(leavesOf(policy.config).length);
    for (const [path, tensor] of [...tensors].filter(([, { bytes }]) => bytes.length < 30_000))
      expect(await readLeaf(policy, path, 'f32'), path).toEqual([...toFloat32(tensor)]);
    expect(policy).toMatchObject({ naming: 'openpi', horizon: 16, promptLength: 24, warnings: [], stats: null });
    expect(policy.tokenizer.tokenizer?.path).toBe('public/base/actions/tokenizer.json');
  });
});

test('as many key heads as heads: openpi then joins queries, keys and values', async () => {
  const [C, H, Q] = [20, 6, 4];
  const [L, F] = [2, 28];
  const base = tensorsOf('π0', 'openpi');
  const joined = new Map(base);
  const torch = tensorsOf('π0', 'openpi PyTorch');
  for (const [e, width] of [C, 14].entries()) {
    const s = e === 0 ? '' : '_1';
    for (const name of ['q_einsum', 'kv_einsum']) joined.delete(`PaliGemma/llm/layers/attn/${name}${s}/w`);
    const values = normals(L * 3 * Q * width * H, randomStream('qkv', e));
    joined.set(`PaliGemma/llm/layers/attn/qkv_einsum${s}/w`, { shape: [L, 3, Q, width, H], values });
    for (let layer = 0; layer < L; layer++)
      for (const [p, module] of ['q_proj', 'k_proj', 'v_proj'].entries()) {
        const rows = Array.from({ length: Q * H * width }, (_, n) => {
          const [row, c] = [Math.floor(n / width), n % width];
          return values[(((layer * 3 + p) * Q + Math.floor(row / H)) * width + c) * H + (row % H)]!;
        });
        const within = e === 0 ? 'paligemma.model.language_model' : 'gemma_expert.model';
        torch.set(`${TORCH}${within}.layers.${layer}.self_attn.${module}.weight`, {
          shape: [Q * H, width],
          values: Float32Array.from(rows),
        });
      }
  }
  expect(F).toBe(configOfKind('π0').experts[0]!.mlpDim);
  for (const tensors of [joined, torch]) {
    const files = new Map([...tensors].map(([name, tensor]) => [name, tensorOf(tensor, 'F32')]));
    const policy = await openPolicy(folderOf(files, configJson('π0')));
    expect(policy.config.experts.map(({ numKvHeads }) => numKvHeads)).toEqual([Q, Q]);
    for (const [path, { values }] of joined) expect(await readLeaf(policy, path, 'f32'), path).toEqual([...values]);
  }
});

test('rows of the embedding, in the order asked for', async () => {
  const { values } = leafValues('π0').get('PaliGemma/llm/embedder/input_embedding')!;
  for (const naming of NAMINGS) {
    const policy = await open('π0', naming, 'F32', 2);
    const rows = await policy.readRows([49, 0, 7, 7]);
    const wanted = [49, 0, 7, 7].flatMap((row) => [...values.subarray(20 * row, 20 * row + 20)]);
    expect([...fromBf16(rows)]).toEqual(wanted);
    await expect(policy.readRows([50])).rejects.toThrow('the embedding has no row 50');
  }
});

test('reads at the same time do not disturb each other', async () => {
  const policy = await open('π0', 'openpi PyTorch', 'F32');
  const values = leafValues('π0');
  const paths = [...values.keys()];
  const read = await Promise.all(paths.map((path) => readLeaf(policy, path, 'f32')));
  expect(read).toEqual(paths.map((path) => [...values.get(path)!.values]));
});

test('each file is hashed, from front to back', async () => {
  const policy = await open('π0.5', 'LeRobot', 'BF16', 3);
  const files = folderOf(
    new Map([...tensorsOf('π0.5', 'LeRobot')].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')])),
    {},
    3,
  ).slice(2);
  const done: number[] = [];
  const hashes = await policy.hash({ progress: (progress) => done.push(progress.done) });
  const wanted = files.map(async ({ path, bytes, open: content }) => ({
    name: path.slice('policy/'.length),
    bytes,
    sha256: createHash('sha256')
      .update(Buffer.from(await (await content()).arrayBuffer()))
      .digest('hex'),
  }));
  expect(hashes).toEqual(await Promise.all(wanted));
  expect(policy.files).toEqual(files.map(({ path, bytes }) => ({ path, bytes })));
  expect(done.at(-1)).toBe(policy.bytes);
  await expect(policy.hash({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
