import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AdapterStore, openAdapterStore } from '../../src/adapter/store';
import { Deletions } from '../../src/worker/deletions';
import { sampleAdapter } from '../adapter/sample';
import { stubLocks } from './locks';

let closeTabs: () => void;
let store: AdapterStore;
let databases = 0;
/** A tab of its own on the same adapters. */
const tab = () => new Deletions(store);

beforeEach(async () => {
  ({ closeTabs } = stubLocks());
  store = openAdapterStore(`deletions ${databases++}`);
  for (const id of ['kept', 'deleted']) await store.save(sampleAdapter({ id }));
});
afterEach(() => vi.unstubAllGlobals());

const listed = async () => (await store.list()).map(({ id }) => id).sort();

test('what one tab deleted, it brings back although another tab was opened in between', async () => {
  const first = tab();
  await first.delete('deleted');
  expect(await listed()).toEqual(['kept']);
  await tab().purge();
  await first.restore('deleted');
  expect(await store.load('deleted')).toEqual(sampleAdapter({ id: 'deleted' }));
  await tab().purge();
  expect(await listed()).toEqual(['deleted', 'kept']);
});

test('it is gone when a page is opened and no tab can bring it back any more', async () => {
  await tab().delete('deleted');
  closeTabs();
  const later = tab();
  await later.purge();
  await expect(later.restore('deleted')).rejects.toThrow('This adapter is no longer there.');
  expect(await listed()).toEqual(['kept']);
});

test('two tabs that both deleted it can both bring it back', async () => {
  const [first, second] = [tab(), tab()];
  await first.delete('deleted');
  await second.delete('deleted');
  await second.restore('deleted');
  await tab().purge();
  await first.restore('deleted');
  expect(await listed()).toEqual(['deleted', 'kept']);
});

test('after it was brought back, deleting it again is an offer again', async () => {
  const first = tab();
  for (const _ of ['once', 'again']) {
    await first.delete('deleted');
    await tab().purge();
    await first.restore('deleted');
  }
  expect(await listed()).toEqual(['deleted', 'kept']);
});
