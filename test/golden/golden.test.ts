import { expect, test } from 'vitest';
import type { DecoderConfig } from '../../src/model/decoder_config';
import { type GoldenCase, readCase } from '../../tools/golden/case';
import { Comparison } from '../../tools/golden/compare';
import { runGgufFolder } from '../../tools/golden/gguf';
import { compareHfStep, runHfCase } from '../../tools/golden/hf';
import { measureInt8 } from '../../tools/golden/int8';
import { runPi0Case } from '../../tools/golden/pi0';
import { runTextCase } from '../../tools/golden/text';
import { device } from '../gpu';
import { HF_CASES, readHf } from './hf_cases';

/** Tensors compared in each group. */
const counts = ({ groups }: Comparison) =>
  Object.fromEntries([...groups].map(([group, { compared }]) => [group, compared]));

const MINUTE = 60_000; // a slow machine compiles for a while

test(
  'text_lora: loss, outputs, every gradient, six steps and what they leave agree with openpi',
  async () => {
    const comparison = await runTextCase(device, readCase('test/fixtures/golden/text_lora') as GoldenCase);
    expect(counts(comparison)).toEqual({ loss: 1, out: 2, grad: 19, train: 3, after: 10 });
    expect(comparison.omitted).toEqual([]);
    expect(comparison.failures()).toEqual([]);
  },
  MINUTE,
);

test(
  'text_lora with its scale told as that of rsLoRA, alpha / √rank: the same',
  async () => {
    const told = readCase('test/fixtures/golden/text_lora') as GoldenCase;
    const experts = told.model.experts.map(({ lora, ...expert }) => {
      const { rank, alpha } = lora!;
      return { ...expert, lora: { rank, alpha: alpha / Math.sqrt(rank), rootScaled: true } };
    });
    const comparison = await runTextCase(device, { ...told, model: { ...told.model, experts } });
    expect(comparison.failures()).toEqual([]);
  },
  MINUTE,
);

test.each([
  // The tower's key bias cancels in softmax: its gradient is rounding. Adapters of a backbone are not read layer by layer.
  ['pi0_full', { out: 7, grad: 70, after: 69 }, 2],
  ['pi0_expert_lora', { out: 9, grad: 60, after: 20 }, 0],
  ['pi05_expert_lora', { out: 10, grad: 61, after: 10 }, 0],
])(
  '%s: as above, and what both experts and the image tower give, all at once and layer by layer, and sampled actions',
  async (name, leaves, omitted) => {
    const comparison = await runPi0Case(device, readCase(`test/fixtures/golden/${name}`) as GoldenCase);
    expect(counts(comparison)).toEqual({ loss: 1, train: 3, ...leaves });
    expect(comparison.omitted).toHaveLength(omitted);
    expect(comparison.failures()).toEqual([]);
  },
  2 * MINUTE,
);

test.each<readonly [name: (typeof HF_CASES)[number], leaves: Record<string, number>]>([
  ['hf_gemma', { grad: 56, after: 28 }],
  ['hf_gemma2', { grad: 53, after: 18 }],
  ['hf_gemma3', { grad: 164, after: 84 }],
  ['hf_gemma3_rope', { grad: 95, after: 42 }],
  ['hf_llama', { grad: 95, after: 56 }],
  ['hf_llama_bias', { grad: 63, after: 28 }],
  ['hf_llama_tied', { grad: 28, after: 8 }],
  ['hf_qwen2', { grad: 63, after: 24 }],
  ['hf_qwen3', { grad: 40, after: 16 }],
])(
  '%s: loss, outputs, every gradient, six steps of LoRA and the most likely tokens agree with transformers and peft',
  async (name, leaves) => {
    const comparison = await runHfCase(device, readHf(name));
    expect(counts(comparison)).toEqual({ loss: 1, out: 2, train: 3, greedy: 1, ...leaves });
    expect(comparison.omitted).toEqual([]);
    expect(comparison.failures()).toEqual([]);
  },
  2 * MINUTE,
);

test(
  'gguf_gemma3: three files of one model, each by what its blocks mean, and every type of block',
  async () => {
    const comparison = await runGgufFolder(device, 'test/fixtures/golden/gguf_gemma3');
    expect(counts(comparison)).toEqual({ loss: 3, out: 22, block: 15 });
    expect(comparison.omitted).toEqual([]);
    expect(comparison.failures()).toEqual([]);
  },
  2 * MINUTE,
);

test.each(HF_CASES)(
  '%s with frozen weights in 8 bits: as far from the stored ones as rounding takes it, and no farther',
  async (name) => {
    const { loss, storedLoss, hidden, cosine } = await measureInt8(device, readHf(name));
    expect(hidden).toBeGreaterThan(1e-3);
    expect(hidden).toBeLessThan(0.06);
    expect(cosine).toBeGreaterThan(0.97);
    expect(Math.abs(loss - storedLoss)).toBeLessThan(0.003 * storedLoss);
  },
  MINUTE,
);

/** The layers' windows, each longer by so much. */
const windowsBy = ({ layers }: DecoderConfig, more: number) =>
  layers.map((layer) => ({ ...layer, window: layer.window && layer.window + more }));

test.each<
  readonly [rule: string, name: (typeof HF_CASES)[number], broken: (config: DecoderConfig) => Partial<DecoderConfig>]
>([
  ['1 + w in norms', 'hf_gemma', ({ norm }) => ({ norm: { ...norm, plusOne: false } })],
  ['a norm’s epsilon', 'hf_llama_tied', ({ norm }) => ({ norm: { ...norm, epsilon: 1e-6 } })],
  ['the scale of embeddings', 'hf_gemma', () => ({ embeddingScale: 1 })],
  ['the activation', 'hf_gemma', () => ({ activation: 'silu' })],
  ['the bias of o', 'hf_gemma', ({ biases }) => ({ biases: { ...biases, out: false } })],
  ['a window, by one', 'hf_gemma2', (config) => ({ layers: windowsBy(config, 1) })],
  ['the scale of scores', 'hf_gemma2', ({ headDim }) => ({ scoreScale: 1 / Math.sqrt(headDim) })],
  ['the cap of scores', 'hf_gemma2', () => ({ scoreCap: null })],
  ['rotations by kind of layer', 'hf_gemma3_rope', ({ rotations: [first] }) => ({ rotations: [first, first] })],
  ['ranks and alphas by pattern', 'hf_gemma3_rope', ({ lora }) => ({ lora: { ...lora!, alpha: 6 } })],
  ['scaled frequencies', 'hf_llama_bias', ({ rotations: [{ base }] }) => ({ rotations: [{ base }] })],
  ['alpha / √rank', 'hf_llama_bias', ({ lora }) => ({ lora: { ...lora!, rootScaled: false } })],
  ['norms of heads', 'hf_qwen3', () => ({ headNorms: false })],
])(
  '%s broken is noticed by %s',
  async (_, name, broken) => {
    const golden = readHf(name);
    const { config } = golden;
    const comparison = await compareHfStep(device, { ...golden, config: { ...config, ...broken(config) } });
    expect(comparison.failures()).toContain('out');
    expect(comparison.groups.get('out')?.path).toBe('out/hidden');
  },
  MINUTE,
);

test(
  'the cap of logits broken is noticed by hf_gemma2',
  async () => {
    const golden = readHf('hf_gemma2');
    const comparison = await compareHfStep(device, { ...golden, config: { ...golden.config, logitCap: null } });
    expect(comparison.failures()).toContain('loss');
  },
  MINUTE,
);

test('a wrong tensor, a zero reference and NaN are noticed', () => {
  const comparison = new Comparison();
  comparison.add('loss', 'near', [1.00001], [1]);
  expect(comparison.failures()).toEqual([]);
  comparison.add('loss', 'far', [1.001], [1]);
  comparison.add('out', 'zero', [2e-6], [0]);
  comparison.add('grad', 'NaN', [Number.NaN], [1]);
  comparison.add('grad', 'after NaN', [1], [1]);
  comparison.add('after', 'half way', [1.5], [2], [1]);
  expect(comparison.failures()).toEqual(['loss', 'out', 'grad', 'after']);
});

test('of a reference that is rounding alone, only the size counts', () => {
  const comparison = new Comparison();
  comparison.add('grad', 'other rounding', [-3e-8, 2e-8], [4e-8, 1e-8]);
  expect(comparison.failures()).toEqual([]);
  comparison.add('grad', 'no rounding', [-3e-8, 2e-6], [4e-8, 1e-8]);
  expect(comparison.failures()).toEqual(['grad']);
});

test('a case of an unknown kind is refused in words', () => {
  expect(() => readCase('test/fixtures/golden')).toThrow('case.json is missing');
});
