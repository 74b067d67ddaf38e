import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { fromBf16 } from '../../src/floats';
import { countParameters, leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { PolicySource } from '../../src/policy/source';
import { openTokenizer } from '../../src/tokens/tokenizer';
import { main } from '../../tools/make_policy/main';
import { fixture } from '../hub/model';

const folder = mkdtempSync(join(tmpdir(), 'adaptab-policy-'));
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

async function make(name: string, ...args: string[]): Promise<PolicySource> {
  expect(await run('--out', join(folder, name), ...args)).toMatchObject({ code: 0 });
  return openPolicy(fixture(join(folder, name)));
}

/** Every leaf, one behind the other. */
async function bytesOf(policy: PolicySource): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const { path, stacked, shape } of leavesOf(policy.config))
    for (let layer = 0; layer < (stacked ? shape[0]! : 1); layer++)
      await policy.read(path, layer, 'bf16', (_, values) => parts.push(Buffer.from(values.slice().buffer)));
  return Buffer.concat(parts);
}

test.each(['pi0', 'pi05'])('%s: the same weights in every naming and form, in any number of files', async (kind) => {
  const first = await make(`${kind}-lerobot`, '--kind', kind);
  const bytes = await bytesOf(first);
  expect(bytes.length).toBe(2 * countParameters(leavesOf(first.config)));
  for (const [naming, ...more] of [
    ['openpi-pytorch', '--dtype', 'f32'],
    ['openpi', '--shards', '3'],
  ] as const) {
    const other = await make(`${kind}-${naming}`, '--kind', kind, '--naming', naming, ...more);
    expect(other.config).toEqual(first.config);
    expect(other.naming).toBe({ 'openpi-pytorch': 'openpi PyTorch', openpi: 'openpi' }[naming]);
    expect((await bytesOf(other)).equals(bytes)).toBe(true);
  }
  expect(readdirSync(join(folder, `${kind}-openpi`)).filter((name) => name.includes('-of-00003.'))).toHaveLength(3);
  const seeded = await make(`${kind}-seeded`, '--kind', kind, '--seed', '1');
  expect((await bytesOf(seeded)).equals(bytes)).toBe(false);
});

test('weights of the size that models begin with; what config.json says; a tokenizer that fits', async () => {
  const policy = await make('sizes', '--kind', 'pi05');
  expect(policy).toMatchObject({
    config: { pi05: true, actionDim: 32, vocabSize: 2048, img: { imageSize: 64 } },
    horizon: 16,
    promptLength: 200,
    normalization: 'quantile',
    warnings: [],
  });
  expect(policy.cameras).toEqual(
    ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'].map((name) => `observation.images.${name}`),
  );
  const spread = async (path: string) => {
    const values: number[] = [];
    await policy.read(path, 0, 'bf16', (_, part) => {
      for (const value of fromBf16(part)) values.push(value);
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  };
  const [, gates] = await spread('PaliGemma/llm/layers/mlp/gating_einsum');
  expect(gates).toBeCloseTo(192 ** -0.5, 3);
  const [, condition] = await spread('PaliGemma/llm/layers/pre_ffw_norm_1/Dense_0/kernel');
  expect(condition).toBeCloseTo(0.1 * 128 ** -0.5, 3);
  const [scale] = await spread('PaliGemma/img/Transformer/encoderblock/LayerNorm_0/scale');
  expect(scale).toBeCloseTo(1, 1);
  const json = (name: string) => JSON.parse(readFileSync(join(folder, 'sizes', name), 'utf8'));
  const tokenizer = openTokenizer(
    { tokenizer: json('tokenizer.json'), tokenizerConfig: json('tokenizer_config.json') },
    policy.config.vocabSize,
  );
  expect(tokenizer.decode(tokenizer.encode('lift the cup'))).toBe('lift the cup');
});

test('mistakes', async () => {
  expect(await run()).toMatchObject({ code: 2, printed: expect.stringContaining('--out DIR') });
  expect(await run('--out', join(folder, 'x'), '--kind', 'pi1')).toMatchObject({ code: 2 });
});
