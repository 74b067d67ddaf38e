import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import { openAdapterStore } from '../../src/adapter/store';
import { defaultSettings } from '../../src/settings/defaults';
import type { TrainEvent } from '../../src/tasks/events';
import { lockOf, trainsElsewhere } from '../../src/worker/other_tabs';
import { Runs } from '../../src/worker/runs';
import type { Session } from '../../src/worker/session';
import { hubAdapter } from '../adapter/hub_sample';
import { base as sampleBase } from '../adapter/sample';
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
  const base = async () => ({ config: sampleBase.modelConfig });
  const session = { gpu: () => gpu, base, tokenizer: async () => ({}) } as unknown as Session;
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

test('two tabs that train at once are told of each other', async () => {
  const [first, second] = [tab(), tab()];
  const told: Record<'first' | 'second', string[]> = { first: [], second: [] };
  const listen = (which: 'first' | 'second') => (event: TrainEvent) => {
    if (event.kind === 'problem') told[which].push(event.problem.what);
  };
  const never = () => new Promise<never>(() => undefined);
  void first.runs.start(never, listen('first'));
  await expect.poll(() => trainsElsewhere(null)).toBe(true);
  expect(told.first).toEqual([]);
  void second.runs.start(never, listen('second'));
  await expect.poll(() => told.first).toEqual([expect.stringContaining('Another tab')]);
  expect(told.second).toEqual([expect.stringContaining('Another tab')]);
});

test('a run of this tab is none of another, and a deletion is no run', async () => {
  await navigator.locks.request('adaptab deleted adapter a', {}, async () => {
    await navigator.locks.request(lockOf('mine'), {}, async () => {
      expect(await trainsElsewhere('mine')).toBe(false);
      expect(await trainsElsewhere('other')).toBe(true);
    });
    expect(await trainsElsewhere(null)).toBe(false);
  });
});

test.each([
  ['of another base', hubAdapter(), /Sea \/ stories · This adapter was trained on another base/],
  ['that changes the base', hubAdapter({ also: ['model.norm.weight'] }), /also changes parameters of the base/],
  ['that is gone', null, /This adapter is no longer there/],
])('a run goes on from no adapter %s', async (_, adapter, message) => {
  const adapters = openAdapterStore(`start ${message}`);
  if (adapter) await adapters.save(adapter);
  const runs = new Runs({ gpu: () => new Promise(() => undefined) } as unknown as Session, adapters);
  const lora = { rank: 3, alpha: 6, rootScaled: false, targets: [] };
  const base = message.source.includes('another') ? 'other' : 'hub';
  const settings = { ...defaultSettings, base, startingFrom: { id: 'one', name: 'One', lora } };
  await expect(
    runs.start(
      async () => ({ settings, stages: [], data, opened: null }),
      () => undefined,
    ),
  ).rejects.toThrow(message);
});
