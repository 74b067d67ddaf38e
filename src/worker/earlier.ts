/** What earlier versions of this page kept in three databases, moved into the one that it has now. */
import { type Change, DATABASE, isThere, openRecords, type Records } from '../adapter/records';
import { CHECKPOINT, DATASET, RUN } from '../adapter/run_entry';
import { ENDED } from '../adapter/run_records';
import { lockOf } from './other_tabs';

/** Adapters are where they were. */
const EARLIER = { runs: 'adaptab-runs', ended: 'adaptab-ended-runs' };

/**
 * Moves runs and records of runs. One tab at a time; a tab that is closed in the middle leaves each where it was or in both
 * databases, and the next one goes on. A run that trains in a tab of the earlier version stays, for a later call.
 *
 * @throws ProblemError where there is no room, or no storage: nothing is lost
 */
export async function moveEarlier(database = DATABASE, earlier = EARLIER): Promise<void> {
  await navigator.locks.request('adaptab earlier versions', {}, async () => {
    const to = openRecords(database, 'the checkpoints');
    await fromThere(earlier.runs, async (from) => {
      for (const key of await from.keys(RUN)) {
        const runId = key.slice(RUN.length);
        await navigator.locks.request(lockOf(runId), { ifAvailable: true }, async (lock) => {
          if (lock) await move(from, to, [DATASET + runId, CHECKPOINT + runId, key]);
        });
      }
    });
    await fromThere(earlier.ended, async (from) => {
      await move(from, to, await from.keys(RUN), (key) => ENDED + key.slice(RUN.length));
    });
  });
}

/** Opens a database where there is one. It stays, empty: a tab of an earlier version may be open, and keep things in it. */
async function fromThere(database: string, work: (from: Records) => Promise<void>): Promise<void> {
  if (await isThere(database, 'the checkpoints')) await work(openRecords(database, 'the checkpoints'));
}

/** Writes records there, all at once, before they go here. */
async function move(
  from: Records,
  to: Records,
  keys: readonly string[],
  renamed = (key: string) => key,
): Promise<void> {
  const values = await from.read(...keys);
  await to.write(...keys.map((key, n): Change => [renamed(key), values[n]]));
  await from.write(...keys.map((key): Change => [key, undefined]));
}
