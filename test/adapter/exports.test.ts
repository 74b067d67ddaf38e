import 'fake-indexeddb/auto';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { EXPORTS, exportAdapter, formatsOf } from '../../src/adapter/exports';
import { openAdapterStore } from '../../src/adapter/store';
import type { ExportFormat } from '../../src/adapter/summary';
import { readSafetensors } from '../../src/containers/safetensors';
import { normStatsIn } from '../recording/norm_stats_text';
import { actionsAdapter, robot } from './actions_sample';
import { sampleAdapter } from './sample';

const context = { base: async () => ({ name: 'Tiny', licence: 'any use' }) };
const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** As the page has it: kept, then listed or loaded. */
async function kept(adapter: Adapter, database: string) {
  const store = openAdapterStore(database);
  await store.save(adapter);
  return store.load(adapter.summary.id);
}

/** What shows that a file is one of its format. */
const proofs: Readonly<Record<ExportFormat, (bytes: Uint8Array) => void>> = {
  openpi: (bytes) => expect(readSafetensors(bytes, 'file').metadata).toMatchObject({ base: 'tiny-pi0' }),
  peft: (bytes) => expect(Object.keys(unzipSync(bytes))).toContain('Sea-stories-peft/adapter_model.safetensors'),
  norm_stats: (bytes) => expect(normStatsIn(asText(bytes))).toEqual(robot.stats),
  memory: (bytes) => expect(asText(bytes)).toMatch(/^time_s,step,/),
};

test('every format of the table writes a file of its own kind and name', async () => {
  const adapter = await kept(actionsAdapter(), 'every format');
  expect(EXPORTS.map(({ id }) => id).sort()).toEqual(Object.keys(proofs).sort());
  expect(formatsOf(adapter.summary)).toEqual(['openpi', 'peft', 'norm_stats', 'memory']);
  const names = [];
  for (const format of EXPORTS) {
    const { name, bytes } = await exportAdapter(adapter, format.id, context);
    proofs[format.id](bytes);
    names.push(name);
  }
  expect(names).toEqual(['Sea-stories.safetensors', 'Sea-stories-peft.zip', 'norm_stats.json', 'memory.csv']);
});

test('statistics of a robot are offered for adapters of a robot alone', async () => {
  const adapter = await kept(sampleAdapter(), 'no robot');
  expect(formatsOf(adapter.summary)).toEqual(['openpi', 'peft', 'memory']);
  await expect(exportAdapter(adapter, 'norm_stats', context)).rejects.toThrow('has no statistics of a robot');
});

test('a format that is not there is refused, with those that are', async () => {
  const unknown = 'gguf' as ExportFormat;
  await expect(exportAdapter(sampleAdapter(), unknown, context)).rejects.toThrow(
    'no format "gguf" for adapters. · Use one of openpi, peft, norm_stats, memory.',
  );
});

test('the base is loaded for a format that writes its terms, and for no other', async () => {
  const asked: string[] = [];
  for (const { id } of EXPORTS) {
    const base = async () => {
      asked.push(id);
      return context.base();
    };
    await exportAdapter(actionsAdapter(), id, { base });
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
  const { bytes } = await exportAdapter(adapter, 'peft', context);
  expect(Object.keys(unzipSync(bytes))).toContain(`${stem}-peft/README.md`);
});
