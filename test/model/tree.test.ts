import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkConfig, type ExpertConfig, type ModelConfig } from '../../src/model/config';
import { leavesOf } from '../../src/model/tree';
import { HF_CASES, readHf } from '../golden/hf_cases';

const trees: Record<string, Record<string, number[]>> = JSON.parse(
  readFileSync(new URL('../fixtures/pi0_trees.json', import.meta.url), 'utf8'),
);

const img = { imageSize: 224, patchSize: 14, width: 1152, depth: 27, mlpDim: 4304, numHeads: 16 };
const heads = { depth: 18, numHeads: 8, numKvHeads: 1, headDim: 256 };
const gemma2b: ExpertConfig = { ...heads, width: 2048, mlpDim: 16384 };
const gemma300m: ExpertConfig = { ...heads, width: 1024, mlpDim: 4096 };
const lora = (rank: number) => ({ lora: { rank, alpha: rank } });
const pi0 = (...experts: ExpertConfig[]): ModelConfig => ({ experts, vocabSize: 257152, img, actionDim: 32 });

test.each([
  ['full', pi0(gemma2b, gemma300m)],
  ['pg_lora', pi0({ ...gemma2b, ...lora(16) }, gemma300m)],
  ['ae_lora', pi0(gemma2b, { ...gemma300m, ...lora(32) })],
  ['all_lora', pi0({ ...gemma2b, ...lora(16) }, { ...gemma300m, ...lora(32) })],
])('%s: the leaves of openpi, with its shapes', (name, config) => {
  checkConfig(config);
  const ours = leavesOf(config).map(({ path, shape }) => [path, shape]);
  expect(ours).toEqual(Object.entries(trees[name] as Record<string, number[]>).sort(([a], [b]) => (a < b ? -1 : 1)));
});

test('a text model has no image tower and no projections', () => {
  const paths = leavesOf({ experts: [gemma300m], vocabSize: 10 }).map(({ path }) => path);
  expect(paths.every((path) => path.startsWith('PaliGemma/llm/'))).toBe(true);
});

test.each(HF_CASES)('%s: the leaves are the tensors of its files and of its adapter, names and shapes', (name) => {
  const { config, weights, factors } = readHf(name);
  const ours = leavesOf(config).map(({ path, shape }) => [path, shape] as const);
  const stored = [...weights, ...Object.entries(factors)].map(([path, { shape }]) => [path, shape] as const);
  expect(new Map(ours)).toEqual(new Map(stored));
  expect(ours).toHaveLength(stored.length);
});

test('a decoder without an adapter has the leaves of its files alone', () => {
  const { config, weights } = readHf('hf_llama_bias');
  const { lora: _, ...base } = config;
  expect(new Set(leavesOf(base).map(({ path }) => path))).toEqual(new Set(weights.keys()));
});

test.each([
  ['patches of 14 do not divide an image of 225', { ...pi0(gemma2b, gemma300m), img: { ...img, imageSize: 225 } }],
  ['7 heads do not divide', { ...pi0(gemma2b, gemma300m), img: { ...img, numHeads: 7 } }],
  ['width 1023 is odd', pi0(gemma2b, { ...gemma300m, width: 1023 })],
  ['experts differ in depth', pi0(gemma2b, { ...gemma300m, depth: 17 })],
])('%s: refused', (message, config) => {
  expect(() => checkConfig(config)).toThrow(message);
});
