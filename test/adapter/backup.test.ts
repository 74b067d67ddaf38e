import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { restoreBackup, writeBackup } from '../../src/adapter/backup';
import type { Checkpoint } from '../../src/adapter/checkpoint';
import type { LoadedRun } from '../../src/adapter/checkpoint_store';
import { openKept } from '../../src/adapter/kept';
import { openRecords } from '../../src/adapter/records';
import { type RunRecord, recordOf } from '../../src/adapter/run_records';
import { f32Tensor, readSafetensors, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import { sha256Of, sha256OfBytes } from '../../src/containers/sha256';
import { openZip, writeZip, type ZipInput } from '../../src/containers/zip';
import type { Problem } from '../../src/problem';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import type { TaskSettings } from '../../src/settings/task';
import { taskOf } from '../../src/tasks/registry';
import { SEEING } from '../tasks/actions/small_actions';
import { actionsAdapter } from './actions_sample';
import { hubAdapter } from './hub_sample';
import { sampleAdapter } from './sample';
import { ROBOT_RUN, TEXT_RUN } from './unfinished_sample';

let databases = 0;
const fresh = () => {
  const database = `backup ${databases++}`;
  return { database, formsOf: (settings: TaskSettings) => taskOf(settings).forms, ...openKept<unknown>(database) };
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
  for (const { checkpoint, dataset } of [TEXT_RUN, ROBOT_RUN]) {
    await stores.checkpoints.begin({ ...checkpoint, step: 0 }, dataset);
    await stores.checkpoints.save(checkpoint);
  }
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
  expect(await restoreBackup(file, there)).toEqual({ adapters: 4, runs: 1, unfinished: 2, already: 0, problems: [] });
  for (const { summary } of ADAPTERS)
    expect(await there.adapters.load(summary.id)).toEqual(await here.adapters.load(summary.id));
  expect(await there.records.list('text')).toEqual([record]);
  for (const { checkpoint, dataset } of [TEXT_RUN, ROBOT_RUN])
    expect(await there.checkpoints.load(checkpoint.runId)).toEqual({ checkpoint, dataset, laterDamaged: false });
  expect(await there.checkpoints.listUnfinished()).toEqual(await here.checkpoints.listUnfinished());
});

test('what is there already stays as it is', async () => {
  const stores = await kept();
  const { file } = await backupOf(stores);
  await stores.adapters.rename('text', 'Newer');
  const newer = { ...TEXT_RUN.checkpoint, step: 30 };
  await stores.checkpoints.save(newer);
  expect(await restoreBackup(file, stores)).toEqual({ adapters: 0, runs: 0, unfinished: 0, already: 7, problems: [] });
  expect((await stores.adapters.load('text')).summary.name).toBe('Newer');
  expect((await stores.checkpoints.load('text run')).checkpoint).toEqual(newer);
});

test('what was deleted since comes back', async () => {
  const stores = await kept();
  const { file } = await backupOf(stores);
  await stores.adapters.delete('text');
  await stores.checkpoints.discard('text run');
  expect(await restoreBackup(file, stores)).toMatchObject({ adapters: 1, unfinished: 1, already: 5 });
  expect(await stores.adapters.list()).toHaveLength(4);
});

test('an adapter that cannot be read is named, and the others are in the backup', async () => {
  const stores = await kept();
  await openRecords(stores.database, '').write(['contents hub', undefined]);
  const { file, problems } = await backupOf(stores);
  expect(problems).toEqual([expect.objectContaining({ what: 'This adapter is no longer there.' })]);
  expect(await restoreBackup(file, fresh())).toMatchObject({ adapters: 3, runs: 1, unfinished: 2 });
});

test('an unfinished run that cannot be read is named; one that has just ended is not', async () => {
  const stores = await kept();
  await openRecords(stores.database, '').write(['dataset robot run', { ...SEEING, cameras: [] }]);
  const load = vi.spyOn(stores.checkpoints, 'load').mockImplementationOnce(async (runId) => {
    await stores.checkpoints.discard(runId);
    return stores.checkpoints.load(runId);
  });
  const { file, problems } = await backupOf(stores);
  expect(load.mock.calls.map(([runId]) => runId)).toEqual(['text run', 'text run', 'robot run']);
  expect(problems).toEqual([
    expect.objectContaining({ what: 'What this browser has kept of the run is damaged.', where: 'My robot adapter' }),
  ]);
  expect(await restoreBackup(file, fresh())).toMatchObject({ adapters: 4, runs: 1, unfinished: 0, problems: [] });
});

/** The backup with one bit of it turned. */
function damagedAt(bytes: Uint8Array, at: number): File {
  const changed = Uint8Array.from(bytes);
  changed[at]! ^= 1;
  return new File([changed], 'mine.zip');
}

test('of a damaged backup the parts that are whole are restored, and each of the others is named', async () => {
  const { bytes } = await backupOf(await kept());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('Sea / stories');
  const there = fresh();
  const restored = await restoreBackup(damagedAt(bytes, at + 1), there);
  expect(restored).toMatchObject({ adapters: 3, runs: 1, unfinished: 2 });
  expect(restored.problems).toEqual([
    expect.objectContaining({ where: expect.stringMatching(/^adapters\//), what: expect.stringContaining('damaged') }),
  ]);
});

test('a run of which one array is damaged is left out whole', async () => {
  const { bytes } = await backupOf(await kept());
  const { buffer } = Float32Array.from({ length: 8 }, () => 20.2); // of the text run's first moments
  const at = Buffer.from(bytes).indexOf(Buffer.from(buffer));
  const there = fresh();
  const restored = await restoreBackup(damagedAt(bytes, at + 1), there);
  expect(restored).toMatchObject({ adapters: 4, runs: 1, unfinished: 1 });
  expect(restored.problems).toEqual([
    expect.objectContaining({
      where: expect.stringMatching(/^unfinished\//),
      what: expect.stringContaining('damaged'),
    }),
  ]);
  expect((await there.checkpoints.listUnfinished()).map(({ runId }) => runId)).toEqual(['robot run']);
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
  expect(counts).toEqual({ adapters: 0, runs: 0, unfinished: 0, already: 0 });
  expect(problems).toHaveLength(1);
  expect(await there.adapters.list()).toEqual([]);
});

test('of a record of a run only known fields are kept', async () => {
  const there = fresh();
  await restoreBackup(await forged('runs', '.json', JSON.stringify({ ...record, more: 'x'.repeat(99) })), there);
  expect(await there.records.list('text')).toEqual([record]);
});

/** What a backup says of a run, for somebody to change. */
interface Description {
  arrays: { type: string; part: string }[];
  run: {
    checkpoint: Omit<Checkpoint, 'leaves'> & { leaves: Record<string, Record<string, unknown>> };
    data: Record<string, Record<string, unknown>>;
  };
}

/** A backup of one run, whose description says something else; the hash of it is right. */
async function forgedRun(sample: LoadedRun<unknown>, ...changes: ((told: Description) => void)[]): Promise<File> {
  const stores = fresh();
  await stores.checkpoints.begin(sample.checkpoint, sample.dataset);
  const parts: ZipInput[] = [];
  const told: Uint8Array<ArrayBuffer>[] = [];
  for (const entry of await openZip((await backupOf(stores)).file)) {
    const content = new Uint8Array(await entry.arrayBuffer());
    if (entry.name.startsWith('unfinished/')) told.push(content);
    else parts.push({ name: entry.name, content });
  }
  for (const change of changes) {
    const description = JSON.parse(new TextDecoder().decode(told[0])) as Description;
    change(description);
    const content = new TextEncoder().encode(JSON.stringify(description));
    parts.push({ name: `unfinished/${await sha256OfBytes(content)}.json`, content });
  }
  return new File([await writeZip(parts, new Date(0))], 'forged.zip');
}

test.each<[string, LoadedRun<unknown>, (told: Description) => void]>([
  ['more steps than it has', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint, { step: 61 })],
  ['no task', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint.settings, { task: 'none' })],
  ['another task', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint, { settings: defaultActionsSettings })],
  ['an id of 201 letters', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint, { runId: 'r'.repeat(201) })],
  [
    'numbers in the place of an array',
    TEXT_RUN,
    ({ run }) => Object.assign(run.checkpoint.leaves.weights!, { a: [1, 2] }),
  ],
  ['an array twice', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint.leaves.weights!, { c: { $array: 0 } })],
  [
    'an array that there is not',
    TEXT_RUN,
    ({ run }) => Object.assign(run.checkpoint.leaves.weights!, { c: { $array: 99 } }),
  ],
  ['moments without weights', TEXT_RUN, ({ run }) => delete run.checkpoint.leaves.weights!.a],
  ['a part that there is not', TEXT_RUN, ({ arrays }) => Object.assign(arrays[0]!, { part: 'arrays/none.bin' })],
  ['a part that is no array', TEXT_RUN, ({ arrays }) => Object.assign(arrays[0]!, { part: 'adaptab-backup.json' })],
  ['an unknown type', TEXT_RUN, ({ arrays }) => Object.assign(arrays[0]!, { type: 'BigInt64Array' })],
  ['another type', TEXT_RUN, ({ arrays }) => Object.assign(arrays[0]!, { type: 'Int32Array' })],
  [
    'bytes that are no numbers',
    ROBOT_RUN,
    ({ arrays }) =>
      Object.assign(
        arrays,
        arrays.map((one) => ({ ...one, type: 'Int32Array' })),
      ),
  ],
  ['texts that are none', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint, { base: { texts: [1] } })],
  ['a history that is none', TEXT_RUN, ({ run }) => Object.assign(run.checkpoint, { history: {} })],
  ['windows that are too long', TEXT_RUN, ({ run }) => Object.assign(run.data.dataset!, { sequenceLength: 7 })],
  ['tokens that there are not', TEXT_RUN, ({ run }) => Object.assign(run.data.dataset!, { vocabularySize: 39 })],
  ['no data', TEXT_RUN, ({ run }) => Object.assign(run, { data: 1 })],
  ['episodes that there are not', ROBOT_RUN, ({ run }) => Object.assign(run.data.split!, { training: [5] })],
  ['tasks that there are not', ROBOT_RUN, ({ run }) => Object.assign(run.data.recording!, { tasks: ['one'] })],
  [
    'joints that there are not',
    ROBOT_RUN,
    ({ run }) => Object.assign(run.data.recording!, { jointNames: { state: [], action: [] } }),
  ],
  ['pictures that there are not', ROBOT_RUN, ({ run }) => Object.assign(run.data, { cameras: [{ name: 'top' }] })],
  ['fewer frames', ROBOT_RUN, ({ run }) => Object.assign(run.data.recording!, { episodes: [] })],
])('a run that tells %s is left out', async (_, sample, change) => {
  const there = fresh();
  const { problems, ...counts } = await restoreBackup(await forgedRun(sample, change), there);
  expect(counts).toEqual({ adapters: 0, runs: 0, unfinished: 0, already: 0 });
  expect(problems).toEqual([expect.objectContaining({ where: expect.stringMatching(/^unfinished\//) })]);
  expect(await openRecords(there.database, '').keys('')).toEqual([]);
});

test('of a run only known fields are kept', async () => {
  const there = fresh();
  const file = await forgedRun(TEXT_RUN, ({ run }) => {
    Object.assign(run.checkpoint, { more: 'x' });
    Object.assign(run.checkpoint.settings, { more: 'x' });
    Object.assign(run.data, { more: 'x' });
    Object.assign(run.data.dataset!, { more: 'x' });
  });
  expect(await restoreBackup(file, there)).toMatchObject({ unfinished: 1, problems: [] });
  expect(await there.checkpoints.load('text run')).toEqual(TEXT_RUN);
});

test('what one run has taken of a backup, no other can take again', async () => {
  const another = ({ run }: Description) => Object.assign(run.checkpoint, { runId: 'another' });
  const restored = await restoreBackup(await forgedRun(TEXT_RUN, () => undefined, another), fresh());
  expect(restored).toMatchObject({ unfinished: 1, problems: [{ what: expect.stringContaining('damaged') }] });
});

test('a run that has ended here since does not come back as one that goes on', async () => {
  const { file } = await backupOf(await kept());
  const there = fresh();
  await there.records.save({ ...record, runId: 'text run' });
  expect(await restoreBackup(file, there)).toMatchObject({ runs: 1, unfinished: 1, already: 1, problems: [] });
  expect((await there.checkpoints.listUnfinished()).map(({ runId }) => runId)).toEqual(['robot run']);
});

type Tensors = Map<string, StoredTensor>;

/** A backup of one adapter, whose file says something else; the hash of it is right. */
async function forgedAdapter(
  adapter: Adapter,
  change: (model: { [key: string]: unknown }, tensors: Tensors) => void,
): Promise<File> {
  const stores = fresh();
  await stores.adapters.save(adapter);
  const parts: ZipInput[] = [];
  for (const entry of await openZip((await backupOf(stores)).file)) {
    const content = new Uint8Array(await entry.arrayBuffer());
    if (!entry.name.startsWith('adapters/')) parts.push({ name: entry.name, content });
    else {
      const { tensors, metadata } = readSafetensors(content, entry.name);
      const model = JSON.parse(metadata.model!) as Record<string, unknown>;
      change(model, tensors);
      const bytes = writeSafetensors(tensors, { ...metadata, model: JSON.stringify(model) });
      parts.push({ name: `adapters/${await sha256OfBytes(bytes)}.safetensors`, content: bytes });
    }
  }
  return new File([await writeZip(parts, new Date(0))], 'forged.zip');
}

const firstExpert = (model: { [key: string]: unknown }) => (model.experts as Record<string, unknown>[])[0]!;
const firstLora = (tensors: Tensors) => [...tensors.keys()].find((path) => path.includes('lora'))!;

test('of the model of an adapter only known fields are kept', async () => {
  for (const adapter of ADAPTERS) {
    const there = fresh();
    const file = await forgedAdapter(adapter, (model) => {
      Object.assign(model, { more: 'x' });
      const expert = Array.isArray(model.experts) ? firstExpert(model) : model;
      Object.assign(expert, { more: 'x' });
      if (expert === model) Object.assign(model.lora as object, { more: 'x' });
    });
    expect(await restoreBackup(file, there)).toMatchObject({ adapters: 1, problems: [] });
    expect((await there.adapters.load(adapter.summary.id)).modelConfig).toEqual(adapter.modelConfig);
  }
});

test.each<[string, Adapter, (model: { [key: string]: unknown }, tensors: Tensors) => void]>([
  ['experts that are none', sampleAdapter(), (model) => Object.assign(model, { experts: [1] })],
  ['no experts', sampleAdapter(), (model) => Object.assign(model, { experts: [] })],
  ['a width that is a text', sampleAdapter(), (model) => Object.assign(firstExpert(model), { width: '4' })],
  ['a rank that is none', sampleAdapter(), (model) => Object.assign(firstExpert(model), { lora: { rank: null } })],
  [
    'LoRA of a kind that is not known',
    sampleAdapter(),
    (model) => Object.assign(firstExpert(model).lora as object, { kind: 'x' }),
  ],
  ['layers without end', sampleAdapter(), (model) => Object.assign(firstExpert(model), { depth: 1e9 })],
  ['an odd head', sampleAdapter(), (model) => Object.assign(firstExpert(model), { headDim: 3 })],
  ['no family that is known', hubAdapter(), (model) => Object.assign(model, { family: 'none' })],
  ['fewer layers than it is deep', hubAdapter(), (model) => (model.layers as unknown[]).pop()],
  ['a rotation that there is not', hubAdapter(), (model) => Object.assign(model, { rotations: [] })],
  ['rotations that are texts', hubAdapter(), (model) => Object.assign(model, { rotations: [{ base: 'x' }] })],
  ['a target that is none', hubAdapter(), (model) => Object.assign(model.lora as object, { targets: ['lm_head'] })],
  ['half of its LoRA', sampleAdapter(), (_, tensors) => tensors.delete(firstLora(tensors))],
  [
    'a value that is no number',
    sampleAdapter(),
    (_, tensors) => {
      const { bytes, shape } = tensors.get(firstLora(tensors))!;
      const values = new Float32Array(Uint8Array.from(bytes).buffer);
      values[0] = Number.NaN;
      tensors.set(firstLora(tensors), f32Tensor(values, shape));
    },
  ],
])('an adapter that tells %s is left out', async (_, adapter, change) => {
  const there = fresh();
  const { problems, ...counts } = await restoreBackup(await forgedAdapter(adapter, change), there);
  expect(counts).toEqual({ adapters: 0, runs: 0, unfinished: 0, already: 0 });
  expect(problems).toEqual([
    expect.objectContaining({ where: expect.stringMatching(/^adapters\//), fix: expect.stringMatching(/\.$/) }),
  ]);
  expect(await there.adapters.list()).toEqual([]);
});
