import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { HubFolder } from '../../src/hub/folder';
import { openTokenizer } from '../../src/tokens/tokenizer';
import { SHAPES } from '../../tools/make_model/flags.mjs';
import { main } from '../../tools/make_model/main';
import type { TokenizerFile } from '../../tools/make_model/vocabulary';
import { PUBLISHED } from '../hub/configs';
import { fixture, KeepingSink } from '../hub/model';

const folder = mkdtempSync(join(tmpdir(), 'adaptab-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const code = await main(args);
  const printed = [...log.mock.calls, ...error.mock.calls].join('\n');
  log.mockRestore();
  error.mockRestore();
  return { code, printed };
}

const small = join(folder, 'small.json');
writeFileSync(
  small,
  JSON.stringify({ ...PUBLISHED.qwen25Of05B, num_hidden_layers: 1, intermediate_size: 512, vocab_size: 512 }),
);

test('a folder that opens, with weights of the size that models begin with', async () => {
  const made = join(folder, 'made');
  expect(await run(small, made)).toEqual({ code: 0, printed: `${made}: 7 MB of weights` });
  expect(readdirSync(made).sort()).toEqual([
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const model = await HubFolder.open(fixture(made));
  expect([model.name, model.ids, model.warnings]).toEqual(['made', { bos: 2, eos: [1], pad: 0 }, []]);
  await model.stream(new KeepingSink());
  const { tensors } = readSafetensors(readFileSync(join(made, 'model.safetensors')), 'made');
  const deviation = (name: string) => {
    const values = toFloat32(tensors.get(name)!);
    return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  };
  expect(deviation('model.embed_tokens.weight')).toBeCloseTo(896 ** -0.5, 3);
  expect(deviation('model.layers.0.mlp.down_proj.weight')).toBeCloseTo((2 * 512) ** -0.5, 3);
  expect(deviation('model.norm.weight')).toBeCloseTo(1, 2);
  expect(tensors.get('model.layers.0.self_attn.q_proj.bias')!.shape).toEqual([896]);
});

test('another seed makes other weights, the same seed the same', async () => {
  const weights = async (name: string, seed: string) => {
    await run(small, join(folder, name), '--seed', seed);
    return readFileSync(join(folder, name, 'model.safetensors'));
  };
  const first = await weights('first', '7');
  expect((await weights('again', '7')).equals(first)).toBe(true);
  expect((await weights('other', '8')).equals(first)).toBe(false);
});

test('a tokenizer as large as the vocabulary, which still reads and writes', async () => {
  const shape = join(folder, 'wide.json');
  const wide = { ...PUBLISHED.qwen25Of05B, num_hidden_layers: 1, hidden_size: 64, num_attention_heads: 2 };
  writeFileSync(shape, JSON.stringify({ ...wide, num_key_value_heads: 2, intermediate_size: 64, vocab_size: 20_000 }));
  const made = join(folder, 'full');
  expect((await run(shape, made, '--vocabulary')).code).toBe(0);
  const json = (name: string) => JSON.parse(readFileSync(join(made, name), 'utf8'));
  const tokenizer = json('tokenizer.json') as TokenizerFile;
  const { vocab, merges } = tokenizer.model;
  expect(Object.values(vocab).sort((one, other) => one - other)).toEqual(Array.from({ length: 20_000 }, (_, id) => id));
  expect(merges.length / 20_000).toBeGreaterThan(1.25);
  for (const [left, right] of merges) expect([left, right, left + right].every((token) => token in vocab)).toBe(true);
  const files = { tokenizer, tokenizerConfig: json('tokenizer_config.json') };
  const { encode, decode } = openTokenizer(files, 20_000);
  const text = 'A lantern in the rain: zqxj.';
  const ids = encode(text);
  expect(Math.max(...ids)).toBeGreaterThan(2048);
  expect(decode(ids)).toBe(text);
});

test('mistakes', async () => {
  expect(await run(SHAPES[0]!)).toMatchObject({ code: 2, printed: expect.stringContaining('A shape and a folder') });
  expect(await run('gpt-7', join(folder, 'x'))).toMatchObject({ code: 1, printed: expect.stringContaining('gpt-7') });
});
