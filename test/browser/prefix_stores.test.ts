import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PrefixStoreKey } from '../../src/prefixes/index_file';
import type { Outcome } from '../../src/problem';
import { LABEL, recordOf } from '../prefixes/records';
import type { PrefixCalls } from './prefix_worker';

/* Prefix stores in the browser's own files, opened by threads that end as tabs do. */

const KEY: PrefixStoreKey = { weights: 'w1', data: 'd1', precision: 'bf16', layers: 3, layerBytes: 7_000 };
const OTHER = { ...KEY, weights: 'w2' };

let threads: Worker[] = [];

/** A thread with its calls. */
function thread() {
  const worker = new Worker(new URL('./prefix_worker.ts', import.meta.url), { type: 'module' });
  threads.push(worker);
  const tell = <Name extends keyof PrefixCalls>(name: Name, ...parts: Parameters<PrefixCalls[Name]>) =>
    new Promise<Outcome<Awaited<ReturnType<PrefixCalls[Name]>>>>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage([name, ...parts]);
    });
  /** The value of a call that must not fail. */
  const ask = async <Name extends keyof PrefixCalls>(name: Name, ...parts: Parameters<PrefixCalls[Name]>) => {
    const answer = await tell(name, ...parts);
    if (!answer.ok) throw new Error(answer.problem.what);
    return answer.value;
  };
  return { tell, ask, end: () => worker.terminate() };
}

beforeEach(async () => {
  const { ask } = thread();
  const left = async () => {
    await ask('evict', 0);
    return ask('list');
  };
  await expect.poll(left).toEqual([]); // the locks of threads that were ended go a little later
});

afterEach(() => {
  for (const worker of threads) worker.terminate();
  threads = [];
});

test('a store is written, closed, opened again and read, in the browser’s own files', async () => {
  const first = thread();
  expect(await first.ask('open', KEY)).toEqual([]);
  await first.ask('write', [7, 2], KEY.layers);
  await first.ask('write', [4], KEY.layers);
  const bytes = await first.ask('bytes');
  await first.ask('close');
  const second = thread();
  expect(await second.ask('open', KEY)).toEqual([]);
  expect(await second.ask('has', [2, 3, 4, 7])).toEqual([true, false, true, true]);
  for (const sample of [2, 4, 7])
    expect(await second.ask('read', sample)).toEqual({ ok: true, value: recordOf(sample, KEY) });
  const [listed, ...others] = await thread().ask('list');
  expect(others).toEqual([]);
  expect(listed).toMatchObject({ label: LABEL, key: KEY, records: 3, bytes, inUse: true });
  expect(Math.abs(listed!.lastUsed! - Date.now())).toBeLessThan(60_000);
  expect(await thread().ask('samplesIn', listed!.id)).toEqual([7, 2, 4]); // while it is in use, too
  expect(await thread().ask('samplesIn', 'another')).toEqual([]);
});

test('a thread that ends in the middle of a block loses that block', async () => {
  const first = thread();
  await first.ask('open', KEY);
  await first.ask('write', [1, 2], KEY.layers);
  await first.ask('write', [3, 4], KEY.layers - 1);
  first.end();
  const second = thread();
  await expect.poll(async () => (await second.tell('open', KEY)).ok).toBe(true);
  expect(await second.ask('has', [1, 2, 3, 4])).toEqual([true, true, false, false]);
  await second.ask('write', [3, 4], KEY.layers);
  for (const sample of [1, 2, 3, 4])
    expect(await second.ask('read', sample)).toEqual({ ok: true, value: recordOf(sample, KEY) });
});

test('a store that is in use is refused to others, and neither deleted nor evicted', async () => {
  const [first, second] = [thread(), thread()];
  await second.ask('open', OTHER);
  await second.ask('write', [5], KEY.layers);
  await second.ask('close');
  await first.ask('open', KEY);
  await first.ask('write', [5], KEY.layers);
  const what = 'The keys and values of these frames are in use elsewhere.';
  expect(await second.tell('open', KEY)).toMatchObject({ ok: false, problem: { what } });
  const stores = await second.ask('list');
  expect(stores.map(({ key, inUse }) => [key?.weights, inUse])).toEqual([
    ['w1', true],
    ['w2', false],
  ]);
  expect(await second.tell('remove', stores[0]!.id)).toMatchObject({ ok: false, problem: { what } });
  expect((await second.ask('evict', 0)).map(({ key }) => key?.weights)).toEqual(['w2']);
  expect(await first.ask('read', 5)).toEqual({ ok: true, value: recordOf(5, KEY) });
  await first.ask('close');
  await second.ask('remove', stores[0]!.id);
  expect(await second.ask('list')).toEqual([]);
});

test('those used longest ago are evicted first, and no more than must be', async () => {
  const one = thread();
  for (const weights of ['a', 'b', 'c', 'a']) {
    await one.ask('open', { ...KEY, weights });
    if (!(await one.ask('has', [1]))[0]) await one.ask('write', [1], KEY.layers);
    await one.ask('close');
  }
  const stores = await one.ask('list');
  expect(stores.map(({ key }) => key?.weights)).toEqual(['a', 'c', 'b']);
  const bytes = stores.reduce((sum, store) => sum + store.bytes, 0);
  expect(await one.ask('evict', bytes)).toEqual([]);
  expect((await one.ask('evict', bytes - 1)).map(({ key }) => key?.weights)).toEqual(['b']);
  expect((await one.ask('list')).map(({ key }) => key?.weights)).toEqual(['a', 'c']);
});

test('room is made by what was used longest ago, where that is enough; else nothing goes', async () => {
  const one = thread();
  for (const weights of ['a', 'b', 'c']) {
    await one.ask('open', { ...KEY, weights });
    await one.ask('write', [1], KEY.layers);
    await one.ask('close');
  }
  await one.ask('open', { ...KEY, weights: 'a' }); // used last, and in use
  const [{ bytes } = { bytes: 0 }] = await one.ask('list');
  const left = async () => (await one.ask('list')).map(({ key }) => key?.weights);
  expect(await one.ask('makeRoom', 1000, 1000)).toEqual([]);
  expect(await one.tell('makeRoom', 2 * bytes + 1001, 1000)).toMatchObject({
    ok: false,
    problem: { what: expect.stringMatching(/no room for 1 more bytes/) },
  });
  expect(await left()).toEqual(['a', 'c', 'b']);
  const [removed, ...others] = await one.ask('makeRoom', bytes + 1000, 1000);
  expect(others).toEqual([]);
  expect(removed?.what).toContain(`${bytes} bytes, was removed`);
  expect(await left()).toEqual(['a', 'c']);
});

test('a new store says what is kept of the same frames for other weights, and how much that is; an old one does not', async () => {
  const one = thread();
  await one.ask('open', KEY);
  await one.ask('close'); // nothing was kept
  expect(await one.ask('open', OTHER)).toEqual([]);
  await one.ask('write', [1, 2], KEY.layers);
  const bytes = await one.ask('bytes');
  await one.ask('close');
  const said = {
    what: `What is kept of these frames, ${bytes} bytes, belongs to other weights: they are computed again.`,
    where: `${LABEL.model}, ${LABEL.recording}`,
    fix: 'Delete it from the list of kept frames when no run needs it any more.',
  };
  expect(await one.ask('open', KEY)).toEqual([said]);
  await one.ask('write', [1], KEY.layers);
  await one.ask('close');
  expect(await one.ask('open', KEY)).toEqual([]);
  await one.ask('close');
  expect(await one.ask('open', { ...OTHER, data: 'd2' })).toEqual([]);
  await one.ask('close');
  const told = await one.ask('open', { ...KEY, precision: 'f32', layerBytes: 14_000 });
  expect(told.map(({ what }) => what.replace(/\d+/, 'N')).sort()).toEqual([
    'What is kept of these frames, N bytes, belongs to other weights: they are computed again.',
    'What is kept of these frames, N bytes, was computed in another way: they are computed again.',
  ]);
});

test('how much room there is, is what the browser says', async () => {
  const { freeBytes, fits } = await thread().ask('roomFor', 1);
  const { quota, usage } = await navigator.storage.estimate();
  expect(Math.abs(freeBytes! - (quota! - usage!))).toBeLessThan(quota! / 10);
  expect([fits, (await thread().ask('roomFor', 2 * quota!)).fits]).toEqual([true, false]);
});
