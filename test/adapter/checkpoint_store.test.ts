import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
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
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(20), dataset });
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
  await expect(store.save(checkpointAt(10, 'a'))).rejects.toThrow(/no longer there/);
  expect(await store.load('b')).toEqual({ checkpoint: checkpointAt(9, 'b'), dataset });
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
const fill = () => {
  throw new DOMException('full', 'QuotaExceededError');
};
const uncloneable = () => {
  throw new DOMException('a function', 'DataCloneError');
};

test.each([
  ['aborted', 0, abort],
  ['aborted', 1, abort],
  ['out of room', 0, fill],
  ['out of room', 1, fill],
  ['not to be cloned', 1, uncloneable],
] as const)('a write that is %s after %i records leaves the checkpoint before it', async (_, before, happens) => {
  const store = freshStore();
  await store.begin(checkpointAt(0), dataset);
  await store.save(checkpointAt(10));
  interruptWrite(before, happens);
  await expect(store.save(checkpointAt(20))).rejects.toThrow(ProblemError);
  vi.restoreAllMocks();
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(10), dataset });
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
