import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openKept } from '../../src/adapter/kept';
import { openRecords, type Records } from '../../src/adapter/records';
import { defaultSettings } from '../../src/settings/defaults';
import { moveEarlier } from '../../src/worker/earlier';
import { lockOf } from '../../src/worker/other_tabs';
import { sampleAdapter } from '../adapter/sample';
import { checkpointAt } from '../adapter/sample_checkpoint';
import { stubLocks } from './locks';

beforeEach(() => void stubLocks());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

let databases = 0;
const data = { windows: 3 };

/** What the version before this one left: a run, a record of a run, an adapter. */
async function left() {
  const own = databases++;
  const [database, earlier] = [`adapters ${own}`, { runs: `runs ${own}`, ended: `ended ${own}` }];
  const runs = openRecords(earlier.runs, '');
  const { settings, step, savedAt } = checkpointAt(20);
  const run = { runId: 'r', name: 'run r', step, steps: 60, savedAt, settings };
  await runs.write(['dataset r', data], ['checkpoint r', checkpointAt(20)], ['run r', run]);
  const ended = openRecords(earlier.ended, '');
  await ended.write(['run e', { runId: 'e', settings: defaultSettings, endedAt: 1 }]);
  const kept = openKept<object>(database);
  await kept.adapters.save(sampleAdapter());
  return { runs, ended, kept, move: () => moveEarlier(database, earlier) };
}

async function expectMoved({ kept, runs, ended }: Awaited<ReturnType<typeof left>>): Promise<void> {
  const loaded = await kept.checkpoints.load('r');
  expect(loaded).toEqual({ checkpoint: checkpointAt(20), dataset: data, laterDamaged: false });
  expect((await kept.records.list('text')).map(({ runId }) => runId)).toEqual(['e']);
  expect(await kept.adapters.load('one')).toEqual(sampleAdapter());
  for (const from of [runs, ended]) expect(await from.keys('')).toEqual([]);
}

test('runs and records of an earlier version are moved; adapters are where they were', async () => {
  const there = await left();
  await there.move();
  await expectMoved(there);
  await there.move();
  await expectMoved(there);
});

test('several tabs may move them at once', async () => {
  const there = await left();
  await Promise.all([there.move(), there.move(), there.move()]);
  await expectMoved(there);
});

/** Lets so many transactions that write come to their end, and no more. */
function killAfter(writes: number): void {
  const begin = IDBDatabase.prototype.transaction;
  let begun = 0;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
    const transaction = begin.apply(this, given);
    if (given[1] === 'readwrite' && begun++ >= writes) transaction.abort();
    return transaction;
  });
}

test.each([0, 1, 2, 3])(
  'a tab that is closed after %i writes loses nothing, and the next one goes on',
  async (writes) => {
    const there = await left();
    killAfter(writes);
    await expect(there.move()).rejects.toThrow();
    vi.restoreAllMocks();
    await there.move();
    await expectMoved(there);
  },
);

test('a run that trains in a tab of the earlier version stays with it, and is moved later', async () => {
  const there = await left();
  const keys = (records: Records) => records.keys('run ');
  await navigator.locks.request(lockOf('r'), {}, async () => {
    await there.move();
    expect(await there.kept.checkpoints.listUnfinished()).toEqual([]);
    expect(await keys(there.runs)).toEqual(['run r']);
  });
  await there.move();
  await expectMoved(there);
});

test('a browser that has kept nothing is left as it is', async () => {
  await moveEarlier('nothing', { runs: 'no runs', ended: 'no ended runs' });
  const names = (await indexedDB.databases()).map(({ name }) => name);
  expect(names).not.toContain('no runs');
});

test('storage that is switched off is said in words', async () => {
  vi.spyOn(indexedDB, 'databases').mockRejectedValue(new DOMException('no', 'SecurityError'));
  await expect(moveEarlier('nothing')).rejects.toThrow(/could not keep or read the checkpoints \(SecurityError\)/);
});
