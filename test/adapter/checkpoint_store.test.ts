import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Checkpoint } from '../../src/adapter/checkpoint';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import { openRecords } from '../../src/adapter/records';
import { ProblemError } from '../../src/problem';
import { checkpointAt } from './sample_checkpoint';

afterEach(() => void vi.restoreAllMocks());

interface Windows {
  readonly tokens: Uint16Array;
}

let databases = 0;
const freshStore = () => openCheckpointStore<Windows>(`runs ${databases++}`);
const dataset: Windows = { tokens: Uint16Array.of(5, 6, 7) };

test('the latest checkpoint comes back with the dataset, every number of it', async () => {
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  await store.save(checkpointAt(20));
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(20), dataset, laterDamaged: false });
});

test('the dataset is written once a run', async () => {
  const store = freshStore();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  await store.save(checkpointAt(20));
  expect(put.mock.calls.filter(([, key]) => key === 'dataset r')).toHaveLength(1);
});

test('unfinished runs are listed with what the page shows, the latest first, without reading weights', async () => {
  const store = freshStore();
  await store.begin(checkpointAt(5, 'a'), dataset);
  await store.begin(checkpointAt(9, 'b'), dataset);
  await store.save(checkpointAt(12, 'a'));
  const read = vi.spyOn(IDBObjectStore.prototype, 'get');
  const runs = await store.listUnfinished();
  expect(runs.map(({ runId, step }) => [runId, step])).toEqual([
    ['a', 12],
    ['b', 9],
  ]);
  const { settings, history, baselineHeldout, savedAt } = checkpointAt(12, 'a');
  expect(runs[0]).toEqual({
    runId: 'a',
    name: 'run a',
    step: 12,
    steps: settings.steps,
    savedAt,
    settings,
    history,
    baselineHeldout,
  });
  expect(read.mock.calls.map(([key]) => key)).toEqual(['run a', 'run b']);
});

test('a discarded run is gone with all its records; others stay', async () => {
  const store = freshStore();
  await store.begin(checkpointAt(5, 'a'), dataset);
  await store.begin(checkpointAt(9, 'b'), dataset);
  await store.discard('a');
  expect((await store.listUnfinished()).map(({ runId }) => runId)).toEqual(['b']);
  await expect(store.load('a')).rejects.toThrow(ProblemError);
  expect(await store.save(checkpointAt(10, 'a'))).toBe(false);
  await expect(store.load('a')).rejects.toThrow(/no longer there/);
  expect(await store.load('b')).toEqual({ checkpoint: checkpointAt(9, 'b'), dataset, laterDamaged: false });
});

/** Lets `before` records of the next write through; then `happens`, as when a tab dies or a disk fills up. */
function interruptWrite(before: number, happens: (store: IDBObjectStore) => void): void {
  const put = IDBObjectStore.prototype.put;
  let written = 0;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (written++ === before) happens(this);
    return put.call(this, value, key);
  });
}

const abort = (store: IDBObjectStore) => store.transaction.abort();
const uncloneable = () => {
  throw new DOMException('a function', 'DataCloneError');
};

test.each([
  ['aborted', 0, abort],
  ['aborted', 1, abort],
  ['not to be cloned', 1, uncloneable],
] as const)('a write that is %s after %i records leaves the checkpoint before it', async (_, before, happens) => {
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  interruptWrite(before, happens);
  await expect(store.save(checkpointAt(20))).rejects.toThrow(ProblemError);
  vi.restoreAllMocks();
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(10), dataset, laterDamaged: false });
  expect((await store.listUnfinished()).map(({ step }) => step)).toEqual([10]);
  await store.save(checkpointAt(30));
  expect((await store.load('r')).checkpoint).toEqual(checkpointAt(30));
});

test.each([0, 1, 2])('a run whose first write breaks off after %i records was never there', async (before) => {
  const store = freshStore();
  interruptWrite(before, abort);
  await expect(store.begin(checkpointAt(0), dataset)).rejects.toThrow(ProblemError);
  vi.restoreAllMocks();
  expect(await store.listUnfinished()).toEqual([]);
  await expect(store.load('r')).rejects.toThrow(/no longer there/);
});

test('what the run goes on writing into does not change what was kept', async () => {
  const store = freshStore();
  const live = checkpointAt(0);
  await store.begin(live, dataset);
  live.leaves.weights.a?.fill(99);
  expect((await store.load('r')).checkpoint).toEqual(checkpointAt(0));
});

test('a write has reached the disk before it is said to be done', async () => {
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  await store.discard('r');
  const writes = begun.mock.calls.filter(([, mode]) => mode === 'readwrite');
  expect(writes).toHaveLength(3);
  for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
});

test('a run from elsewhere is added where it is not here', async () => {
  const store = freshStore();
  expect(await store.add(checkpointAt(10), dataset)).toBe(true);
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(10), dataset, laterDamaged: false });
  await store.save(checkpointAt(20));
  expect(await store.add(checkpointAt(10), { tokens: Uint16Array.of(1) })).toBe(false);
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(20), dataset, laterDamaged: false });
});

test('a run that goes on while its data are read is loaded as it is then', async () => {
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, 'digest').mockImplementationOnce(async (...given) => {
    for (const step of [10, 20, 30]) await store.save(checkpointAt(step));
    return digest(...given);
  });
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(30), dataset, laterDamaged: false });
});

/** Changes a record behind the store's back, as a damaged disk does. */
async function damage(database: string, key: string): Promise<void> {
  const records = openRecords(database, 'the checkpoints');
  const [value] = (await records.read(key)) as [Checkpoint];
  value.leaves.weights.a![3]! += 1;
  await records.write([key, value]);
}

test('of a run the last two are kept, and where the last is damaged the one before it counts', async () => {
  const database = `runs ${databases++}`;
  const store = openCheckpointStore<Windows>(database);
  await store.begin(checkpointAt(0), dataset);
  for (const step of [10, 20, 30]) await store.save(checkpointAt(step));
  const keys = await openRecords(database, '').keys('checkpoint ');
  expect(keys.sort()).toEqual(['checkpoint r 20', 'checkpoint r 30']);
  await damage(database, 'checkpoint r 30');
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(20), dataset, laterDamaged: true });

  await store.save(checkpointAt(40)); // beside the one that was whole, not the damaged one
  await damage(database, 'checkpoint r 40');
  const another = openCheckpointStore<Windows>(database);
  expect((await another.load('r')).checkpoint).toEqual(checkpointAt(20));
  await damage(database, 'checkpoint r 20');
  await expect(another.load('r')).rejects.toThrow('run r · What this browser has kept of the run is damaged.');
});

test('a checkpoint that the browser cannot read counts as damaged', async () => {
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  const get = IDBObjectStore.prototype.get;
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    if (key === 'checkpoint r 10') throw new DOMException('a file is gone', 'NotReadableError');
    return get.call(this, key);
  });
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(0), dataset, laterDamaged: true });
});

test('a damaged dataset is no dataset', async () => {
  const database = `runs ${databases++}`;
  const store = openCheckpointStore<Windows>(database);
  await store.begin(checkpointAt(0), dataset);
  await openRecords(database, '').write(['dataset r', { tokens: Uint16Array.of(5, 6, 8) }]);
  await expect(store.load('r')).rejects.toThrow(/is damaged/);
});

test('what an earlier version kept, without a hash, goes on, and is dropped when two newer ones are there', async () => {
  const database = `runs ${databases++}`;
  const store = openCheckpointStore<Windows>(database);
  await store.begin(checkpointAt(10), dataset);
  const records = openRecords(database, '');
  const [run] = await store.listUnfinished();
  const old = checkpointAt(10);
  await records.write(['run r', run], ['checkpoint r', old], ['dataset r', dataset], ['checkpoint r 10', undefined]);
  expect(await store.load('r')).toEqual({ checkpoint: old, dataset, laterDamaged: false });
  await store.save(checkpointAt(20));
  expect((await records.keys('checkpoint ')).sort()).toEqual(['checkpoint r', 'checkpoint r 20']);
  await store.save(checkpointAt(30));
  expect((await records.keys('checkpoint ')).sort()).toEqual(['checkpoint r 20', 'checkpoint r 30']);
  await store.discard('r');
  expect(await records.keys('')).toEqual([]);
});

/** A disk on which so many checkpoints have room; the browser sees that at the end of a transaction, and gives it up. */
async function roomFor(most: number, database: string): Promise<void> {
  let there = new Set(await openRecords(database, '').keys('checkpoint '));
  const { put, delete: remove } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
    there.delete(String(key));
    return remove.call(this, key);
  });
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    const before = new Set(there);
    if (String(key).startsWith('checkpoint ')) there.add(String(key));
    const { transaction } = this;
    if (there.size > most)
      queueMicrotask(() => {
        there = before;
        (transaction as unknown as { _abort(error: string): void })._abort('QuotaExceededError');
      });
    return put.call(this, value, key);
  });
}

test('where there is no room, checkpoints go that have a later one: its own, then the oldest of other runs; none that is the last', async () => {
  const database = `runs ${databases++}`;
  const store = openCheckpointStore<Windows>(database);
  const steps = async () => (await openRecords(database, '').keys('checkpoint ')).map((key) => key.slice(11)).sort();
  for (const runId of ['a', 'b', 'c']) await store.begin(checkpointAt(0, runId), dataset);
  for (const [runId, step] of [
    ['b', 1],
    ['a', 2],
    ['c', 3],
  ] as const)
    await store.save(checkpointAt(step, runId));
  await roomFor(6, database);
  await store.begin(checkpointAt(0, 'd'), dataset);
  expect(await steps()).toEqual(['a 0', 'a 2', 'b 1', 'c 0', 'c 3', 'd 0']); // b was saved longest ago
  vi.restoreAllMocks();
  await roomFor(5, database);
  await store.save(checkpointAt(4, 'a'));
  expect(await steps()).toEqual(['a 2', 'a 4', 'b 1', 'c 3', 'd 0']);
  vi.restoreAllMocks();
  await roomFor(3, database);
  await expect(store.save(checkpointAt(5, 'a'))).rejects.toThrow(/no room/);
  expect(await steps()).toEqual(['a 4', 'b 1', 'c 3', 'd 0']);
  vi.restoreAllMocks();
  expect((await store.load('a')).checkpoint).toEqual(checkpointAt(4, 'a'));
});

test('storage that another tab deletes, or the browser closes, is opened anew', async () => {
  const database = `runs ${databases++}`;
  const store = openCheckpointStore<Windows>(database);
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  await store.begin(checkpointAt(0), dataset);
  for (const db of new Set(begun.mock.contexts as IDBDatabase[])) db.close(); // as the browser does, without a word
  expect(await store.save(checkpointAt(10))).toBe(true);
  await new Promise((resolve, reject) => {
    const deleted = indexedDB.deleteDatabase(database);
    deleted.onsuccess = resolve;
    deleted.onblocked = () => reject(new Error('it holds on to the database'));
  });
  expect(await store.save(checkpointAt(20))).toBe(false);
  await store.begin(checkpointAt(20), dataset);
  expect((await store.load('r')).checkpoint).toEqual(checkpointAt(20));
});
