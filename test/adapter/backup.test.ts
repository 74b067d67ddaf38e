import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { restoreBackup, writeBackup } from '../../src/adapter/backup';
import { openKept } from '../../src/adapter/kept';
import { openRecords } from '../../src/adapter/records';
import { type RunRecord, recordOf } from '../../src/adapter/run_records';
import { sha256Of } from '../../src/containers/sha256';
import { writeZip } from '../../src/containers/zip';
import type { Problem } from '../../src/problem';
import { defaultSettings } from '../../src/settings/defaults';
import { actionsAdapter } from './actions_sample';
import { hubAdapter } from './hub_sample';
import { sampleAdapter } from './sample';

let databases = 0;
const fresh = () => {
  const database = `backup ${databases++}`;
  return { database, ...openKept<unknown>(database) };
};

const named = (adapter: Adapter, id: string): Adapter => ({ ...adapter, summary: { ...adapter.summary, id } });

const record: RunRecord = recordOf(
  defaultSettings,
  {
    runId: 'r',
    adapterId: 'text',
    steps: 20,
    seconds: 1.5,
    ended: 'early stop',
    baselineHeldout: Number.NaN,
    heldout: Number.NaN,
    keptStep: 20,
    verdict: { outcome: 'unmeasured', problem: null },
    history: sampleAdapter().history!,
  },
  7,
);

const ADAPTERS = [
  named(sampleAdapter(), 'text'),
  named(hubAdapter(), 'hub'),
  named(actionsAdapter(), 'robot'),
  named({ ...sampleAdapter(), settings: null, history: null }, 'from elsewhere'),
];

async function kept() {
  const stores = fresh();
  for (const adapter of ADAPTERS) await stores.adapters.save(adapter);
  await stores.records.save(record);
  return stores;
}

/** The file, and what was left out of it. */
async function backupOf(stores: ReturnType<typeof fresh>) {
  const problems: Problem[] = [];
  const stream = writeBackup(stores, Date.UTC(2026, 0, 1), (one) => problems.push(one));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return { bytes, file: new File([bytes], 'mine.zip'), problems };
}

test('in another browser everything is as it was, every number of it', async () => {
  const here = await kept();
  const { file, problems } = await backupOf(here);
  expect(problems).toEqual([]);
  const there = fresh();
  expect(await restoreBackup(file, there)).toEqual({ adapters: 4, runs: 1, already: 0, problems: [] });
  for (const { summary } of ADAPTERS)
    expect(await there.adapters.load(summary.id)).toEqual(await here.adapters.load(summary.id));
  expect(await there.records.list('text')).toEqual([record]);
});

test('what is there already stays as it is', async () => {
  const stores = await kept();
  const { file } = await backupOf(stores);
  await stores.adapters.rename('text', 'Newer');
  expect(await restoreBackup(file, stores)).toEqual({ adapters: 0, runs: 0, already: 5, problems: [] });
  expect((await stores.adapters.load('text')).summary.name).toBe('Newer');
});

test('what was deleted since comes back', async () => {
  const stores = await kept();
  const { file } = await backupOf(stores);
  await stores.adapters.delete('text');
  expect(await restoreBackup(file, stores)).toMatchObject({ adapters: 1, already: 4 });
  expect(await stores.adapters.list()).toHaveLength(4);
});

test('an adapter that cannot be read is named, and the others are in the backup', async () => {
  const stores = await kept();
  await openRecords(stores.database, '').write(['contents hub', undefined]);
  const { file, problems } = await backupOf(stores);
  expect(problems).toEqual([expect.objectContaining({ what: 'This adapter is no longer there.' })]);
  expect(await restoreBackup(file, fresh())).toMatchObject({ adapters: 3, runs: 1 });
});

test('of a damaged backup the parts that are whole are restored, and each of the others is named', async () => {
  const { bytes } = await backupOf(await kept());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('Sea / stories');
  const changed = Uint8Array.from(bytes);
  changed[at + 1]! ^= 1;
  const there = fresh();
  const restored = await restoreBackup(new File([changed], 'mine.zip'), there);
  expect(restored).toMatchObject({ adapters: 3, runs: 1 });
  expect(restored.problems).toEqual([
    expect.objectContaining({ where: expect.stringMatching(/^adapters\//), what: expect.stringContaining('damaged') }),
  ]);
});

test.each([0, 0.5, 0.999])('a file that is cut off after %d of its bytes is no backup', async (share) => {
  const { bytes } = await backupOf(await kept());
  const cut = new File([bytes.slice(0, Math.floor(share * bytes.length))], 'mine.zip');
  await expect(restoreBackup(cut, fresh())).rejects.toThrow('mine.zip · The file is no backup of this page');
});

/** A backup with one part, as somebody else may make it: its hash is right. */
async function forged(folder: string, ending: string, content: string): Promise<File> {
  const text = new TextEncoder();
  const part = { name: `${folder}/${sha256Of(content)}${ending}`, content: text.encode(content) };
  const mark = { name: 'adaptab-backup.json', content: text.encode('{}') };
  return new File([await writeZip([mark, part], new Date(0))], 'forged.zip');
}

const { runId: _, ...withoutId } = record;

test.each([
  ['runs', '.json', 'no JSON'],
  ['runs', '.json', JSON.stringify(withoutId)],
  ['runs', '.json', JSON.stringify({ ...record, train: [{ step: '<b>', loss: 1 }] })],
  ['runs', '.json', JSON.stringify({ ...record, ended: '__proto__' })],
  ['runs', '.json', '['.repeat(100_000)],
  ['adapters', '.safetensors', 'no tensors'],
])('a part of %s that makes no sense is left out', async (folder, ending, content) => {
  const there = fresh();
  const { problems, ...counts } = await restoreBackup(await forged(folder, ending, content), there);
  expect(counts).toEqual({ adapters: 0, runs: 0, already: 0 });
  expect(problems).toHaveLength(1);
  expect(await there.adapters.list()).toEqual([]);
});

test('of a record of a run only known fields are kept', async () => {
  const there = fresh();
  await restoreBackup(await forged('runs', '.json', JSON.stringify({ ...record, more: 'x'.repeat(99) })), there);
  expect(await there.records.list('text')).toEqual([record]);
});
