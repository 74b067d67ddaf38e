import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BaseFile, baseModelOf, fetchBase, fetchBaseSummary, readWeights } from '../../src/base/base';
import { f32Tensor, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import { fromBf16, toBf16 } from '../../src/floats';
import { openpiConfig } from '../../src/model/config';
import { elements, leavesOf } from '../../src/model/tree';
import { ProblemError } from '../../src/problem';

const FILE: BaseFile = {
  name: 'Tiny',
  description: 'For tests.',
  licence: 'CC0',
  vocab_size: 10,
  experts: [{ width: 4, depth: 2, mlp_dim: 6, num_heads: 2, num_kv_heads: 1, head_dim: 2 }],
  context: 32,
  heldout_bits_per_byte: 2.5,
};
const ACTIONS: Partial<BaseFile> = {
  experts: [
    { width: 4, depth: 1, mlp_dim: 6, num_heads: 2, num_kv_heads: 1, head_dim: 2 },
    { width: 2, depth: 1, mlp_dim: 5, num_heads: 2, num_kv_heads: 1, head_dim: 2 },
  ],
  img: { image_size: 4, patch_size: 2, width: 4, depth: 1, mlp_dim: 6, num_heads: 2 },
  action_dim: 4,
  cameras: ['base_0_rgb'],
  action_horizon: 8,
  max_token_len: 16,
};
const config = openpiConfig(baseModelOf('tiny', FILE).config);
const LEAVES = leavesOf(config);

/** A value for every leaf, in float32, the first leaf in bfloat16. */
function tensors(): Map<string, StoredTensor> {
  return new Map(
    LEAVES.map(({ path, shape }, n) => {
      const values = Float32Array.from({ length: elements(shape) }, (_, i) => n + i / 8);
      const packed = toBf16(values);
      const stored: StoredTensor =
        n === 0 ? { dtype: 'BF16', shape, bytes: new Uint8Array(packed.buffer) } : f32Tensor(values, shape);
      return [path, stored];
    }),
  );
}

/** The site's folder of a base; a test takes files away or changes them. */
let site: Map<string, Uint8Array<ArrayBuffer>>;
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const FOLDER = new URL('https://here.test/app/base/tiny/');

beforeEach(() => {
  site = new Map([
    ['config.json', json(FILE)],
    ['model.safetensors', writeSafetensors(tensors())],
    ['tokenizer.json', json({ model: 'words' })],
    ['tokenizer_config.json', json({ bos: '<bos>' })],
  ]);
  vi.stubGlobal('fetch', async ({ href }: URL) => {
    const bytes = href.startsWith(FOLDER.href) ? site.get(href.slice(FOLDER.href.length)) : undefined;
    return bytes ? new Response(bytes) : new Response('', { status: 404 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const refusal = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
};

test('a base is its sizes, its weights as they are stored, its tokenizer, and the hash of its weights’ file', async () => {
  const base = await fetchBase('tiny', FOLDER);
  const file = site.get('model.safetensors') as Uint8Array;
  expect(base.hash).toBe(createHash('sha256').update(file).digest('hex'));
  expect(base.config).toEqual(config);
  const values = readWeights(file, config, 'base tiny');
  expect([...values.keys()].sort()).toEqual(LEAVES.map(({ path }) => path).sort());
  const [first, second] = LEAVES.map(({ path }) => values.get(path));
  expect(first).toBeInstanceOf(Uint16Array); // bfloat16 stays packed
  expect([...(first as Uint16Array)].slice(0, 3)).toEqual([...toBf16(Float32Array.of(0, 1 / 8, 2 / 8))]);
  expect([...(second as Float32Array)].slice(0, 3)).toEqual([1, 1 + 1 / 8, 1 + 2 / 8]);
  expect(await base.tokenizerFiles()).toEqual({ tokenizer: { model: 'words' }, tokenizerConfig: { bos: '<bos>' } });
  expect(base.actions).toBeUndefined();
});

test('its leaves are read a layer at a time, in float32', async () => {
  const { weights } = await fetchBase('tiny', FOLDER);
  for (const [n, leaf] of LEAVES.entries()) {
    const size = elements(leaf.shape) / (leaf.stacked ? 2 : 1);
    for (const layer of leaf.stacked ? [0, 1] : [0]) {
      const exact = Float32Array.from({ length: size }, (_, i) => n + (layer * size + i) / 8);
      expect(await weights.read(leaf, layer)).toEqual(n === 0 ? fromBf16(toBf16(exact)) : exact);
    }
  }
  const [leaf] = LEAVES;
  await expect(weights.read({ ...leaf!, path: 'none' }, 0)).rejects.toThrow('The base has no values for none.');
});

test('one changed byte of the weights is another base', async () => {
  const { hash } = await fetchBase('tiny', FOLDER);
  const changed = site.get('model.safetensors')?.slice() as Uint8Array<ArrayBuffer>;
  changed[changed.length - 1] = 1 + (changed.at(-1) as number);
  site.set('model.safetensors', changed);
  expect((await fetchBase('tiny', FOLDER)).hash).not.toBe(hash);
});

test('the catalogue reads the description alone, and counts the parameters', async () => {
  for (const name of [...site.keys()].slice(1)) site.delete(name);
  expect(await fetchBaseSummary('tiny', FOLDER)).toEqual({
    id: 'tiny',
    name: 'Tiny',
    description: 'For tests.',
    licence: 'CC0',
    parameters: LEAVES.reduce((sum, { shape }) => sum + elements(shape), 0),
    vocabularySize: 10,
    context: 32,
    cameras: 0,
    heldoutBitsPerByte: 2.5,
  });
});

test('a base of the actions task says what it has room for; its prompt is its context', () => {
  const { actions, summary } = baseModelOf('arm', { ...FILE, context: undefined, ...ACTIONS } as BaseFile);
  const room = { cameras: ['base_0_rgb'], horizon: 8, promptLength: 16 };
  expect(actions).toEqual({ ...room, stateInPrompt: false, normalization: 'z-score' });
  expect(summary.actions).toEqual(actions);
  const told = (file: object) => baseModelOf('arm', { ...FILE, ...ACTIONS, ...file } as BaseFile).actions;
  expect(told({ pi05: true })).toEqual({ ...room, stateInPrompt: true, normalization: 'quantile' });
  expect(told({ pi05: true, discrete_state_input: false })).toMatchObject({
    stateInPrompt: false,
    normalization: 'quantile',
  });
  expect(summary.context).toBe(16);
  const { heldout_bits_per_byte: _, ...unmeasured } = FILE;
  expect(baseModelOf('tiny', unmeasured).summary.heldoutBitsPerByte).toBeNaN();
});

test.each(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'])(
  'without %s the site is incomplete, and the file is named',
  async (name) => {
    site.delete(name);
    expect(await refusal(fetchBase('tiny', FOLDER))).toEqual({
      what: `/app/base/tiny/${name} answered 404.`,
      where: 'base model',
      fix: expect.stringContaining('the site is incomplete'),
    });
  },
);

test.each(['config.json', 'tokenizer.json'])('a host’s own page in place of %s is no such file', async (name) => {
  site.set(name, new TextEncoder().encode('<!doctype html>'));
  expect(await refusal(fetchBase('tiny', FOLDER))).toEqual({
    what: expect.stringContaining(`/app/base/tiny/${name} is not JSON: `),
    where: 'base model',
    fix: expect.stringContaining('the site is incomplete'),
  });
});

test('without a network the file that could not be had is named, with the reason', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  expect(await refusal(fetchBaseSummary('tiny', FOLDER))).toMatchObject({
    what: 'Could not fetch /app/base/tiny/config.json: Failed to fetch',
    fix: expect.stringContaining('Check the connection'),
  });
});

test('a file that is cut off on its way is named, with the reason', async () => {
  const served = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: URL) => {
    if (!url.pathname.endsWith('model.safetensors')) return served(url);
    const start = (controller: ReadableStreamDefaultController) => controller.error(new TypeError('network error'));
    return new Response(new ReadableStream({ start }));
  });
  expect(await refusal(fetchBase('tiny', FOLDER))).toEqual({
    what: 'Could not fetch /app/base/tiny/model.safetensors: network error',
    where: 'base model',
    fix: 'Check the connection and reload the page.',
  });
});

test('sizes that are no model are refused before any weight is read', async () => {
  const [expert] = FILE.experts;
  site.set('config.json', json({ ...FILE, experts: [{ ...expert, head_dim: 3 }] }));
  await expect(fetchBase('tiny', FOLDER)).rejects.toThrow('head size 3 is odd');
});

test('weights that lack a leaf, or have it in another shape, are refused with its path and both shapes', () => {
  const [{ path, shape }] = LEAVES as [(typeof LEAVES)[number]];
  const without = tensors();
  without.delete(path);
  expect(() => readWeights(writeSafetensors(without), config, 'base tiny')).toThrow(`The weights lack ${path}.`);
  const stored = tensors().get(path) as StoredTensor;
  const turned = new Map(tensors()).set(path, { ...stored, shape: shape.toReversed() });
  expect(() => readWeights(writeSafetensors(turned), config, 'base tiny')).toThrow(
    `${path} has shape (${shape.toReversed().join(', ')}); the model needs (${shape.join(', ')}).`,
  );
});

test('weights of a file that was cut off are refused', async () => {
  site.set('model.safetensors', (site.get('model.safetensors') as Uint8Array<ArrayBuffer>).slice(0, -4));
  expect(await refusal(fetchBase('tiny', FOLDER))).toMatchObject({
    what: expect.stringContaining('The file is cut off'),
    where: 'base tiny',
  });
});

test('what the file has beyond the model is left out', () => {
  const more = new Map(tensors()).set('extra', f32Tensor(Float32Array.of(1), [1]));
  expect(readWeights(writeSafetensors(more), config, 'base tiny').has('extra')).toBe(false);
});
