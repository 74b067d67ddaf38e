/** Room for what must be kept: where there is none, checkpoints go that have a later one. */
import { NoRoomError, type Records } from './records';
import { CHECKPOINT, checkpointsOf, RUN, type RunEntry } from './run_entry';

/**
 * Writes, and where there is no room drops a checkpoint that has a later one and tries again: first that of the run itself, then
 * of other runs, those first that were saved longest ago. The last checkpoint of a run stays, and every adapter, also one that
 * is deleted: a person says when that is gone.
 *
 * @param runId what is written is of this run; null: of none
 * @throws NoRoomError where nothing is left to drop
 */
export async function withRoom(records: Records, runId: string | null, write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof NoRoomError) || !(await dropOne(records, runId))) throw error;
    }
  }
}

/** Nothing is written for it, as there is no room: what is said of the run still names what is gone. @returns whether there was one */
async function dropOne(records: Records, runId: string | null): Promise<boolean> {
  const runs = (await records.read(...(await records.keys(RUN)))) as RunEntry[];
  const there = new Set(await records.keys(CHECKPOINT));
  const olderOf = (run: RunEntry) =>
    checkpointsOf(run.runId, run)
      .slice(1)
      .filter(({ key }) => there.has(key));
  const isOwn = (run: RunEntry) => Number(run.runId === runId);
  const [run] = runs
    .filter((one) => olderOf(one).length > 0)
    .sort((one, other) => isOwn(other) - isOwn(one) || one.savedAt - other.savedAt);
  if (!run) return false;
  await records.write(...olderOf(run).map(({ key }) => [key, undefined] as const));
  return true;
}
