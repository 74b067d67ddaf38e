import { expect, test } from 'vitest';
import type { Gpu } from '../../../src/gpu/device';
import { compare } from '../../../src/tasks/text/compare';
import { device } from '../../gpu';
import { NUMBERS, SMALL_BASE, settingsOf } from '../../run/small_base';
import { textRunOf } from '../../run/small_run';

const gpu: Gpu = { device, info: {} as GPUAdapterInfo, features: new Set(), software: true };
const prompt = '20 21'; // both have much to say to it
const settings = settingsOf({
  steps: 8,
  evaluateEvery: 8,
  samplePrompts: [prompt],
  learningRate: 0.05,
  freeze: 'Nothing()',
});
const question = { prompt, chat: false, maxTokens: 40, temperature: 0, seed: settings.seed };

const made = textRunOf(settings);
const { adapter } = await made.run.run();

/** What is said, in order; `done` marks the end of an answer. */
async function said(parts: Partial<Parameters<typeof compare>[0]>, changes: Partial<typeof question> = {}) {
  const told: { from: string; text: string; done: boolean }[] = [];
  const whole = { gpu, base: SMALL_BASE, tokenizer: NUMBERS, adapter, ...parts };
  await compare(whole, { ...question, ...changes }, ({ from, text, done }) => void told.push({ from, text, done }));
  return told;
}

test('base and adapter answer as they did at the end of the run, the base first, word by word', async () => {
  const [sample] = made.of('sample');
  expect(sample?.base).not.toBe(sample?.adapter);
  const told = await said({});
  expect(told.filter(({ done }) => done)).toEqual([
    { from: 'base', text: sample?.base, done: true },
    { from: 'adapter', text: sample?.adapter, done: true },
  ]);
  const ofBase = told.filter(({ from, done }) => from === 'base' && !done);
  expect(told.findIndex(({ from }) => from === 'adapter')).toBe(ofBase.length + 1);
  expect(ofBase.length).toBeGreaterThan(1);
  for (const [n, { text }] of ofBase.entries()) expect(sample?.base.startsWith(text), `word ${n}`).toBe(true);
});

test('without an adapter the base answers alone', async () => {
  const told = await said({ adapter: null });
  expect(new Set(told.map(({ from }) => from))).toEqual(new Set(['base']));
});

test('an adapter of another base is refused before anything is said', async () => {
  const told: string[] = [];
  const parts = { gpu, base: { ...SMALL_BASE, hash: 'ef'.repeat(32) }, tokenizer: NUMBERS, adapter };
  const refused = compare(parts, question, ({ from }) => void told.push(from));
  await expect(refused).rejects.toThrow('This adapter was trained on another base.');
  expect(told).toEqual([]);
});

test('what is cancelled ends with the token under way; the adapter is not asked', async () => {
  let tokens = 0;
  const told: string[] = [];
  const parts = { gpu, base: SMALL_BASE, tokenizer: NUMBERS, adapter };
  await compare(parts, { ...question, cancelled: () => ++tokens > 3 }, ({ from }) => void told.push(from));
  expect(new Set(told)).toEqual(new Set(['base']));
  expect(told.length).toBeLessThan(10);
});
