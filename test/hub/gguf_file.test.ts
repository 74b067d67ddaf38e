import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { GgufValue } from '../../src/containers/gguf_write';
import { fromBf16, fromF16, toBf16 } from '../../src/floats';
import { valuesOfRows } from '../../src/gpu/int8_rows';
import { GgufFile, slicesOf } from '../../src/hub/gguf_file';
import { ProblemError } from '../../src/problem';
import { collected, fixture, goldenBytes } from '../containers/gguf/file';
import { SIZES, shapesOf, text, u32, zeros } from './gguf_files';
import { KeepingSink, stored } from './model';

const open = (bytes: Uint8Array<ArrayBuffer>, path = 'models/tiny.gguf') => GgufFile.open([stored(path, bytes)]);
const golden = (kind: string) => open(goldenBytes(`gemma3-${kind}.gguf`));

const VALUES = {
  f32: (bytes: Uint8Array<ArrayBuffer>) => new Float32Array(bytes.buffer),
  bf16: (bytes: Uint8Array<ArrayBuffer>) => fromBf16(new Uint16Array(bytes.buffer)),
  f16: (bytes: Uint8Array<ArrayBuffer>) => Float32Array.from(new Uint16Array(bytes.buffer), fromF16),
  q8_0: (bytes: Uint8Array<ArrayBuffer>, columns: number) => valuesOfRows(bytes, 'q8_0', columns),
  int8: () => {
    throw new Error('no file has it');
  },
};

async function streamed(file: GgufFile) {
  const sink = new KeepingSink();
  const hashes = await file.stream(sink, { hash: true });
  const values = new Map(
    [...file.tensors].map(([path, { type, shape }]) => [
      path,
      VALUES[type](Uint8Array.from(sink.bytes(path)), shape.at(-1)!),
    ]),
  );
  return { sink, hashes, values };
}

describe('a stream', () => {
  test.each(['f16', 'q8_0', 'q4_0', 'llama'])(
    'of %s has the values that rows have, and the hash of the file',
    async (kind) => {
      const bytes = kind === 'llama' ? fixture('llama.gguf') : goldenBytes(`gemma3-${kind}.gguf`);
      const file = await open(bytes);
      expect(file.name).toBe('tiny');
      const { hashes, values, sink } = await streamed(file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect(hashes).toEqual([{ name: 'tiny.gguf', bytes: bytes.length, sha256 }]);
      expect(sink.settledTimes).toBe(1);
      expect([...sink.parts.keys()].sort()).toEqual([...file.model.tensors.keys()].sort());
      for (const [path, { shape, stored: form, type }] of file.tensors) {
        const rows = await file.model.readRows(path, 0, shape.length === 1 ? 1 : shape[0]!);
        expect(values.get(path), path).toEqual(rows);
        const isKept = form === 'F16' || form === 'F32' || form === 'Q8_0';
        expect(type).toBe(isKept ? form.toLowerCase() : 'f32');
      }
      expect(file.isQuantised).toBe(kind === 'q4_0');
    },
  );

  test('of a quantised file may be rounded to bfloat16, but for its norms and its table in Q8_0', async () => {
    const file = (await golden('q4_0')).rounded();
    const { values } = await streamed(file);
    for (const [path, { shape, type, stored: form }] of file.tensors) {
      expect(type).toBe(shape.length === 1 ? 'f32' : form === 'Q8_0' ? 'q8_0' : 'bf16');
      const rows = await file.model.readRows(path, 0, shape.length === 1 ? 1 : shape[0]!);
      expect(values.get(path), path).toEqual(type === 'bf16' ? fromBf16(toBf16(rows)) : rows);
    }
  });

  test('of Q8_0 is rounded nowhere, and ends at a scale that is no number', async () => {
    const bytes = goldenBytes('gemma3-q8_0.gguf');
    const path = 'model.layers.2.mlp.up_proj.weight';
    const file = (await open(bytes)).rounded();
    const { begin, shape } = file.model.tensors.get(path)!;
    expect(file.tensors.get(path)).toMatchObject({ type: 'q8_0', stored: 'Q8_0' });
    expect((await streamed(file)).values.get(path)).toEqual(await file.model.readRows(path, 0, shape[0]!));
    new DataView(bytes.buffer).setUint16(begin + 34 * 3, 0x7c00, true);
    await expect(streamed(await open(bytes))).rejects.toThrow(/tensor "blk\.2\.ffn_up\.weight".*element 96 is NaN/);
  });

  test('gives what is wanted, tells how far it is, and can be given up', async () => {
    const file = await golden('f16');
    const sink = new KeepingSink();
    const path = 'model.embed_tokens.weight';
    const done: number[] = [];
    const wanted = (name: string) => name === path;
    const { source } = file.model;
    const reading = vi.spyOn(source, 'read');
    expect(await file.stream(sink, { wanted, progress: (progress) => done.push(progress.done) })).toEqual([]);
    const { begin, end } = file.model.tensors.get(path)!;
    expect(reading.mock.calls.every(([from, to]) => from >= begin && to <= end)).toBe(true);
    expect(reading).toHaveBeenCalled();
    expect([...sink.parts.keys()]).toEqual([path]);
    expect(done.at(-1)).toBe(file.bytes);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    const gone = AbortSignal.abort(new Error('enough'));
    await expect(file.stream(sink, { signal: gone })).rejects.toThrow('enough');
  });

  test('ends where a weight is no number', async () => {
    const bytes = goldenBytes('gemma3-f16.gguf');
    const { begin } = (await open(bytes)).model.tensors.get('model.layers.2.mlp.up_proj.weight')!;
    new DataView(bytes.buffer).setUint16(begin + 2 * 100, 0x7c00, true);
    await expect(streamed(await open(bytes))).rejects.toThrow(/tensor "blk\.2\.ffn_up\.weight".*element 100 is NaN/);
  });

  test('of large tensors comes in slices of even rows', async () => {
    const shapes = { ...shapesOf(2), 'token_embd.weight': [200_001, 24] };
    const file = await open(await collected(zeros('llama', SIZES, shapes)));
    const sink = new KeepingSink();
    await file.stream(sink);
    const parts = sink.parts.get('model.embed_tokens.weight')!.map(({ length }) => length);
    expect(parts.length).toBe(3);
    expect(Math.max(...parts)).toBeLessThanOrEqual(8 * 2 ** 20);
    expect(parts.reduce((sum, length) => sum + length, 0)).toBe(200_001 * 24 * 4);
    expect(parts[0]! % (2 * 24 * 4)).toBe(0);
  });
});

test('slices follow one another, hold whole heads where rows have moved, and at most 8 MiB as float32', async () => {
  const { model } = await open(fixture('llama.gguf'));
  const columns = 100_000;
  const placed = (begin: number, transform: 'pairs' | 'none') => ({
    ...{ name: 'x', type: 'Q8_0' as const, shape: [72, columns], transform },
    ...{ begin, end: begin + 72 * (columns / 32) * 34 },
  });
  const tensors = new Map([
    ['v', placed(5_000_000, 'none')],
    ['q', placed(20_000_000, 'pairs')],
  ]);
  const source = { size: 40_000_000, read: () => Promise.reject(new Error('nothing is read')) };
  const slices = [...slicesOf({ tensors, source, config: model.config })];
  expect(slices.map(({ begin }) => begin)).toEqual([0, ...slices.slice(0, -1).map(({ end }) => end)]);
  expect(slices.at(-1)!.end).toBe(source.size);
  const rows = (path: string) =>
    slices.filter(({ part }) => part?.path === path).map(({ begin, end }) => (end - begin) / ((columns / 32) * 34));
  expect(rows('v')).toEqual([20, 20, 20, 12]);
  expect(rows('q')).toEqual([16, 16, 16, 16, 8]);
});

describe('the files beside it', () => {
  const gguf = (path: string) => stored(path, fixture('llama.gguf'));

  test('are its tokenizer; the template is its own, or that beside it', async () => {
    const beside = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'].map((name) =>
      stored(`a/${name}`, name),
    );
    const elsewhere = stored('b/tokenizer.json', 'no');
    const { texts } = await GgufFile.open([elsewhere, ...beside, gguf('a/x.GGUF')]);
    expect(texts.tokenizer?.path).toBe('a/tokenizer.json');
    expect(texts.config?.path).toBe('a/tokenizer_config.json');
    expect(await (await texts.template!.open()).text()).toMatch(/^\{% for message/);
    const golden = stored('a/g.gguf', goldenBytes('gemma3-f16.gguf'));
    expect((await GgufFile.open([...beside, golden])).texts.template?.path).toBe('a/chat_template.jinja');
    expect((await GgufFile.open([golden])).texts).toEqual({ tokenizer: null, config: null, template: null });
  });

  test('may be the part that sees, which is passed over', async () => {
    expect((await GgufFile.open([stored('a/mmproj-x.gguf', ''), gguf('a/x.gguf')])).name).toBe('x');
  });

  test.each([
    ['two models', [gguf('a.gguf'), gguf('b.gguf')], /2 GGUF files here: a\.gguf, b\.gguf/],
    ['parts', [gguf('a-00001-of-00002.gguf'), gguf('a-00002-of-00002.gguf')], /2 GGUF files here.*--merge/],
    ['none', [stored('a.bin', '')], /no GGUF/],
    [
      'a pointer',
      [stored('a.gguf', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n')],
      /LFS pointer/,
    ],
  ])('%s', async (_, files, said) => {
    await expect(GgufFile.open(files)).rejects.toThrow(ProblemError);
    await expect(GgufFile.open(files)).rejects.toThrow(said);
  });
});

test('control tokens that the model does not have are left out, and told', async () => {
  const others: Record<string, GgufValue> = {
    'tokenizer.ggml.bos_token_id': u32(40),
    'tokenizer.ggml.eos_token_id': u32(39),
    'tokenizer.ggml.eot_token_id': { type: 'i32', value: -1 },
    'tokenizer.ggml.padding_token_id': text('none'),
  };
  const { ids, warnings } = await open(await collected(zeros('llama', SIZES, shapesOf(2), others)));
  expect(ids).toEqual({ bos: null, eos: [39], pad: null });
  expect(warnings.map(({ what }) => what)).toEqual(['A control token is 40, which is no token of the model.']);
});
