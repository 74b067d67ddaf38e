import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { type Kept, openKept } from '../../src/adapter/kept';
import { recordOf } from '../../src/adapter/run_records';
import { defaultSettings } from '../../src/settings/defaults';
import { sampleAdapter } from './sample';
import { checkpointAt } from './sample_checkpoint';

afterEach(() => void vi.restoreAllMocks());

let databases = 0;
const data = { windows: 3 };
const record = recordOf(
  defaultSettings,
  {
    runId: 'r',
    adapterId: 'one',
    steps: 20,
    seconds: 1,
    ended: 'finished',
    baselineHeldout: 4,
    heldout: 3,
    keptStep: 20,
    verdict: { outcome: 'better', problem: null },
    history: sampleAdapter().history!,
  },
  7,
);

/** A run with two checkpoints that is about to end, and two checkpoints of another run. */
async function aboutToEnd(): Promise<Kept<object>> {
  const kept = openKept<object>(`kept ${databases++}`);
  for (const runId of ['other', 'r']) {
    await kept.checkpoints.begin(checkpointAt(10, runId), data);
    await kept.checkpoints.save(checkpointAt(20, runId));
  }
  return kept;
}

const found = async ({ adapters, checkpoints, records }: Kept<object>) => ({
  adapters: (await adapters.list()).map(({ id }) => id),
  runs: (await checkpoints.listUnfinished()).map(({ runId }) => runId).sort(),
  records: (await records.list('text')).map(({ runId }) => runId),
});

const UNFINISHED = { adapters: [], runs: ['other', 'r'], records: [] };
const FINISHED = { adapters: ['one'], runs: ['other'], records: ['r'] };

/** Ends the tab's transaction after so many of its requests to write. @returns how many there were */
function killAfter(requests: number): () => number {
  let done = 0;
  const counted = ({ transaction }: IDBObjectStore) => {
    if (done++ === requests) transaction.abort();
  };
  const { put, delete: remove } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    counted(this);
    return put.call(this, value, key);
  });
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
    counted(this);
    return remove.call(this, key);
  });
  return () => done;
}

test('a run that ends leaves its adapter and its record, and no checkpoint', async () => {
  const kept = await aboutToEnd();
  const requests = killAfter(Number.POSITIVE_INFINITY);
  await kept.conclude(sampleAdapter(), record, false);
  expect(requests()).toBe(7); // the kills below are at each of them
  vi.restoreAllMocks();
  expect(await found(kept)).toEqual(FINISHED);
  expect(await kept.adapters.load('one')).toEqual(sampleAdapter());
});

test('a run that a person stopped to go on with stays', async () => {
  const kept = await aboutToEnd();
  await kept.conclude(sampleAdapter(), record, true);
  expect(await found(kept)).toEqual({ ...FINISHED, runs: ['other', 'r'] });
  expect((await kept.checkpoints.load('r')).checkpoint).toEqual(checkpointAt(20, 'r'));
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'killed after %i requests, the run is unfinished, and can end again',
  async (requests) => {
    const kept = await aboutToEnd();
    killAfter(requests);
    await expect(kept.conclude(sampleAdapter(), record, false)).rejects.toThrow();
    vi.restoreAllMocks();
    expect(await found(kept)).toEqual(UNFINISHED);
    expect((await kept.checkpoints.load('r')).checkpoint).toEqual(checkpointAt(20, 'r'));
    await kept.conclude(sampleAdapter(), record, false);
    expect(await found(kept)).toEqual(FINISHED);
  },
);

/** A disk without room for adapters; of each write so many fail. */
function noRoomForAdapters(failing = Number.POSITIVE_INFINITY): void {
  const put = IDBObjectStore.prototype.put;
  let failed = 0;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (String(key).startsWith('contents ') && failed++ < failing) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

test('an adapter without room takes that of checkpoints which have a later one', async () => {
  const kept = await aboutToEnd();
  noRoomForAdapters(2);
  await kept.conclude(sampleAdapter(), record, false);
  vi.restoreAllMocks();
  expect(await found(kept)).toEqual(FINISHED);
  expect((await kept.checkpoints.load('other')).checkpoint).toEqual(checkpointAt(20, 'other'));
});

test('an adapter for which there is no room at all is held, listed as such, and its run ends when there is room', async () => {
  const kept = await aboutToEnd();
  noRoomForAdapters();
  await expect(kept.conclude(sampleAdapter(), record, false)).rejects.toThrow(/no room/);
  const conclude = vi.fn((adapter: Adapter) => kept.conclude(adapter, record, false));
  kept.adapters.hold(sampleAdapter(), conclude);
  expect(await kept.adapters.list()).toEqual([{ ...sampleAdapter().summary, unsaved: true }]);
  expect(await found(kept)).toEqual({ ...UNFINISHED, adapters: ['one'] });
  expect(await kept.adapters.load('one')).toEqual(sampleAdapter());
  await kept.adapters.rename('one', 'Whales');
  await kept.adapters.delete('one');
  conclude.mockClear();
  expect(await kept.adapters.list()).toEqual([]);
  expect(conclude).not.toHaveBeenCalled();
  await kept.adapters.restore('one');
  expect(await found(kept)).toEqual({ ...UNFINISHED, adapters: ['one'] });
  vi.mocked(IDBObjectStore.prototype.put).mockRestore();
  expect(await kept.adapters.list()).toEqual([{ ...sampleAdapter().summary, name: 'Whales' }]);
  expect(await found(kept)).toEqual(FINISHED);
  expect(conclude).toHaveBeenCalledTimes(2);
});

/** A disk with room for so many adapters. */
function roomForAdapters(most: number): void {
  const kept = new Set<string>();
  const { put, delete: remove } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (String(key).startsWith('contents ')) kept.add(String(key));
    if (kept.size <= most) return put.call(this, value, key);
    kept.delete(String(key));
    throw new DOMException('full', 'QuotaExceededError');
  });
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
    kept.delete(String(key));
    return remove.call(this, key);
  });
}

test('a deleted adapter makes room when it is removed for good, and not before: what is held is kept then', async () => {
  const kept = await aboutToEnd();
  roomForAdapters(2);
  for (const id of ['first', 'second']) await kept.adapters.save(sampleAdapter({ id }));
  await expect(kept.conclude(sampleAdapter(), record, false)).rejects.toThrow(/no room/);
  kept.adapters.hold(sampleAdapter(), (adapter) => kept.conclude(adapter, record, false));
  await kept.adapters.delete('first');
  expect(await kept.adapters.list()).toMatchObject([{ id: 'one', unsaved: true }, { id: 'second' }]);
  expect(await kept.adapters.deleted()).toMatchObject([{ id: 'first' }]);
  await kept.adapters.purge('first');
  expect(await found(kept)).toEqual({ ...FINISHED, adapters: ['one', 'second'] });
  expect(await kept.adapters.load('one')).toEqual(sampleAdapter());
});

test('one that is held and deleted can be brought back too, until it is removed for good', async () => {
  const { adapters } = await aboutToEnd();
  noRoomForAdapters();
  adapters.hold(sampleAdapter(), () => Promise.reject(new Error('no room')));
  await adapters.delete('one');
  expect(await adapters.deleted()).toMatchObject([{ id: 'one', unsaved: true, deletedAt: expect.any(Number) }]);
  await adapters.restore('one');
  expect([await adapters.list(), await adapters.deleted()]).toMatchObject([[{ id: 'one', unsaved: true }], []]);
  await adapters.purge('one'); // it is not deleted
  await adapters.delete('one');
  await adapters.purge('one');
  expect([await adapters.list(), await adapters.deleted()]).toEqual([[], []]);
});

test('an adapter that is brought in takes the room of checkpoints which have a later one', async () => {
  const kept = await aboutToEnd();
  noRoomForAdapters(1);
  await kept.adapters.save(sampleAdapter());
  expect(await found(kept)).toEqual({ ...UNFINISHED, adapters: ['one'] });
});
