import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import { openKept } from '../../src/adapter/kept';
import { openRecords } from '../../src/adapter/records';
import { defaultSettings } from '../../src/settings/defaults';
import type { TrainEvent } from '../../src/tasks/events';
import { taskOf } from '../../src/tasks/registry';
import type { RunSummary } from '../../src/train/events';
import { lockOf, trainsElsewhere } from '../../src/worker/other_tabs';
import { Runs } from '../../src/worker/runs';
import type { Session } from '../../src/worker/session';
import { hubAdapter } from '../adapter/hub_sample';
import { sampleAdapter, base as sampleBase } from '../adapter/sample';
import { checkpointAt } from '../adapter/sample_checkpoint';
import { stubLocks } from './locks';

const store = openCheckpointStore<object>();
const data = { windows: 3 };

beforeEach(async () => {
  stubLocks();
  await store.begin(checkpointAt(5), data);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A tab whose run waits for the GPU until `give` it an error. */
function tab() {
  let give: (error: Error) => void = () => undefined;
  const gpu = new Promise((_, reject) => {
    give = reject;
  });
  gpu.catch(() => undefined); // it may be refused before anybody asks
  const base = async () => ({ config: sampleBase.modelConfig });
  const session = { gpu: () => gpu, base, tokenizer: async () => ({}) } as unknown as Session;
  return { runs: new Runs(session, openKept()), give };
}

test('a run that goes on in one tab cannot be discarded in another, whose list is from before', async () => {
  const [first, second] = [tab(), tab()];
  expect((await second.runs.unfinished('text')).map(({ runId }) => runId)).toEqual(['r']);
  const resumed = first.runs.resume('r', () => undefined).catch((error: Error) => error.message);
  await expect.poll(() => trainsElsewhere(null)).toBe(true);
  await expect(second.runs.discard('r')).rejects.toThrow('This run goes on in another tab.');
  await expect(second.runs.resume('r', () => undefined)).rejects.toThrow('This run goes on in another tab.');
  expect(await store.load('r')).toMatchObject({ checkpoint: checkpointAt(5), dataset: data });
  expect(await second.runs.unfinished('text')).toEqual([]);

  first.give(new Error('the GPU is away'));
  expect(await resumed).toBe('the GPU is away');
  await second.runs.discard('r');
  await expect(store.load('r')).rejects.toThrow('no longer there');
});

test('a tab asks for no run of which nothing is kept, or whose model is not open in it', async () => {
  const asked: string[] = [];
  const listener = new BroadcastChannel('adaptab runs');
  listener.onmessage = ({ data }) => asked.push(data.kind);
  const base = () => Promise.reject(new Error('The model is not open.'));
  const runs = new Runs({ base } as unknown as Session, openKept());
  const takeOver = (runId: string) => runs.resume(runId, () => undefined, { takeOver: true });
  await expect(takeOver('none')).rejects.toThrow('This browser has kept no checkpoint of the run.');
  await expect(takeOver('r')).rejects.toThrow('The model is not open.');
  new BroadcastChannel('adaptab runs').postMessage({ kind: 'last' });
  await expect.poll(() => asked).toEqual(['last']);
  listener.close();
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
  const kept = openKept(`start ${message}`);
  if (adapter) await kept.adapters.save(adapter);
  const runs = new Runs({ gpu: () => new Promise(() => undefined) } as unknown as Session, kept);
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

/** A tab whose run is at its end at once, with the sample adapter. */
async function endingTab(database: string) {
  const kept = openKept<unknown>(database);
  const adapter = sampleAdapter();
  const summary: RunSummary = {
    runId: 'r',
    adapterId: 'one',
    steps: 20,
    seconds: 1,
    ended: 'finished',
    baselineHeldout: 4,
    heldout: 3,
    keptStep: 20,
    verdict: { outcome: 'better', problem: null },
    history: adapter.history!,
  };
  vi.spyOn(taskOf(defaultSettings), 'createRun').mockReturnValue({
    run: async () => ({ summary, adapter }),
    snapshot: async () => adapter,
  });
  const base = async () => ({ config: sampleBase.modelConfig });
  const session = { gpu: async () => ({}), base, tokenizer: async () => ({}) } as unknown as Session;
  const told: string[] = [];
  const emit = (event: TrainEvent) => {
    if (event.kind === 'problem') told.push(event.problem.what);
  };
  await kept.checkpoints.begin(checkpointAt(5), data);
  await kept.checkpoints.save(checkpointAt(10));
  return { kept, told, runs: new Runs(session, kept), emit };
}

test('a run that ends leaves its adapter, its record, and no checkpoint', async () => {
  const { kept, told, runs, emit } = await endingTab('ending');
  expect(await runs.resume('r', emit)).toMatchObject({ ended: 'finished' });
  expect((await kept.adapters.list()).map(({ id }) => id)).toEqual(['one']);
  expect((await runs.ended('text')).map(({ runId }) => runId)).toEqual(['r']);
  expect(await runs.unfinished('text')).toEqual([]);
  expect(told).toEqual([]);
});

test('what came to its end is told by its record and its adapter; a sitting that was stopped has not', async () => {
  const { kept, runs, emit } = await endingTab('concluded');
  expect(await runs.concluded('text')).toBeNull();
  const summary = await runs.resume('r', emit);
  const told = { settings: checkpointAt(5).settings, summary };
  expect(await runs.concluded('text')).toEqual(told);
  expect(await runs.concluded('actions')).toBeNull();

  const [record] = await runs.ended('text');
  const stopped = {
    ...record!,
    runId: 'later',
    adapterId: 'other',
    ended: 'stopped',
    endedAt: Date.now() + 1,
  } as const;
  await kept.records.save(stopped);
  expect(await runs.concluded('text')).toEqual(told);
  await kept.records.remove('r');
  expect(await runs.concluded('text')).toBeNull();
});

/** A disk without room for adapters. */
function noRoomForAdapters() {
  const put = IDBObjectStore.prototype.put;
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (String(key).startsWith('contents ')) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

test('without room for its adapter a run ends all the same: the adapter is listed as not kept, the checkpoint stays', async () => {
  const { kept, told, runs, emit } = await endingTab('ending without room');
  noRoomForAdapters();
  expect(await runs.resume('r', emit)).toMatchObject({ ended: 'finished' });
  expect(told).toEqual([expect.stringContaining('The adapter could not be kept in this browser')]);
  expect(await kept.adapters.list()).toEqual([expect.objectContaining({ id: 'one', unsaved: true })]);
  expect((await kept.adapters.load('one')).tensors).toEqual(sampleAdapter().tensors);
  expect((await runs.unfinished('text')).map(({ step }) => step)).toEqual([10]);
});

test('when there is room, a run whose adapter had none has its adapter, its record, and no checkpoint; all tabs hear of it', async () => {
  const { kept, runs, emit } = await endingTab('room at last');
  const full = noRoomForAdapters();
  await runs.resume('r', emit);
  await kept.adapters.rename('one', 'Whales');
  full.mockRestore();
  const tab = new BroadcastChannel('adaptab runs');
  const heard = new Promise((resolve) => {
    tab.onmessage = ({ data: news }) => resolve(news);
  });
  await navigator.locks.request(lockOf('r'), {}, async () => {
    expect(await kept.adapters.list()).toEqual([expect.objectContaining({ name: 'Whales', unsaved: true })]);
  });
  expect((await runs.unfinished('text')).map(({ step }) => step)).toEqual([10]); // another tab had gone on with it
  expect(await kept.adapters.list()).toEqual([expect.objectContaining({ name: 'Whales' })]);
  expect(await kept.adapters.list()).not.toEqual([expect.objectContaining({ unsaved: true })]);
  expect((await runs.ended('text')).map(({ runId }) => runId)).toEqual(['r']);
  expect(await runs.unfinished('text')).toEqual([]);
  expect(await heard).toEqual({ kind: 'kept' });
  tab.close();
});

test('a run whose last checkpoint is damaged says from where it goes on', async () => {
  const { told, runs, emit } = await endingTab('damaged');
  await openRecords('damaged', '').write(['checkpoint r 10', checkpointAt(11)]);
  await runs.resume('r', emit);
  expect(told).toEqual(['The last checkpoint of the run is damaged: it goes on from the one before, of step 5.']);
});
