import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { fromBf16, toBf16 } from '../../src/floats';
import { HubFolder } from '../../src/hub/folder';
import { type Problem, ProblemError } from '../../src/problem';
import { encode, fixture, folderOf, KeepingSink, oddFile, stored, TINY, tensorOf, weightsOf } from './model';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function streamed(folder: HubFolder): Promise<KeepingSink> {
  const sink = new KeepingSink();
  await folder.stream(sink);
  return sink;
}

async function refusal(files: readonly StoredFile[]): Promise<Problem> {
  const opened = HubFolder.open(files).then((folder) => streamed(folder));
  const error: unknown = await opened.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error(`not refused: ${error}`);
  expect(error.problem.fix).toMatch(/\.$/);
  return error.problem;
}

const GOLDEN = 'test/fixtures/golden';

describe('folders that transformers wrote', () => {
  test('two shards of f16', async () => {
    const folder = await HubFolder.open(fixture(`${GOLDEN}/hf_llama`));
    expect(folder.name).toBe('hf_llama');
    expect(folder.config).toMatchObject({ family: 'llama', depth: 4, tied: false, width: 64 });
    expect(folder.ids).toEqual({ bos: 1, eos: [2], pad: null });
    expect(folder.tensors.size).toBe(39);
    expect(new Set([...folder.tensors.values()].map(({ type }) => type))).toEqual(new Set(['f16']));
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const bytes = names.map((name) => readFileSync(`${GOLDEN}/hf_llama/${name}`));
    const sink = new KeepingSink();
    const hashes = await folder.stream(sink, { hash: true });
    expect(hashes).toEqual(names.map((name, n) => ({ name, bytes: bytes[n]!.length, sha256: sha256(bytes[n]!) })));
    for (const [n, file] of bytes.entries())
      for (const [name, tensor] of readSafetensors(file, names[n]!).tensors)
        expect(sink.bytes(name), name).toEqual([...tensor.bytes]);
  });

  test('one file of bf16', async () => {
    const folder = await HubFolder.open(fixture(`${GOLDEN}/hf_gemma3`));
    expect(folder.config).toMatchObject({ family: 'gemma3_text', tied: true, scoreScale: 1 / Math.sqrt(24) });
    expect(folder.config.layers.map(({ window }) => window)).toEqual([8, 8, 8, 8, 8, null]);
    expect(folder.tensors.get('model.norm.weight')).toEqual({
      shape: [96],
      type: 'bf16',
      stored: 'BF16',
      file: `${GOLDEN}/hf_gemma3/model.safetensors`,
    });
    expect((await streamed(folder)).parts.size).toBe(folder.tensors.size);
  });
});

describe('what is handed over', () => {
  test('tensors that begin at odd bytes, and have odd lengths, are filled up', async () => {
    const weights = weightsOf(TINY);
    const folder = await HubFolder.open([
      stored('config.json', JSON.stringify(TINY)),
      stored('model.safetensors', oddFile(weights)),
    ]);
    const sink = await streamed(folder);
    const odd = [...weights].filter(([, { bytes }]) => bytes.length % 4 !== 0);
    expect(odd.length).toBeGreaterThan(3);
    for (const [name, { bytes }] of weights)
      expect(sink.bytes(name), name).toEqual([...bytes, ...(bytes.length % 4 === 0 ? [] : [0, 0])]);
    expect(folder.name).toBe('qwen3');
  });

  test('float32 stays float32, and goes to bf16 where no value changes', async () => {
    const name = 'model.layers.1.mlp.up_proj.weight';
    const exact = 'model.norm.weight';
    const weights = weightsOf(TINY, 'F32');
    const rounded = fromBf16(toBf16(new Float32Array([1, 2.5, -3, 1e-30, 7])));
    weights.set(exact, { dtype: 'F32', shape: [5], bytes: new Uint8Array(rounded.buffer) });
    const folder = await HubFolder.open(folderOf(TINY, weights));
    expect([folder.isWide, folder.tensors.get(exact)?.type]).toEqual([true, 'f32']);
    expect((await streamed(folder)).bytes(exact)).toEqual([...weights.get(exact)!.bytes]);
    const narrow = await folder.narrowed();
    expect([narrow.tensors.get(exact)?.type, narrow.tensors.get(name)?.type]).toEqual(['bf16', 'f32']);
    const sink = await streamed(narrow);
    expect(sink.bytes(exact)).toEqual([...new Uint8Array(toBf16(rounded).buffer), 0, 0]);
    expect(sink.bytes(name)).toEqual([...weights.get(name)!.bytes]);
    const mixed = weightsOf(TINY);
    mixed.set(exact, weights.get(exact)!);
    expect((await (await HubFolder.open(folderOf(TINY, mixed))).narrowed()).isWide).toBe(false);
  });

  test('only what is wanted, while a hash is of everything', async () => {
    const files = folderOf(TINY, weightsOf(TINY));
    const folder = await HubFolder.open(files);
    const sink = new KeepingSink();
    const [hash] = await folder.stream(sink, { wanted: (name) => name.endsWith('norm.weight'), hash: true });
    expect(sink.parts.size).toBe(9);
    const bytes = new Uint8Array(await (await files[1]!.open()).arrayBuffer());
    expect(hash).toEqual({ name: 'model.safetensors', bytes: bytes.length, sha256: sha256(bytes) });
  });

  test('what a tied model and old programs keep besides is passed over', async () => {
    const weights = weightsOf(TINY);
    weights.set('lm_head.weight', tensorOf([11, 5], 'BF16', 1));
    weights.set('model.layers.0.self_attn.rotary_emb.inv_freq', tensorOf([3], 'F32', 1));
    const folder = await HubFolder.open(folderOf(TINY, weights));
    expect((await streamed(folder)).parts.has('lm_head.weight')).toBe(false);
  });
});

/** A file of weights that is made as it is read, and counts what is asked of it. */
class CountedBlob extends Blob {
  readonly #header: Uint8Array<ArrayBuffer>;
  readonly #size: number;
  reads: [begin: number, end: number][] = [];
  underWay = 0;
  mostUnderWay = 0;

  constructor(header: Uint8Array<ArrayBuffer>, size: number) {
    super();
    this.#header = header;
    this.#size = size;
  }

  override get size(): number {
    return this.#size;
  }

  override slice(begin = 0, end = this.#size): Blob {
    const part = new Blob();
    part.arrayBuffer = async () => {
      this.reads.push([begin, end]);
      this.underWay += 1;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
      await Promise.resolve();
      this.underWay -= 1;
      const bytes = new Uint8Array(end - begin);
      bytes.set(this.#header.subarray(begin, Math.min(end, this.#header.length)).subarray(0, bytes.length));
      return bytes.buffer;
    };
    return part;
  }
}

describe('a large file', () => {
  const large = { ...TINY, hidden_size: 256, vocab_size: 290_000 };

  function opened() {
    const tensors = [...weightsOfShapes(large)];
    const entries: Record<string, unknown> = {};
    let length = 0;
    for (const [name, shape] of tensors) {
      const bytes = 2 * shape.reduce((product, n) => product * n, 1);
      entries[name] = { dtype: 'BF16', shape, data_offsets: [length, length + bytes] };
      length += bytes;
    }
    const json = encode(JSON.stringify(entries));
    const header = new Uint8Array(8 + json.length);
    new DataView(header.buffer).setBigUint64(0, BigInt(json.length), true);
    header.set(json, 8);
    const blob = new CountedBlob(header, header.length + length);
    return { blob, files: [stored('m/config.json', JSON.stringify(large)), stored('m/model.safetensors', blob)] };
  }

  test('is read once, in order, a slice of at most 8 MiB at a time, and waits for the GPU', async () => {
    const { blob, files } = opened();
    const folder = await HubFolder.open(files);
    const before = blob.reads.length;
    expect(Math.max(...blob.reads.map(([, end]) => end))).toBeLessThan(10_000);
    let held = 0;
    let [unsettled, mostUnsettled, settled] = [0, 0, 0];
    const progress: number[] = [];
    await folder.stream(
      {
        write(_, __, bytes) {
          held = Math.max(held, bytes.buffer.byteLength);
          unsettled += bytes.length;
          mostUnsettled = Math.max(mostUnsettled, unsettled);
        },
        async settled() {
          unsettled = 0;
          settled += 1;
        },
      },
      { hash: true, progress: ({ done, total }) => progress.push(done / total) },
    );
    const reads = blob.reads.slice(before);
    expect(reads.map(([begin]) => begin)).toEqual([0, ...reads.slice(0, -1).map(([, end]) => end)]);
    expect(reads.at(-1)![1]).toBe(blob.size);
    expect(Math.max(...reads.map(([begin, end]) => end - begin))).toBe(8 * 2 ** 20);
    expect([held, blob.mostUnderWay]).toEqual([8 * 2 ** 20, 1]);
    expect(reads.length).toBeLessThan(blob.size / (8 * 2 ** 20) + 5);
    expect(mostUnsettled).toBeLessThan(73 * 2 ** 20);
    expect([settled, unsettled]).toEqual([3, 0]);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
  });

  test('is read where it holds what is wanted, and nowhere else, unless it is hashed', async () => {
    const { blob, files } = opened();
    const folder = await HubFolder.open(files);
    const before = blob.reads.length;
    const sink = new KeepingSink();
    const done: number[] = [];
    const wanted = (name: string) => name === 'model.norm.weight';
    const hashes = await folder.stream(sink, { wanted, progress: (progress) => done.push(progress.done) });
    expect([hashes, sink.settledTimes, done.at(-1)]).toEqual([[], 1, blob.size]);
    expect(sink.bytes('model.norm.weight')).toHaveLength(2 * 256);
    const read = blob.reads.slice(before).reduce((sum, [begin, end]) => sum + end - begin, 0);
    expect(read).toBeLessThan(2 ** 20);
  });

  test('can be given up', async () => {
    const { blob, files } = opened();
    const folder = await HubFolder.open(files);
    const controller = new AbortController();
    const given = folder.stream(new KeepingSink(), {
      signal: controller.signal,
      progress: ({ done }) => done > 2e7 && controller.abort(new Error('enough')),
    });
    await expect(given).rejects.toThrow('enough');
    expect(blob.reads.at(-1)![1]).toBeLessThan(4e7);
  });

  test('that becomes shorter on the way is told of', async () => {
    const { blob, files } = opened();
    const folder = await HubFolder.open(files);
    const slice = blob.slice.bind(blob);
    blob.slice = (begin, end) => (begin! > 5e7 ? new Blob() : slice(begin, end));
    await expect(folder.stream(new KeepingSink())).rejects.toThrow('The file cannot be read.');
  });
});

function weightsOfShapes(json: typeof TINY): [string, readonly number[]][] {
  return [...weightsOf({ ...json, vocab_size: 11 })].map(([name, { shape }]) => [
    name,
    name.includes('embed') ? [json.vocab_size as number, shape[1]!] : shape,
  ]);
}

describe('tensors that do not fit are named', () => {
  const changed = (change: (weights: Map<string, StoredTensor>) => void) => {
    const weights = weightsOf(TINY);
    change(weights);
    return folderOf(TINY, weights);
  };
  const q = 'model.layers.0.self_attn.q_proj.weight';

  test.each<[string, (weights: Map<string, StoredTensor>) => unknown, string, string]>([
    ['missing', (w) => w.delete(q), `The model needs ${q}, and no file has it.`, 'model/model.safetensors'],
    [
      'too much',
      (w) => w.set('model.extra', tensorOf([1], 'BF16', 1)),
      'The model has no such tensor.',
      '"model.extra"',
    ],
    [
      'a bias too much',
      (w) => w.set(q.replace('weight', 'bias'), tensorOf([24], 'BF16', 1)),
      'no such tensor',
      'q_proj.bias',
    ],
    ['turned', (w) => w.set(q, tensorOf([5, 24], 'BF16', 1)), 'It has shape [5, 24]; the model needs [24, 5].', q],
    [
      'of whole numbers',
      (w) => w.set(q, { dtype: 'I32', shape: [24, 5], bytes: new Uint8Array(480) }),
      'Values in I32',
      q,
    ],
    ['GPTQ', (w) => w.set(q.replace('weight', 'qweight'), tensorOf([1], 'BF16', 1)), 'quantised', 'qweight'],
    ['bitsandbytes', (w) => w.set(`${q}.absmax`, tensorOf([1], 'F32', 1)), 'quantised', 'absmax'],
    ['bytes', (w) => w.set(q, { dtype: 'U8', shape: [24, 5], bytes: new Uint8Array(120) }), 'quantised', q],
    ['fp8', (w) => w.set(q, { dtype: 'F8_E4M3', shape: [24, 5], bytes: new Uint8Array(120) }), 'quantised', q],
    [
      'pictures',
      (w) => w.set('vision_tower.x', tensorOf([1], 'BF16', 1)),
      'a model of more than text',
      'vision_tower.x',
    ],
    ['an adapter', (w) => w.set('x.lora_A.weight', tensorOf([1], 'BF16', 1)), 'not merged', 'lora_A'],
    ['no head', (w) => w.set('embed_tokens.weight', tensorOf([1], 'BF16', 1)), 'without a head', 'embed_tokens'],
  ])('%s', async (_, change, what, where) => {
    const told = await refusal(changed(change));
    expect(told.what).toContain(what);
    expect(told.where).toContain(where);
  });

  test('several at once, but not thousands', async () => {
    const told = await refusal(folderOf(TINY, new Map([['x', tensorOf([1], 'BF16', 1)]])));
    expect(told.what).toMatch(
      /^25 tensors are not as the model needs them; the first 12 are told\. The model needs model\.embed_tokens/,
    );
    expect(told.others).toHaveLength(11);
  });

  test.each([
    ['BF16', [0x3f80, 0x7fc0]],
    ['BF16', [0x3f80, 0xff80]],
    ['F16', [0x3c00, 0x7c00]],
    ['F16', [0x3c00, 0xfe00]],
    ['F32', [0, 0x3f80, 0, 0x7fc0]],
    ['F32', [0, 0x3f80, 0, 0xff80]],
  ] as const)('NaN and infinity in %s', async (dtype, bits) => {
    const values = Uint16Array.from({ length: dtype === 'F32' ? 240 : 120 }, (_, i) => bits[i % bits.length]!);
    const told = await refusal(
      changed((w) => w.set(q, { dtype, shape: [24, 5], bytes: new Uint8Array(values.buffer) })),
    );
    expect(told.what).toBe('Its element 1 is NaN or infinite.');
    expect(told.where).toBe(`model/model.safetensors, tensor "${q}"`);
  });
});

describe('files that are not whole', () => {
  const weights = weightsOf(TINY);
  const names = [...weights.keys()];
  const shard = (from: number, to: number) =>
    writeSafetensors(new Map([...weights].filter(([name]) => names.indexOf(name) >= from && names.indexOf(name) < to)));
  const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
  const map = Object.fromEntries(names.map((name, n) => [name, n < 9 ? one : two]));
  const sharded = (parts: Record<string, string | Uint8Array>) =>
    Object.entries({
      'config.json': JSON.stringify(TINY),
      'model.safetensors.index.json': JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }),
      [one]: shard(0, 9),
      [two]: shard(9, names.length),
      ...parts,
    }).map(([name, content]) => stored(`m/${name}`, content));

  test('whole ones are read', async () => {
    expect((await streamed(await HubFolder.open(sharded({})))).parts.size).toBe(names.length);
  });

  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n';
  const index = (weight_map: unknown) => ({ 'model.safetensors.index.json': JSON.stringify({ weight_map }) });

  test.each<[string, Record<string, string | Uint8Array>, string, string]>([
    ['a pointer', { [two]: pointer }, 'The file is a Git LFS pointer, not the data.', two],
    ['a configuration that is a pointer', { 'config.json': pointer }, 'Git LFS pointer', 'config.json'],
    ['a download cut off', { [two]: shard(9, names.length).slice(0, -1) }, 'The file is cut off', two],
    ['a download cut off in its header', { [one]: shard(0, 9).slice(0, 60) }, 'only 52 follow', one],
    ['a download that made room and did not fill it', { [one]: new Uint8Array(5000) }, 'does not start with "{"', one],
    ['an empty file', { [one]: new Uint8Array(0) }, 'has 0 bytes', one],
    ['the other shard twice', { [two]: shard(0, 9) }, 'and there it is not', two],
    ['a shard of another model', { [two]: shard(8, names.length) }, 'The index does not say that it is here.', two],
    ['a map to nowhere', index({ ...map, [names[0]!]: '../x.safetensors' }), 'is no file of weights', 'index.json'],
    ['a map to a number', index({ ...map, [names[0]!]: 5 }), 'weight_map says 5', 'index.json'],
    ['no map', index([]), 'Its weight_map names no tensor.', 'index.json'],
    ['an index that is no JSON', { 'model.safetensors.index.json': '{' }, 'The file is no JSON.', 'index.json'],
    [
      'an index without a bottom',
      { 'model.safetensors.index.json': '['.repeat(9000) + ']'.repeat(9000) },
      'no JSON',
      'index',
    ],
  ])('%s', async (_, parts, what, where) => {
    const told = await refusal(sharded(parts));
    expect(told.what).toContain(what);
    expect(told.where).toContain(where);
  });

  test('a shard that is not there', async () => {
    const told = await refusal(sharded({}).filter(({ path }) => !path.endsWith(two)));
    expect(told.what).toBe(`1 of 2 files of weights are missing: ${two}.`);
  });

  test('a refusal of the configuration comes before any question about weights', async () => {
    const told = await refusal([stored('config.json', JSON.stringify({ ...TINY, model_type: 'gemma3' }))]);
    expect(told.what).toContain('"gemma3"');
  });
});
