import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { openAdapterStore } from '../../src/adapter/store';
import { ProblemError } from '../../src/problem';
import { hubAdapter } from './hub_sample';
import { sampleAdapter } from './sample';

afterEach(() => void vi.restoreAllMocks());

let databases = 0;
const freshStore = () => openAdapterStore(`adapters ${databases++}`);

const at = (id: string, savedAt: number) => {
  const adapter = sampleAdapter({ id });
  return { ...adapter, summary: { ...adapter.summary, savedAt } };
};

test('a kept adapter comes back, every weight of it', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  expect(await store.load('one')).toEqual(sampleAdapter());
});

test('the list has the latest first and reads no weights', async () => {
  const store = freshStore();
  await store.save(at('old', 1));
  await store.save(at('new', 3));
  await store.save(at('middle', 2));
  const read = vi.spyOn(IDBObjectStore.prototype, 'get');
  expect((await store.list()).map(({ id }) => id)).toEqual(['new', 'middle', 'old']);
  expect(read.mock.calls.map(([key]) => key)).toEqual(['summary middle', 'summary new', 'summary old']);
});

test('a name can be changed, and stays', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  await store.rename('one', 'Whales');
  expect((await store.list())[0]?.name).toBe('Whales');
  expect((await store.load('one')).summary.name).toBe('Whales');
});

test('what other programs call the base can be changed, of a model of the hub alone', async () => {
  const store = freshStore();
  await store.save(hubAdapter());
  await store.nameBase('one', '/models/mine');
  const { hub } = (await store.load('one')).summary;
  expect(hub).toEqual({ ...hubAdapter().summary.hub, nameOrPath: '/models/mine' });
  await store.save(sampleAdapter());
  await store.nameBase('one', '/models/mine');
  expect((await store.load('one')).summary).toEqual(sampleAdapter().summary);
});

test('a deleted adapter is off the list, can be restored at any time, and is gone after the purge', async () => {
  const store = freshStore();
  await store.save(at('kept', 1));
  await store.save(at('deleted', 2));
  await store.save(at('restored', 3));
  await store.delete('deleted');
  await store.delete('restored');
  expect((await store.list()).map(({ id }) => id)).toEqual(['kept']);
  await store.restore('restored');
  const deletedAt = expect.any(Number);
  expect(await store.deleted()).toEqual([{ ...at('deleted', 2).summary, deletedAt }]);
  for (const id of ['deleted', 'restored', 'kept', 'never there']) await store.purge(id);
  expect((await store.list()).map(({ id }) => id)).toEqual(['restored', 'kept']);
  await expect(store.restore('deleted')).rejects.toThrow(/no longer there/);
  await expect(store.load('deleted')).rejects.toThrow(/no longer there/);
  expect(await store.load('restored')).toEqual(at('restored', 3));
});

test('a write has reached the disk before it is said to be done', async () => {
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const store = freshStore();
  await store.save(sampleAdapter());
  await store.rename('one', 'Whales');
  const writes = begun.mock.calls.filter(([, mode]) => mode === 'readwrite');
  expect(writes).toHaveLength(2);
  for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
});

test.each(['load', 'delete', 'restore'] as const)('%s of an unknown adapter is a problem', async (method) => {
  await expect(freshStore()[method]('none')).rejects.toThrow(ProblemError);
});

test('renaming an unknown adapter makes none', async () => {
  const store = freshStore();
  await expect(store.rename('none', 'x')).rejects.toThrow(/no longer there/);
  expect(await store.list()).toEqual([]);
});

test('a view stores its own bytes, not the buffer behind it', async () => {
  const store = freshStore();
  const adapter = sampleAdapter();
  const large = new Float32Array(1_000_000).fill(2);
  const tensors = {
    ...adapter.tensors,
    'PaliGemma/llm/final_norm/scale': { shape: [7], values: large.subarray(5, 12) },
  };
  await store.save({ ...adapter, tensors });
  const loaded = (await store.load('one')).tensors['PaliGemma/llm/final_norm/scale']?.values as Float32Array;
  expect(loaded).toEqual(new Float32Array(7).fill(2));
  expect(loaded.buffer.byteLength).toBe(28);
});

test('a full disk is a problem with a way out, and leaves what was there', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const refusal = await store.save(sampleAdapter({ alpha: 2 })).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ProblemError);
  expect((refusal as ProblemError).problem).toMatchObject({
    what: expect.stringMatching(/no room.*adapters/),
    fix: expect.stringMatching(/remove for good/),
  });
  vi.restoreAllMocks();
  expect(await store.load('one')).toEqual(sampleAdapter());
});

test('storage that is switched off is a problem with a way out', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  await expect(freshStore().list()).rejects.toThrow(
    /could not keep or read the adapters \(SecurityError\).*private window/,
  );
});
