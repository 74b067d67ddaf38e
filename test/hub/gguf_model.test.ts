import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dequantise } from '../../src/containers/gguf_blocks';
import { copyGguf, type GgufContent } from '../../src/containers/gguf_write';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { type GgufModel, openGguf } from '../../src/hub/gguf_model';
import { leavesOf } from '../../src/model/tree';
import { ProblemError } from '../../src/problem';
import { collected, counted, fixture, goldenBytes, sourceOf } from '../containers/gguf/file';
import { BIASES, HEAD_NORMS, open, POST_NORMS, SIZES, shapesOf, zeros } from './gguf_files';

const names: Record<string, Record<string, string | null>> = JSON.parse(
  new TextDecoder().decode(fixture('names.json')),
);
const llama = () => openGguf(sourceOf(fixture('llama.gguf')), 'llama.gguf');
const gemma = (kind: string) => openGguf(sourceOf(goldenBytes(`gemma3-${kind}.gguf`)), 'a.gguf');

/** All of a tensor; a vector is one row. */
const whole = (model: GgufModel, path: string) => {
  const { shape } = model.tensors.get(path)!;
  return model.readRows(path, 0, shape.length === 1 ? 1 : shape[0]!);
};

test('names are those of gguf-py, in every family', async () => {
  const more = {
    gemma: {},
    gemma2: POST_NORMS,
    gemma3: { ...POST_NORMS, ...HEAD_NORMS },
    llama: {},
    qwen2: BIASES,
    qwen3: HEAD_NORMS,
  };
  for (const [architecture, own] of Object.entries(more)) {
    const head = architecture === 'gemma' ? {} : { 'output.weight': [40, 24] };
    const { tensors } = await open(zeros(architecture, SIZES, { ...shapesOf(2, own), ...head }));
    const found = [...tensors].filter(([path]) => path.endsWith('.weight'));
    const stems = Object.fromEntries(found.map(([path, { name }]) => [path.slice(0, -7), name.slice(0, -7)]));
    // The first two Gemmas have no head of their own.
    const theirs = Object.entries(names[architecture]!).filter(
      ([path]) => path !== 'lm_head' || !/^gemma2?$/.test(architecture),
    );
    expect(stems, architecture).toEqual(Object.fromEntries(theirs));
  }
});

describe('a llama, whose conversion moved rows', () => {
  test('has every value where the hub has it', async () => {
    const model = await llama();
    expect([...model.tensors.keys()].sort()).toEqual(
      leavesOf(model.config)
        .map(({ path }) => path)
        .sort(),
    );
    for (const [path, { shape }] of model.tensors) {
      const columns = shape.at(-1)!;
      const values = await whole(model, path);
      // The head is stored as half floats, which have 11 bits.
      const half = model.tensors.get(path)!.type === 'F16' ? 2 ** -6 : 0;
      values.forEach((value, n) => {
        const expected = Math.floor(n / columns) + (n % columns) / 1024;
        if (Math.abs(value - expected) > half) throw new Error(`${path}, element ${n}: ${value} and not ${expected}`);
      });
      expect(values.length).toBe(shape.reduce((product, length) => product * length, 1));
    }
  });

  test('gives any rows, and reads no more than the heads they lie in', async () => {
    const source = counted(sourceOf(fixture('llama.gguf')));
    const model = await openGguf(source, 'llama.gguf');
    const path = 'model.layers.1.self_attn.q_proj.weight';
    for (const [first, count, heads] of [
      [0, 32, 4],
      [5, 1, 1],
      [7, 2, 2],
      [3, 13, 2],
      [31, 1, 1],
    ] as const) {
      source.count.bytes = 0;
      const rows = await model.readRows(path, first, count);
      expect([...rows].map(Math.floor)).toEqual(
        Array.from({ length: count * 24 }, (_, n) => first + Math.floor(n / 24)),
      );
      expect(source.count.bytes).toBe(heads * 8 * 24 * 4);
      const stored = await model.readStored(path, first, count);
      expect(dequantise('F32', stored, path)).toEqual(rows);
    }
    await expect(model.readRows(path, 31, 2)).rejects.toThrow(RangeError);
    await expect(model.readRows('model.layers.2.mlp.up_proj.weight', 0, 1)).rejects.toThrow(RangeError);
  });

  test('says how its positions turn, its tokens and its template', async () => {
    const { config, ids, chatTemplate } = await llama();
    expect(config).toMatchObject({ family: 'llama', tied: false, biases: { qkv: true, out: false, mlp: false } });
    expect(config.rotations).toEqual([{ base: 500000, scaling: { type: 'factors', factors: [1, 1.5, 4, 32] } }]);
    expect(ids).toEqual({
      bos: 1,
      eos: [2, 3],
      pad: null,
    });
    expect(chatTemplate).toBe('{% for message in messages %}{{ message.content }}{% endfor %}');
  });
});

describe('a Gemma, whose norms hold 1 + w', () => {
  const hub = readSafetensors(
    Uint8Array.from(readFileSync(new URL('../fixtures/golden/hf_gemma3/model.safetensors', import.meta.url))),
    'model.safetensors',
  ).tensors;
  const expected = readSafetensors(goldenBytes('expected.safetensors'), 'expected.safetensors').tensors;

  test('as half floats has the values of its folder, each to 11 bits', async () => {
    const model = await gemma('f16');
    expect([...model.tensors.keys()].sort()).toEqual([...hub.keys()].sort());
    for (const [path, tensor] of hub) {
      const values = await whole(model, path);
      const theirs = toFloat32(tensor);
      const isNorm = model.tensors.get(path)!.transform === 'plus one';
      expect(isNorm).toBe(tensor.shape.length === 1);
      const off = values.map(
        (value, n) => Math.abs(value - theirs[n]!) - (isNorm ? 2 ** -23 : 2 ** -11 * Math.abs(theirs[n]!) + 2 ** -25),
      );
      expect(Math.max(...off), path).toBeLessThanOrEqual(0);
    }
  });

  test.each(['q8_0', 'q4_0'])('%s gives the values of gguf-py, bit for bit', async (kind) => {
    const model = await gemma(kind);
    const ours = [...model.tensors].filter(([, { name }]) => expected.has(`${kind}/${name}`));
    expect(ours.length).toBeGreaterThan(7);
    for (const [path, { name, transform }] of ours) {
      const theirs = toFloat32(expected.get(`${kind}/${name}`)!);
      const values = (await whole(model, path)).map((value) => (transform === 'plus one' ? value + 1 : value));
      expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(theirs.buffer)), path).toBe(0);
    }
  });

  test('does not give the bytes of a norm, which are not the hub’s', async () => {
    const model = await gemma('q8_0');
    expect(() => model.readStored('model.norm.weight', 0, 1)).toThrow(RangeError);
    const rows = await model.readStored('model.embed_tokens.weight', 3, 2);
    expect(rows.length).toBe(2 * 3 * 34);
    expect(dequantise('Q8_0', rows, 'a')).toEqual(await model.readRows('model.embed_tokens.weight', 3, 2));
  });
});

test.each(['llama', 'gemma3-f16'])('%s: what was read and is encoded gives the same file', async (name) => {
  const bytes = name === 'llama' ? fixture('llama.gguf') : goldenBytes(`${name}.gguf`);
  const model = await openGguf(sourceOf(bytes), 'a.gguf');
  const tensors = new Map<string, GgufContent>();
  for (const [path, tensor] of model.tensors) {
    const type = tensor.type as 'F32' | 'F16';
    tensors.set(tensor.name, {
      type,
      chunks: async function* () {
        yield model.encode(path, await whole(model, path), type);
      },
    });
  }
  const copy = await collected(copyGguf(model.source, model.header, 'a.gguf', { tensors }));
  expect(Buffer.compare(copy, bytes)).toBe(0);
  expect(tensors.size).toBeGreaterThan(20);
});

describe('refused, by the tensor’s name', () => {
  const opened = (shapes: Readonly<Record<string, readonly number[]>>, architecture = 'llama') =>
    open(zeros(architecture, SIZES, shapes)).catch((error: unknown) => error);

  test.each(Object.keys(shapesOf(2)))('without %s', async (name) => {
    const { [name]: _, ...shapes } = shapesOf(2);
    const error = await opened(shapes);
    expect(error).toBeInstanceOf(ProblemError);
    // Without the table nothing says how many tokens there are.
    expect((error as ProblemError).message).toContain(
      name === 'token_embd.weight' ? 'vocab_size' : `needs ${name}, and`,
    );
  });

  test.each(Object.keys(shapesOf(2)))('with %s in another shape', async (name) => {
    const shape = shapesOf(2)[name]!;
    for (const other of [[...shape.slice(0, -1), 64], [1, ...shape], shape.slice(1)]) {
      const error = await opened({ ...shapesOf(2), [name]: other });
      expect(error).toBeInstanceOf(ProblemError);
      expect((error as ProblemError).message).toMatch(/It has shape|no whole number/);
    }
  });

  test.each([
    'blk.0.attn_sinks.weight',
    'blk.2.attn_norm.weight',
    'blk.0.attn_qkv.bias',
    'cls.output.weight',
    'x'.repeat(300),
  ])('with %s', async (name) => {
    const error = await opened({ ...shapesOf(2), [name]: [24] });
    expect((error as ProblemError).message).toContain('The model has no such tensor');
    expect((error as ProblemError).message.length).toBeLessThan(400);
  });

  test('a second head in a Gemma, which its readers do not look at, is passed over', async () => {
    const shapes = { ...shapesOf(2), 'output.weight': [40, 24] };
    expect(((await opened(shapes, 'gemma')) as GgufModel).config.tied).toBe(true);
    expect(((await opened(shapes, 'llama')) as GgufModel).config.tied).toBe(false);
  });

  test('factors of frequencies that cannot be', async () => {
    const factors = { ...shapesOf(2), 'rope_freqs.weight': [4] };
    expect(((await opened(factors)) as ProblemError).message).toContain('cannot be divided by'); // they are zeros
    expect(((await opened({ ...factors, 'rope_freqs.weight': [2, 2] })) as ProblemError).message).toContain(
      '[2, 2] of F32',
    );
  });
});
