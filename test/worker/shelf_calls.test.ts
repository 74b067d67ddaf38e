import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { openAdapterStore } from '../../src/adapter/store';
import type { Base } from '../../src/base/base';
import { GEMMA } from '../../src/leaves/gemma';
import { pathOf } from '../../src/leaves/row';
import { layerSize } from '../../src/model/tree';
import { problem } from '../../src/problem';
import { type TabNews, watchTabs } from '../../src/worker/other_tabs';
import { shelfCalls } from '../../src/worker/shelf_calls';
import { hubAdapter } from '../adapter/hub_sample';
import { sampleAdapter, base as sampleBase } from '../adapter/sample';

afterEach(() => vi.unstubAllGlobals());

let databases = 0;

const AWAY = problem('The model is not open.', 'base', 'Open it.');
const NORM = pathOf(GEMMA.attentionNorm);

/** An adapter that trained a norm, half above the base's. */
function ofNorm(): Adapter {
  const { summary, ...contents } = sampleAdapter({ also: [NORM] });
  contents.tensors[NORM]!.values.fill(1.5);
  return { ...contents, summary: { ...summary, id: 'norm' } };
}

/** A base all of whose weights are 1. */
const ones = (hash: string): Base => {
  const read: Base['weights']['read'] = async (leaf) => new Float32Array(layerSize(leaf)).fill(1);
  return { hash, summary: { name: 'Tiny' }, weights: { read } } as Base;
};

async function shelf(baseOf: (id: string) => Promise<Base> = () => Promise.reject(AWAY)) {
  const store = openAdapterStore(`shelf ${databases++}`);
  await store.save(sampleAdapter());
  return { store, calls: shelfCalls(store, baseOf) };
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

test('a copy shows in every tab', async () => {
  const { calls } = await shelf();
  const news: TabNews[] = [];
  watchTabs(
    () => null,
    (one) => news.push(one),
  );
  valueIn(await calls.duplicateAdapter('one', 'copy'));
  await expect.poll(() => news).toEqual([{ kind: 'kept' }]);
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

test('what was trained whole is compared with its base, where that is at hand; elsewhere it says why not', async () => {
  const compared = async (baseOf?: (id: string) => Promise<Base>) => {
    const { store, calls } = await shelf(baseOf);
    await store.save(ofNorm());
    const { norms, baseAway } = valueIn(await calls.compareAdapters('norm', 'one'));
    return { layer: valueIn(norms).find(({ leaf }) => leaf === NORM)?.layers[0], baseAway };
  };
  const asked: string[] = [];
  const open = (hash: string) => async (id: string) => {
    asked.push(id);
    return ones(hash);
  };
  expect(await compared(open(sampleBase.hash))).toEqual({
    layer: { first: 0.5, second: 0, apart: 0.5 },
    baseAway: null,
  });
  expect(asked).toEqual(['tiny']); // once for all layers
  const unknown = { first: null, second: 0, apart: null };
  expect(await compared()).toEqual({ layer: unknown, baseAway: AWAY.problem });
  expect(await compared(open('ef'.repeat(32)))).toEqual({
    layer: unknown,
    baseAway: expect.objectContaining({ what: expect.stringContaining('another version') }),
  });
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
