import 'fake-indexeddb/auto';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import type { ExportContext } from '../../src/adapter/export_format';
import { EXPORTS, exportAdapter, formatsOf } from '../../src/adapter/exports';
import { openAdapterStore } from '../../src/adapter/store';
import type { ExportFormat } from '../../src/adapter/summary';
import { readSafetensors } from '../../src/containers/safetensors';
import { HubFolder } from '../../src/hub/folder';
import { fixture } from '../hub/model';
import { configOfKind } from '../policy/checkpoints';
import { normStatsIn } from '../recording/norm_stats_text';
import { actionsAdapter } from './actions_sample';
import { bytesOf, hubAdapter } from './hub_sample';
import { openedPolicy, policyFiles } from './policy_sample';
import { sampleAdapter } from './sample';
import { recording, shippedBase, windows } from './server_sample';

/** A model that a person has opened. */
const folder = await HubFolder.open(fixture('test/fixtures/golden/hf_llama_tied'));

/** A policy likewise. */
const { source: policy, adapter: ofPolicy } = await openedPolicy(policyFiles(configOfKind('π0.5')));

const context: ExportContext = {
  base: async () => ({ name: 'Tiny', licence: 'any use' }),
  shipped: async () => shippedBase(),
  model: async () => folder,
  policy: () => policy,
  policyWeights: async () => policy,
  windows: () => windows,
  recording: () => recording,
};
const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** As the page has it: kept, then listed or loaded. */
async function kept(adapter: Adapter, database: string) {
  const store = openAdapterStore(database);
  await store.save(adapter);
  return store.load(adapter.summary.id);
}

/** What shows that a file is one of its format. */
const proofs: Readonly<Record<ExportFormat, (bytes: Uint8Array, adapter: Adapter) => void>> = {
  openpi: (bytes, { summary }) => expect(readSafetensors(bytes, 'file').metadata).toMatchObject({ base: summary.base }),
  peft: (bytes) => expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-peft/adapter_model.safetensors'),
  gguf: (bytes) => expect(asText(unzipSync(bytes)['Sea-stories-gguf/Sea-stories.gguf']!.slice(0, 4))).toBe('GGUF'),
  mlx: (bytes) => expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-mlx/adapters.safetensors'),
  leaves: (bytes) => expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-leaves/merged_leaves.safetensors'),
  torch_leaves: (bytes) =>
    expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-torch-leaves/merged_leaves.safetensors'),
  merged: (bytes) => expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-merged/model.safetensors'),
  server: (bytes, { summary }) =>
    expect(Object.keys(unzipSync(bytes))).toContain(
      `Sea-stories-server/${summary.policy ? 'train_config.py' : 'data.jsonl'}`,
    ),
  norm_stats: (bytes, adapter) => expect(normStatsIn(asText(bytes))).toEqual(adapter.robot!.stats),
  memory: (bytes) => expect(asText(bytes)).toMatch(/^time_s,step,/),
};

const offered: readonly (readonly [string, Adapter, Partial<Record<ExportFormat, string>>])[] = [
  [
    'the text base of the page',
    sampleAdapter(),
    {
      openpi: 'Sea-stories.safetensors',
      peft: 'Sea-stories-peft.zip',
      server: 'Sea-stories-server.zip',
      memory: 'memory.csv',
    },
  ],
  [
    'a robot',
    actionsAdapter(),
    {
      openpi: 'Sea-stories.safetensors',
      peft: 'Sea-stories-peft.zip',
      norm_stats: 'norm_stats.json',
      memory: 'memory.csv',
    },
  ],
  [
    'a policy',
    ofPolicy,
    {
      openpi: 'Sea-stories.safetensors',
      peft: 'Sea-stories-peft.zip',
      leaves: 'Sea-stories-leaves.zip',
      torch_leaves: 'Sea-stories-torch-leaves.zip',
      merged: 'Sea-stories-merged.zip',
      server: 'Sea-stories-server.zip',
      norm_stats: 'norm_stats.json',
      memory: 'memory.csv',
    },
  ],
  [
    'a model of the hub',
    hubAdapter({ config: folder.config }),
    {
      peft: 'Sea-stories-peft.zip',
      gguf: 'Sea-stories-gguf.zip',
      mlx: 'Sea-stories-mlx.zip',
      merged: 'Sea-stories-merged.zip',
      server: 'Sea-stories-server.zip',
      memory: 'memory.csv',
    },
  ],
];

test.each(offered)('every format of an adapter of %s is a file of its own kind and name', async (of, made, names) => {
  const adapter = await kept(made, of);
  expect(formatsOf(adapter.summary)).toEqual(Object.keys(names));
  for (const [id, wanted] of Object.entries(names) as [ExportFormat, string][]) {
    const written = await exportAdapter(adapter, id, context);
    proofs[id](await bytesOf(written), adapter);
    expect(written.name).toBe(wanted);
  }
});

test('every format of the table is offered to somebody', () => {
  const all = new Set(offered.flatMap(([, , names]) => Object.keys(names)));
  expect(EXPORTS.map(({ id }) => id).sort()).toEqual([...all].sort());
});

test('statistics of a robot are offered for adapters of a robot alone', async () => {
  const adapter = await kept(sampleAdapter(), 'no robot');
  expect(formatsOf(adapter.summary)).toEqual(['openpi', 'peft', 'server', 'memory']);
  await expect(exportAdapter(adapter, 'norm_stats', context)).rejects.toThrow('has no statistics of a robot');
});

test('a format that is not there is refused, with those that are', async () => {
  const unknown = 'onnx' as ExportFormat;
  await expect(exportAdapter(sampleAdapter(), unknown, context)).rejects.toThrow(
    'no format "onnx" for adapters. · Use one of openpi, peft, gguf, mlx, leaves, torch_leaves, merged, server, norm_stats, memory.',
  );
});

test('the base is loaded for a format that writes its terms, and for no other', async () => {
  const asked: string[] = [];
  const { summary } = await kept(actionsAdapter(), 'asked');
  for (const id of formatsOf(summary)) {
    const base = async () => {
      asked.push(id);
      return context.base();
    };
    await exportAdapter(actionsAdapter(), id, { ...context, base });
  }
  expect(asked).toEqual(['peft']);
});

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ['a\\b:c\u202e\u0007\n', 'a-b-c'],
  ['con', 'adapter-con'],
  ['LPT1', 'adapter-LPT1'],
  ['...', 'adapter'],
  ['海', 'adapter'],
  ['Meine Übung: 1/2', 'Meine-Ubung-1-2'],
  ['long '.repeat(100), `${'long-'.repeat(11)}long`],
])('a file of an adapter named %j is named %s, on any system', async (name, stem) => {
  const sample = sampleAdapter();
  const adapter = { ...sample, summary: { ...sample.summary, name } };
  expect((await exportAdapter(adapter, 'openpi', context)).name).toBe(`${stem}.safetensors`);
  const packed = await bytesOf(await exportAdapter(adapter, 'peft', context));
  expect(Object.keys(unzipSync(packed))).toContain(`${stem}-peft/README.md`);
});
