import { gguf } from '@huggingface/gguf';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportAdapter } from '../../src/adapter/exports';
import { hubGgufFiles } from '../../src/adapter/hub_gguf';
import { blobSource } from '../../src/containers/byte_source';
import { readGgufHeader, readTensorRows } from '../../src/containers/gguf';
import { dequantise } from '../../src/containers/gguf_blocks';
import type { DecoderConfig, Family } from '../../src/model/decoder_config';
import { ProblemError } from '../../src/problem';
import { bytesOf, deltasOf, gemma, hubAdapter, llama, lora, nothingAsked, product, relative } from './hub_sample';

const NAMES: Readonly<Record<string, string>> = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const fileOf = async (adapter: Adapter) => (await hubGgufFiles(adapter))['Sea-stories.gguf']!;

/** What llama.cpp adds to each weight, (out, in), rows as it has them, by the module's path below the model. */
async function llamaCppDeltas(file: Uint8Array<ArrayBuffer>): Promise<Map<string, number[]>> {
  const source = blobSource(new Blob([file]));
  const { tensors, metadata } = await readGgufHeader(source, 'x.gguf');
  const alpha = metadata.get('adapter.lora.alpha');
  const read = async (name: string) => {
    const tensor = tensors.get(name)!;
    const bytes = await readTensorRows(source, tensor, { first: 0, count: tensor.shape[0]! }, 'x.gguf');
    return { shape: tensor.shape as [number, number], values: dequantise(tensor.type, bytes, 'x.gguf') };
  };
  const deltas = new Map<string, number[]>();
  for (const key of tensors.keys()) {
    const [, layer, name, half] = /^blk\.(\d+)\.(\w+)\.weight\.lora_([ab])$/.exec(key)!;
    if (half === 'b') continue;
    const [a, b] = [await read(key), await read(key.replace('lora_a', 'lora_b'))];
    const [R, I] = a.shape;
    const O = b.shape[0];
    expect(b.shape).toEqual([O, R]);
    const scale = alpha?.type === 'f32' ? Number(alpha.value) / R : Number.NaN;
    const delta = product(O, I, R, (o, i, r) => scale * b.values[o * R + r]! * a.values[r * I + i]!);
    deltas.set(`layers.${layer}.${NAMES[name!]}`, delta);
  }
  return deltas;
}

/** Rows of q and k as llama.cpp's converter has them of the llama family: a head's two halves taken in turn. */
function asStored(module: string, delta: readonly number[], { family, headDim: H }: DecoderConfig): number[] {
  if (family !== 'llama' || !/[qk]_proj$/.test(module)) return [...delta];
  const I = 10; // the sample's width
  const rows = delta.length / I;
  const stored = new Array<number>(delta.length);
  for (let head = 0; head < rows / H; head++)
    for (let half = 0; half < 2; half++)
      for (let j = 0; j < H / 2; j++)
        for (let i = 0; i < I; i++)
          stored[(head * H + 2 * j + half) * I + i] = delta[(head * H + (half * H) / 2 + j) * I + i]!;
  return stored;
}

test.each([
  ['llama', hubAdapter()],
  ['gemma', hubAdapter({ config: gemma })],
  [
    'rsLoRA, ranks and absences',
    hubAdapter({
      lora: lora({
        rootScaled: true,
        others: {
          'layers.1.self_attn.q_proj': { rank: 5, alpha: 2 },
          'layers.0.self_attn.v_proj': null,
        },
      }),
    }),
  ],
])('llama.cpp adds to the weights what the run added: %s', async (_, adapter) => {
  const [ours, theirs] = [deltasOf(adapter), await llamaCppDeltas(await fileOf(adapter))];
  expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
  for (const [module, delta] of ours) {
    const wanted = asStored(module, delta, adapter.modelConfig as DecoderConfig);
    expect(relative(theirs.get(module)!, wanted), module).toBeLessThan(1e-6);
  }
});

test.each<[Family, string]>([
  ['gemma', 'gemma'],
  ['gemma2', 'gemma2'],
  ['gemma3_text', 'gemma3'],
  ['llama', 'llama'],
  ['qwen2', 'qwen2'],
  ['qwen3', 'qwen3'],
])('another reader takes the file: %s', async (family, architecture) => {
  const file = await fileOf(hubAdapter({ config: { ...llama, family } }));
  const served = async (_: unknown, init?: RequestInit) => {
    const [, begin, end] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '')!;
    return new Response(file.slice(Number(begin), Number(end) + 1), { status: 206 });
  };
  const { metadata, tensorInfos } = await gguf('https://example.com/a.gguf', { fetch: served as typeof fetch });
  expect(metadata).toMatchObject({
    'general.architecture': architecture,
    'general.type': 'adapter',
    'adapter.type': 'lora',
    'adapter.lora.alpha': 6,
    'general.name': 'Sea / stories',
    'general.base_model.0.repo_url': 'https://huggingface.co/someone/my-model',
  });
  expect(tensorInfos).toHaveLength(2 * 7 * 2);
  const q = tensorInfos.find(({ name }) => name === 'blk.1.attn_q.weight.lora_a');
  expect(q?.shape.map(Number)).toEqual([10, 3]); // from the fastest axis on
});

test('the folder has the commands of llama.cpp and Ollama, and the notice of the base', async () => {
  const files = [{ name: 'gemma-3-270m-Q8_0.gguf', bytes: 1, sha256: 'ef'.repeat(32) }];
  const written = await exportAdapter(hubAdapter({ config: gemma, hub: { files } }), 'gguf', nothingAsked);
  expect(written.name).toBe('Sea-stories-gguf.zip');
  const packed = unzipSync(await bytesOf(written));
  const card = new TextDecoder().decode(packed['Sea-stories-gguf/README.md']);
  expect(Object.keys(packed)).toContain('Sea-stories-gguf/NOTICE.txt');
  expect(card).toContain('llama-cli -m gemma-3-270m-Q8_0.gguf --lora Sea-stories.gguf');
  expect(card).toContain('FROM ./gemma-3-270m-Q8_0.gguf\nADAPTER ./Sea-stories.gguf');
  expect(card).not.toContain('convert_hf_to_gguf');
});

test('a base from a folder is converted first', async () => {
  const card = new TextDecoder().decode((await hubGgufFiles(hubAdapter()))['README.md']);
  expect(card).toContain('python convert_hf_to_gguf.py path/to/the/base --outfile base.gguf');
  expect(card).toContain('llama-cli -m base.gguf --lora Sea-stories.gguf');
});

test('a run that trained leaves of the base is refused', async () => {
  await expect(hubGgufFiles(hubAdapter({ also: ['model.norm.weight'] }))).rejects.toThrow(ProblemError);
});
