import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { openAdapterStore } from '../../src/adapter/store';
import { shelfCalls } from '../../src/worker/shelf_calls';
import { hubAdapter } from '../adapter/hub_sample';
import { sampleAdapter } from '../adapter/sample';

afterEach(() => vi.unstubAllGlobals());

let databases = 0;

async function shelf() {
  const store = openAdapterStore(`shelf ${databases++}`);
  await store.save(sampleAdapter());
  return { store, calls: shelfCalls(store) };
}

const valueIn = <T>(answer: { ok: true; value: T } | { ok: false; problem: { what: string } }): T => {
  if (!answer.ok) throw new Error(answer.problem.what);
  return answer.value;
};

test('a copy has every weight, its own id and name, and stays when its original goes', async () => {
  const { store, calls } = await shelf();
  valueIn(await calls.duplicateAdapter('one', 'Sea / stories (copy)'));
  const [copy, original] = await store.list();
  expect([copy!.name, original!.name]).toEqual(['Sea / stories (copy)', 'Sea / stories']);
  expect(copy!.id).not.toBe(original!.id);
  await store.delete('one');
  await store.purge('one');
  const { summary: _, ...contents } = sampleAdapter();
  expect(await store.load(copy!.id)).toMatchObject(contents);
  expect(await calls.duplicateAdapter('one', 'again')).toMatchObject({ ok: false });
});

test('two adapters are compared: what each learned when, and what each changes', async () => {
  const { store, calls } = await shelf();
  valueIn(await calls.duplicateAdapter('one', 'copy'));
  const { id } = (await store.list()).find(({ name }) => name === 'copy')!;
  const { histories, norms } = valueIn(await calls.compareAdapters('one', id));
  const { train, heldout } = sampleAdapter().history!;
  expect(histories).toEqual([
    { train, heldout },
    { train, heldout },
  ]);
  expect(
    valueIn(norms)
      .flatMap(({ layers }) => layers.map(({ apart }) => apart))
      .every((apart) => apart === 0),
  ).toBe(true);
});

test('of different bases the losses are told, and a problem in place of the changes; a file may not tell its losses', async () => {
  const { store, calls } = await shelf();
  const foreign = hubAdapter();
  await store.save({ ...foreign, summary: { ...foreign.summary, id: 'foreign' }, history: null });
  const { histories, norms } = valueIn(await calls.compareAdapters('one', 'foreign'));
  expect(histories.map((history) => history === null)).toEqual([false, true]);
  expect(norms).toMatchObject({ ok: false });
});

test.each([
  [
    { usage: 900, quota: 1000 },
    { usedBytes: 900, quotaBytes: 1000 },
  ],
  [{}, { usedBytes: null, quotaBytes: null }],
])('what is stored is counted, and what the browser says of it: %o', async (estimate, told) => {
  const { calls } = await shelf();
  const nothing = async () => Promise.reject(new DOMException('none', 'NotFoundError'));
  vi.stubGlobal('navigator', {
    storage: { estimate: async () => estimate, getDirectory: async () => ({ getDirectoryHandle: nothing }) },
    locks: { query: async () => ({ held: [] }) },
  });
  expect(valueIn(await calls.storageUse())).toEqual({
    adapterBytes: sampleAdapter().summary.bytes,
    modelBytes: 0,
    frameBytes: 0,
    ...told,
  });
});
