import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import { openAdapterStore } from '../../src/adapter/store';
import { Runs } from '../../src/worker/runs';
import type { Session } from '../../src/worker/session';
import { checkpointAt } from '../adapter/sample_checkpoint';
import { stubLocks } from './locks';

const store = openCheckpointStore<object>();
const data = { windows: 3 };

beforeEach(async () => {
  stubLocks();
  await store.begin(checkpointAt(5), data);
});
afterEach(() => vi.unstubAllGlobals());

/** A tab whose run waits for the GPU until `give` it an error. */
function tab() {
  let give: (error: Error) => void = () => undefined;
  const gpu = new Promise((_, reject) => {
    give = reject;
  });
  gpu.catch(() => undefined); // it may be refused before anybody asks
  const session = { gpu: () => gpu, base: async () => ({}), tokenizer: async () => ({}) } as unknown as Session;
  return { runs: new Runs(session, openAdapterStore()), give };
}

test('a run that goes on in one tab cannot be discarded in another, whose list is from before', async () => {
  const [first, second] = [tab(), tab()];
  expect((await second.runs.unfinished('text')).map(({ runId }) => runId)).toEqual(['r']);
  const resumed = first.runs.resume('r', () => undefined).catch((error: Error) => error.message);
  await expect(second.runs.discard('r')).rejects.toThrow('This run goes on in another tab.');
  await expect(second.runs.resume('r', () => undefined)).rejects.toThrow('This run goes on in another tab.');
  expect(await store.load('r')).toEqual({ checkpoint: checkpointAt(5), dataset: data });
  expect(await second.runs.unfinished('text')).toEqual([]);

  first.give(new Error('the GPU is away'));
  expect(await resumed).toBe('the GPU is away');
  await second.runs.discard('r');
  await expect(store.load('r')).rejects.toThrow('no longer there');
});
