import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { type Adapter, withLora } from '../../src/adapter/adapter';
import { hashOfMotion } from '../../src/adapter/data_hash';
import { trainConfigText } from '../../src/adapter/openpi_config';
import { packedStream } from '../../src/adapter/packed';
import { policyServerFiles } from '../../src/adapter/server_policy';
import { onwardOf } from '../../src/adapter/server_run';
import { readSafetensors } from '../../src/containers/safetensors';
import { compile } from '../../src/filter/evaluate';
import { read } from '../../src/filter/parse';
import { leavesOf } from '../../src/model/tree';
import type { Recording } from '../../src/recording/recording';
import { freezeFilters } from '../../src/settings/defaults';
import { configOfKind } from '../policy/checkpoints';
import { normStatsIn } from '../recording/norm_stats_text';
import { bytesOf } from './hub_sample';
import { openedPolicy, policyAdapter, policyFiles, threeJoints } from './policy_sample';
import { recording } from './server_sample';

const { source, adapter } = await openedPolicy(policyFiles(configOfKind('π0')));
const asText = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

async function unpacked(own: Adapter = adapter, open: Recording = recording) {
  const content = packedStream(own, '-server', policyServerFiles(own, source, open));
  const files = unzipSync(await bytesOf({ content }));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace(/^[^/]*\//, ''), bytes]));
}

const withSettings = (change: object, own = adapter): Adapter => ({
  ...own,
  settings: { ...own.settings!, ...change },
});

test('the folder has the merged leaves, the statistics where openpi looks for them, and all that starts it', async () => {
  const files = await unpacked();
  expect(Object.keys(files).sort()).toEqual([
    'NOTICE.txt',
    'README.md',
    'assets/robot/norm_stats.json',
    'memory.csv',
    'merged_leaves.safetensors',
    'parts.py',
    'start.py',
    'train_config.py',
    'training_config.json',
  ]);
  const leaves = readSafetensors(files['merged_leaves.safetensors']!, 'file').tensors;
  expect([...leaves.keys()].filter((path) => path.includes('lora'))).toEqual([]);
  expect(leaves.has('PaliGemma/llm/layers/attn/q_einsum_1/w')).toBe(true);
  expect(normStatsIn(asText(files['assets/robot/norm_stats.json']))).toEqual(threeJoints.stats);
  expect(asText(files['README.md'])).toContain(hashOfMotion(recording));
});

const stage = { steps: 40, freeze: freezeFilters.actions.expert, learningRate: 1e-4, warmupSteps: 3 };
const filters: readonly (readonly [string, object])[] = [
  ...Object.entries(freezeFilters.actions).map(([name, freeze]) => [name, { freeze }] as const),
  ['nothing', { freeze: freezeFilters.nothing }],
  ['a later stage', { steps: 30, stages: [stage] }],
  [
    'backslashes and a separator',
    { freeze: 'Any(PathRegex(r"img\\..*", sep="."), Not(PathContains("lor", exact=False)))' },
  ],
];

test.each(filters)('its filter, read back, freezes the leaves that the run froze: %s', (_, settings) => {
  const own = withSettings(settings);
  const onward = onwardOf(own);
  const { expression, batch, model } = read(trainConfigText(own, source, recording, onward));
  const paths = leavesOf(own.modelConfig).map(({ path }) => path);
  const wanted = compile(onward.filter);
  expect(paths.filter(compile(expression))).toEqual(paths.filter(wanted));
  expect(expression).toMatchObject({ kind: onward.filter.kind });
  expect(batch).toBe(16);
  expect(model).toMatchObject({ kind: 'π0' });
});

test('variants have LoRA where the adapter has it', () => {
  const textOf = (own: Adapter) => trainConfigText(own, source, recording, onwardOf(own));
  expect(textOf(adapter)).toMatch(/paligemma_variant="gemma_2b",\n *action_expert_variant="gemma_300m_lora"/);
  const both = policyAdapter(withLora(source.config, 2, 2));
  expect(textOf(both)).toContain('paligemma_variant="gemma_2b_lora"');
});

test('optimizer, schedule and steps are those of the run from the step that was kept', () => {
  const own = withSettings({
    ...{ steps: 30, learningRate: 2e-3, endLearningRate: 2e-4, warmupSteps: 4, stages: [stage] },
    ...{ batchSize: 3, accumulation: 5, weightDecay: 0.01, clipNorm: 0.5, seed: 9 },
  });
  const text = trainConfigText(own, source, recording, onwardOf(own)); // 50 steps were kept: 20 of the second stage
  for (const line of [
    'warmup_steps=3,',
    'peak_lr=0.0001,',
    'decay_steps=40,',
    'decay_lr=0.00001,',
    'first_step=20,',
    'num_train_steps=20,',
    'batch_size=15,',
    'weight_decay=0.01, clip_gradient_norm=0.5',
    'seed=9,',
    'ema_decay=None,',
    'delta=(True, True, False,),',
    'cameras={"base_0_rgb": "observation.images.front", "left_wrist_0_rgb": "observation.images.wrist"},',
  ])
    expect(text).toContain(line);
});

test('a run that has ended goes on for as many steps again', () => {
  expect(onwardOf(withSettings({ steps: 50 }))).toMatchObject({ from: 50, steps: 50 });
});

test.each<readonly [string, Partial<Recording>, Adapter, string]>([
  ['another recording', {}, { ...adapter, dataHash: hashOfMotion({ ...recording, fps: 29 }) }, 'Other data are open'],
  [
    'a state that openpi does not have',
    {},
    { ...adapter, robot: { ...threeJoints, state: 'last-action' } },
    'measured',
  ],
  ['arrays', { info: { ...recording.info, layout: 'NumPy arrays' } }, adapter, 'one LeRobot recording'],
  ['columns side by side', { info: { ...recording.info, stateColumn: 'arm, hand' } }, adapter, 'one LeRobot recording'],
  ['joints left out', { joints: [{ name: 'pan', chosen: false }] }, adapter, 'one LeRobot recording'],
  ['a run that is not told', {}, { ...adapter, settings: null }, 'does not tell how it was trained'],
])('is refused: %s', (_, change, own, what) => {
  expect(() => policyServerFiles(own, source, { ...recording, ...change })).toThrow(what);
});

test('the recording of the run is known by its hash', async () => {
  const own = { ...adapter, dataHash: hashOfMotion(recording) };
  expect(JSON.parse(asText((await unpacked(own))['training_config.json']))).toMatchObject({
    data_sha256: own.dataHash,
  });
});
