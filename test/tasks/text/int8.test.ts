import { expect, test } from 'vitest';
import { OpenedBase } from '../../../src/base/opened';
import type { Gpu } from '../../../src/gpu/device';
import { HubFolder } from '../../../src/hub/folder';
import type { TextSettings } from '../../../src/settings/text';
import { compare } from '../../../src/tasks/text/compare';
import { prepareText } from '../../../src/tasks/text/prepare';
import { device } from '../../gpu';
import { folderOf, TINY, weightsOf } from '../../hub/model';
import { NUMBERS, settingsOf } from '../../run/small_base';
import { textRunOf } from '../../run/small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

const json = { ...TINY, vocab_size: 60, hidden_size: 18 };
const source = await HubFolder.open(folderOf(json, weightsOf(json)));
const base = new OpenedBase(source, { id: 'tiny', licence: '' });

const PROMPT = '20 21';
const settings = (changes: Partial<TextSettings> = {}) =>
  settingsOf({ earlyStop: false, keepBest: false, samplePrompts: [PROMPT], weights: 'int8', ...changes });

test('matrices lie in rows of 8 bits, all else as in the files; what trains is float32', () => {
  const types = (weights?: 'int8') => {
    const of = base.storedAs(weights);
    return ['embed_tokens.weight', 'layers.1.mlp.up_proj.weight', 'norm.weight'].map((name) => of(`model.${name}`));
  };
  expect(types('int8')).toEqual(['int8', 'int8', 'bf16']);
  expect(types()).toEqual(['bf16', 'bf16', 'bf16']);
  expect(base.storedAs('int8')('model.layers.0.mlp.up_proj.lora_A.weight')).toBe('f32');
});

test('freezing more never costs more', () => {
  const bytes = [
    'Nothing()',
    'PathRegex(".*embed.*")',
    'Not(PathRegex(".*(lora|norm).*"))',
    'Not(PathRegex(".*lora.*"))',
  ].map((freeze) => prepareText(base, settings({ freeze })).plannedBytes);
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  expect(new Set(bytes).size).toBe(bytes.length);
});

test(
  'a run holds what its plan says, learns, and is tried on the weights that it was trained on',
  async () => {
    const run = textRunOf(settings({ steps: 20 }), null, undefined, { base });
    const { summary, adapter } = await run.run.run();
    for (const { allocatedBytes, plannedBytes } of summary.history.memory) expect(allocatedBytes).toBe(plannedBytes);
    const frozen = (weights: 'stored' | 'int8') =>
      prepareText(base, settings({ weights })).step.parameters.slices.reduce(
        (sum, { storage }) => sum + (storage?.bytes ?? 0),
        0,
      );
    expect(summary.history.byKind.frozen).toBe(frozen('int8'));
    expect(frozen('int8')).toBeLessThan(0.75 * frozen('stored')); // rows of 18 are short beside their scales
    expect(summary.heldout).toBeLessThan(0.95 * summary.baselineHeldout);
    expect(adapter.settings).toMatchObject({ weights: 'int8' });

    const plain = textRunOf(settings({ steps: 1, weights: 'stored' }), null, undefined, { base });
    const { baselineHeldout } = (await plain.run.run()).summary;
    expect(summary.baselineHeldout).not.toBe(baselineHeldout);
    expect(summary.baselineHeldout / baselineHeldout).toBeCloseTo(1, 1);

    const answers: string[] = [];
    const gpu: Gpu = { device, info: {} as GPUAdapterInfo, features: new Set(), software: true };
    const question = { prompt: PROMPT, chat: false, maxTokens: 40, temperature: 0, seed: 42 };
    await compare({ gpu, base, tokenizer: NUMBERS, adapter }, question, ({ text, done }) => {
      if (done) answers.push(text);
    });
    const last = run.of('sample').at(-1)!;
    expect(answers).toEqual([last.base, last.adapter]);
  },
  2 * MINUTE,
);

test(
  'a matrix that a later stage frees goes on from the values that it was computed with',
  async () => {
    const freeze = 'Not(PathRegex(".*lora.*"))';
    const stages = [{ steps: 1, freeze: 'PathRegex(".*embed.*")', learningRate: 1e-9, warmupSteps: 0 }];
    const changes = {
      steps: 1,
      learningRate: 1e-9,
      endLearningRate: 1e-9,
      warmupSteps: 0,
      evaluateEvery: 1,
      freeze,
      stages,
    };
    const { summary } = await textRunOf(settings(changes), null, undefined, { base }).run.run();
    const [before, after] = summary.history.heldout.slice(-2).map(({ loss }) => loss);
    expect(after! / before!).toBeCloseTo(1, 5);
    for (const { allocatedBytes, plannedBytes } of summary.history.memory) expect(allocatedBytes).toBe(plannedBytes);
  },
  MINUTE,
);
