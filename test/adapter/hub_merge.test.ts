import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportAdapter } from '../../src/adapter/exports';
import { mergedFiles } from '../../src/adapter/hub_merge';
import { type Dtype, readSafetensors, type StoredTensor, toFloat32 } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { toBf16, toF16 } from '../../src/floats';
import { HubFolder } from '../../src/hub/folder';
import { GgufFile } from '../../src/hub/gguf_file';
import { openGguf } from '../../src/hub/gguf_model';
import type { ModelSource } from '../../src/hub/source';
import { ProblemError } from '../../src/problem';
import { collected, goldenBytes, sourceOf } from '../containers/gguf/file';
import { fixture, folderOf, stored, TINY, weightsOf } from '../hub/model';
import { bytesOf, deltasOf, hubAdapter, lora, nothingAsked } from './hub_sample';

const GOLDEN = 'test/fixtures/golden';

/** Every file of the merged folder, by its name. */
async function merged(adapter: Adapter, source: ModelSource): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of mergedFiles(adapter, source)) files.set(file.path, await collected(file));
  return files;
}

const adapterOf = ({ config }: ModelSource, also: readonly string[] = []) => hubAdapter({ config, lora: lora(), also });

/** Bits of values in a format. */
const asStored = (dtype: Dtype, values: Float32Array) =>
  dtype === 'F32' ? new Uint32Array(values.buffer) : (dtype === 'BF16' ? toBf16 : toF16)(values);

/** W + scale · B · A in float64, then rounded. */
function wantedBits({ dtype, bytes, shape }: StoredTensor, delta: readonly number[]) {
  const base = toFloat32({ dtype, bytes, shape });
  return asStored(
    dtype,
    Float32Array.from(base, (value, n) => value + delta[n]!),
  );
}

const bitsOf = ({ dtype, bytes }: StoredTensor) =>
  dtype === 'F32' ? new Uint32Array(bytes.slice().buffer) : new Uint16Array(bytes.slice().buffer);

describe.each([
  ['two shards of f16', 'hf_llama', 'F16'],
  ['one file of bf16', 'hf_gemma3', 'BF16'],
  ['float32', 'hf_llama_tied', 'F32'],
])('%s', (_, name, dtype) => {
  test('every weight is W + scale · B · A, rounded once; all else is bit for bit the base', async () => {
    const given = fixture(`${GOLDEN}/${name}`);
    const source = await HubFolder.open(given);
    const adapter = adapterOf(source);
    const deltas = deltasOf(adapter);
    const files = await merged(adapter, source);
    let changed = 0;
    for (const { path, open } of given.filter(({ path }) => /\/model.*\.safetensors$/.test(path))) {
      const before = readSafetensors(new Uint8Array(await (await open()).arrayBuffer()), path);
      const after = readSafetensors(files.get(path.slice(path.lastIndexOf('/') + 1))!, path);
      expect([...after.tensors.keys()]).toEqual([...before.tensors.keys()]);
      for (const [tensor, now] of after.tensors) {
        const was = before.tensors.get(tensor)!;
        expect(now.dtype).toBe(dtype);
        const delta = deltas.get(tensor.replace(/^model\.|\.weight$/g, ''));
        if (!delta) expect(now.bytes, tensor).toEqual(was.bytes);
        else expect(offBy(bitsOf(now), wantedBits(was, delta)), tensor).toBeLessThanOrEqual(1);
        if (delta) changed++;
      }
    }
    expect(changed).toBe(deltas.size);
  });

  test('it opens as what it is, with its tokenizer and its index beside', async () => {
    const given = [...fixture(`${GOLDEN}/${name}`), ...BESIDE.map((file) => stored(`${GOLDEN}/${name}/${file}`, file))];
    const source = await HubFolder.open(given);
    const files = await merged(adapterOf(source), source);
    const again = await HubFolder.open([...files].map(([path, bytes]) => stored(path, bytes)));
    expect(again.config).toEqual(source.config);
    expect([...again.tensors.keys()]).toEqual([...source.tensors.keys()]);
    for (const file of ['tokenizer.json', 'tokenizer.model', 'base.README.md', 'base.NOTICE.txt', 'LICENSE'])
      expect(files.has(file), file).toBe(file !== 'base.NOTICE.txt' || name === 'hf_gemma3');
    for (const file of ['pytorch_model.bin', 'adapter_config.json', '.gitattributes', 'other.gguf'])
      expect(files.has(file), file).toBe(false);
    expect(files.has('model.safetensors.index.json')).toBe(name === 'hf_llama');
    const card = new TextDecoder().decode(files.get('README.md'));
    expect(card).toContain('AutoModelForCausalLM.from_pretrained(folder)');
    expect(card).toContain('library_name: transformers');
  });
});

const BESIDE = [
  'tokenizer.json',
  'tokenizer.model',
  'README.md',
  'NOTICE.txt',
  'LICENSE',
  'pytorch_model.bin',
  'adapter_config.json',
  '.gitattributes',
  'other.gguf',
];

/** The farthest of two numbers' bits, in steps of the format: a sum in another order may round to the neighbour. */
const offBy = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, n) => Math.max(most, Math.abs(value - b[n]!)), Math.abs(a.length - b.length));

test('a leaf that trained replaces the base, and a head that is the embedding is the same again', async () => {
  const weights = weightsOf(TINY);
  weights.set('lm_head.weight', weights.get('model.embed_tokens.weight')!);
  const source = await HubFolder.open(folderOf(TINY, weights));
  const also = ['model.embed_tokens.weight', 'model.norm.weight', 'model.layers.1.mlp.up_proj.weight'];
  const adapter = adapterOf(source, also);
  const { tensors } = readSafetensors((await merged(adapter, source)).get('model.safetensors')!, 'x');
  for (const path of also.slice(0, 2))
    expect(bitsOf(tensors.get(path)!), path).toEqual(toBf16(adapter.tensors[path]!.values));
  expect(tensors.get('lm_head.weight')!.bytes).toEqual(tensors.get('model.embed_tokens.weight')!.bytes);
  const up = adapter.tensors['model.layers.1.mlp.up_proj.weight']!.values;
  const delta = deltasOf(adapter).get('layers.1.mlp.up_proj')!;
  const wanted = toBf16(Float32Array.from(up, (value, n) => value + delta[n]!));
  expect(offBy(bitsOf(tensors.get('model.layers.1.mlp.up_proj.weight')!), wanted)).toBeLessThanOrEqual(1);
});

/** What rounding to a half float may take off a number; d of a Q8_0 block is one. */
const HALF = 2 ** -11;

test.each(['gemma3-f16.gguf', 'gemma3-q8_0.gguf', 'gemma3-q4_0.gguf'])('a GGUF stays one: %s', async (name) => {
  const source = await GgufFile.open([stored(`folder/${name}`, goldenBytes(name))]);
  const adapter = adapterOf(source);
  const files = await merged(adapter, source);
  const file = files.get('Sea-stories.gguf')!;
  const [before, after] = [source.model, await openGguf(sourceOf(file), 'merged.gguf')];
  expect(after.config).toEqual(before.config);
  expect(after.header.metadata.get('general.name')).toMatchObject({ value: 'Sea / stories' });
  const deltas = deltasOf(adapter);
  for (const [path, { shape, type }] of after.tensors) {
    const rows = shape.length === 1 ? 1 : shape[0]!;
    const [was, is] = [await before.readRows(path, 0, rows), await after.readRows(path, 0, rows)];
    const delta = deltas.get(path.replace(/^model\.|\.weight$/g, ''));
    const wanted = Float32Array.from(was, (value, n) => value + (delta?.[n] ?? 0));
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const far = is.reduce((most, value, n) => Math.max(most, Math.abs(value - wanted[n]!)), 0);
    expect(far, path).toBeLessThanOrEqual(delta ? largest * (type === 'F16' ? HALF : HALF + 1 / 254) : 0);
  }
  const card = new TextDecoder().decode(files.get('README.md'));
  expect(card).toContain('llama-cli -m Sea-stories.gguf');
  expect(card).toContain('library_name: llama.cpp');
  expect([...files.keys()]).toContain('NOTICE.txt');
});

test('it is one archive, read as it is made', async () => {
  const source = await HubFolder.open(fixture(`${GOLDEN}/hf_gemma3`));
  const adapter = adapterOf(source);
  const written = await exportAdapter(adapter, 'merged', { ...nothingAsked, model: async () => source });
  expect(written.name).toBe('Sea-stories-merged.zip');
  expect(written.content).toBeInstanceOf(ReadableStream);
  const packed = unzipSync(await bytesOf(written));
  const files = await merged(adapter, source);
  expect(Object.keys(packed)).toEqual([...files.keys()].map((name) => `Sea-stories-merged/${name}`));
  for (const [name, bytes] of files) expect(packed[`Sea-stories-merged/${name}`], name).toEqual(bytes);
  expect(new TextDecoder().decode(packed['Sea-stories-merged/NOTICE.txt'])).toMatch(
    /^Gemma is provided under.*MODIFIED: the weights, by the LoRA adapter "Sea \/ stories" trained with Adaptab/s,
  );
});

/** A blob that tells how much of it is read at once. */
class WatchedBlob extends Blob {
  largest = 0;

  override slice(begin = 0, end = this.size): Blob {
    this.largest = Math.max(this.largest, end - begin);
    return super.slice(begin, end);
  }
}

test('no more than a few MiB are in memory at once, and nothing is read beforehand', async () => {
  const json = { ...TINY, vocab_size: 900_000 }; // a table of 9 MB
  const whole: StoredFile[] = folderOf(json, weightsOf(json));
  const blob = new WatchedBlob([await whole[1]!.open()]);
  const source = await HubFolder.open([whole[0]!, { ...whole[1]!, open: async () => blob }]);
  blob.largest = 0;
  const [file] = mergedFiles(adapterOf(source), source);
  expect([file!.path, file!.bytes, blob.largest]).toEqual(['model.safetensors', blob.size, 0]);
  let [most, total] = [0, 0];
  for await (const chunk of file!.chunks()) {
    most = Math.max(most, chunk.length);
    total += chunk.length;
  }
  expect(total).toBe(blob.size);
  expect(Math.max(most, blob.largest)).toBeLessThanOrEqual(8 * 2 ** 20);
  expect(blob.largest).toBeGreaterThan(2 ** 20);
});

test('another model than the one that it was trained on is refused', async () => {
  const source = await HubFolder.open(fixture(`${GOLDEN}/hf_gemma3`));
  const other = await HubFolder.open(fixture(`${GOLDEN}/hf_llama`));
  expect(() => mergedFiles(adapterOf(source), other)).toThrow(ProblemError);
  expect(() => mergedFiles(adapterOf(source), other)).toThrow(/trained on "My model", and "hf_llama" is another/);
});

test('a weight that its format cannot hold ends the stream with a sentence', async () => {
  const source = await HubFolder.open(fixture(`${GOLDEN}/hf_llama`));
  const adapter = adapterOf(source);
  for (const [path, { values }] of Object.entries(adapter.tensors)) if (path.includes('lora_B')) values.fill(1e9);
  const { content } = await exportAdapter(adapter, 'merged', { ...nothingAsked, model: async () => source });
  await expect(new Response(content).arrayBuffer()).rejects.toThrow(/F16 cannot hold/);
});
