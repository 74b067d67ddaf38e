import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { hashOfWindows } from '../../src/adapter/data_hash';
import { takePeft } from '../../src/adapter/hub_import';
import { fromMetadata, fromTrainingConfig, toMetadata } from '../../src/adapter/metadata';
import { readPeftConfig } from '../../src/adapter/peft_config';
import { textServerFiles } from '../../src/adapter/server_text';
import { readSafetensors } from '../../src/containers/safetensors';
import type { TokenDataset } from '../../src/tokens/batches';
import { hubAdapter, llama, lora } from './hub_sample';
import { windows } from './server_sample';

const withSettings = (change: object, own = hubAdapter()): Adapter => ({
  ...own,
  settings: { ...own.settings!, ...change },
});

async function filesOf(adapter: Adapter, dataset: TokenDataset = windows) {
  const made = textServerFiles(adapter, dataset).map(async ({ path, bytes, chunks }) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks()) parts.push(chunk);
    const whole = Buffer.concat(parts);
    expect(whole.length, path).toBe(bytes);
    return [path, new Uint8Array(whole)] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

const asText = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const runOf = async (adapter: Adapter) => JSON.parse(asText((await filesOf(adapter))['run.json']));

test('the windows of the run are a line each, those to train on first, with what counts as labels', async () => {
  const files = await filesOf(hubAdapter());
  const lines = asText(files['data.jsonl']).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { split: 'train', input_ids: [1, 2, 3], labels: [-100, 2, 3] },
    { split: 'train', input_ids: [8, 9], labels: [8, 9] },
    { split: 'train', input_ids: [1, 2, 3, 4], labels: [-100, 2, -100, 4] },
    { split: 'heldout', input_ids: [4, 5, 6, 7], labels: [-100, -100, 6, -100] },
    { split: 'heldout', input_ids: [5, 6], labels: [-100, 6] },
  ]);
  expect(Object.keys(files).sort()).toEqual([
    'README.md',
    'adapter_config.json',
    'adapter_model.safetensors',
    'data.jsonl',
    'memory.csv',
    'requirements.txt',
    'run.json',
    'train.py',
    'training_config.json',
  ]);
});

const several = lora({
  rootScaled: true,
  alpha: 2.5,
  others: { 'layers.0.self_attn.q_proj': { rank: 2, alpha: 5 }, 'layers.1.mlp.up_proj': null },
});

test.each([
  ['alpha by rank', lora()],
  ['its root, ranks and alphas of their own', several],
])('the factors are those that trained, nothing folded into them: %s', async (_, own) => {
  const adapter = hubAdapter({ lora: own });
  const files = await filesOf(adapter);
  const said = readPeftConfig(asText(files['adapter_config.json']), 'adapter_config.json');
  const stored = readSafetensors(files['adapter_model.safetensors']!, 'file');
  const taken = takePeft({ said, stored: stored.tensors }, 'folder', llama);
  expect(taken.tensors).toEqual(adapter.tensors);
  expect(taken.lora).toMatchObject({ rank: own.rank, alpha: own.alpha, rootScaled: own.rootScaled });
  expect(taken.lora.others?.['layers.0.self_attn.q_proj']).toEqual(own.others?.['layers.0.self_attn.q_proj']);
});

test('the script is told of the run from the step that was kept', async () => {
  const stage = { steps: 40, freeze: 'PathRegex(".*(layers.0|embed).*")', learningRate: 1e-3, warmupSteps: 3 };
  const adapter = withSettings({
    ...{ steps: 30, learningRate: 1e-2, endLearningRate: 1e-3, warmupSteps: 4, stages: [stage] },
    ...{ batchSize: 3, accumulation: 5, weightDecay: 0.01, clipNorm: 0.5, seed: 9, keepBest: false, evaluateEvery: 7 },
  });
  const { frozen, ...run } = await runOf(adapter);
  expect(run).toEqual({
    base: 'someone/my-model',
    data_sha256: hashOfWindows(windows),
    seed: 9,
    from_step: 50,
    steps: 20,
    schedule_begins: 30,
    learning_rate: 1e-3,
    end_learning_rate: expect.closeTo(1e-4, 12),
    warmup_steps: 3,
    decay_steps: 40,
    batch_size: 3,
    accumulation: 5,
    betas: [0.9, 0.95],
    epsilon: 1e-8,
    weight_decay: 0.01,
    clip_norm: 0.5,
    evaluate_every: 7,
    evaluated_windows: 64,
    keep_best: false,
    own_heads: {},
    summed_heads: {},
  });
  expect(frozen).toEqual(Object.keys(adapter.tensors).filter((path) => path.includes('layers.0')));
});

test('where the adapter does not tell its data, the card says so', async () => {
  const said = 'does not tell what it was trained on';
  const known = { ...hubAdapter(), dataHash: hashOfWindows(windows) };
  expect(asText((await filesOf(hubAdapter()))['README.md'])).toContain(said);
  expect(asText((await filesOf(known))['README.md'])).not.toContain(said);
});

test('a base without a name has to be named to the script', async () => {
  expect((await runOf(hubAdapter({ hub: { nameOrPath: '' } }))).base).toBeNull();
});

test.each<readonly [string, Adapter, string]>([
  [
    'other data',
    { ...hubAdapter(), dataHash: hashOfWindows({ ...windows, sequenceLength: 5 }) },
    'Other data are open',
  ],
  ['a run that is not told', { ...hubAdapter(), settings: null }, 'does not tell how it was trained'],
  ['a trained base', hubAdapter({ also: ['model.norm.weight'] }), 'trained parameters that are no LoRA'],
])('is refused: %s', (_, adapter, what) => {
  expect(() => textServerFiles(adapter, windows)).toThrow(what);
});

test.each([
  ['tokens', { tokens: windows.tokens.map((token) => token + 1) }],
  ['what counts', { lossMask: windows.lossMask.map((one) => 1 - one) }],
  ['what is held out', { training: windows.heldout, heldout: windows.training }],
  ['where windows end', { offsets: Uint32Array.of(0, 4, 7, 9, 13, 15) }],
])('data with other %s have another hash', (_, change) => {
  expect(hashOfWindows({ ...windows, ...change } as TokenDataset)).not.toBe(hashOfWindows(windows));
});

test('an adapter tells what it was trained on in every file that is read again', async () => {
  const adapter = { ...hubAdapter(), dataHash: hashOfWindows(windows) };
  expect(fromMetadata(toMetadata(adapter), 'file').dataHash).toBe(adapter.dataHash);
  const told = asText((await filesOf(adapter))['training_config.json']);
  expect(fromTrainingConfig(told, 'file')!.dataHash).toBe(adapter.dataHash);
  const other = { ...toMetadata(adapter), data_sha256: '<script>' };
  expect(fromMetadata(other, 'file').dataHash).toBeUndefined();
});
