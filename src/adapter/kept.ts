/** Everything that this browser keeps of runs and adapters: one database. */
import type { Adapter } from './adapter';
import { type CheckpointStore, openCheckpointStore } from './checkpoint_store';
import { type HoldingStore, holding } from './held';
import { DATABASE, openRecords } from './records';
import { withRoom } from './room';
import { discardChanges, RUN, type RunEntry } from './run_entry';
import { openRunRecords, type RunRecord, type RunRecords, recordChange } from './run_records';
import { adapterChanges, openAdapterStore } from './store';

export interface Kept<Dataset> {
  readonly adapters: HoldingStore;
  /** Of runs that have not ended. */
  readonly checkpoints: CheckpointStore<Dataset>;
  /** Of runs that have ended. */
  readonly records: RunRecords;
  /**
   * Keeps the adapter and the record of a run that has ended and, without `keepRun`, forgets its checkpoints, all or, whatever happens
   * in between, nothing of it.
   * @throws ProblemError where there is no room, or no storage
   */
  conclude(adapter: Adapter, record: RunRecord, keepRun: boolean): Promise<void>;
}

export function openKept<Dataset>(database = DATABASE): Kept<Dataset> {
  const records = openRecords(database, 'the adapters');
  return {
    adapters: holding(openAdapterStore(database)),
    checkpoints: openCheckpointStore(database),
    records: openRunRecords(database),
    conclude: (adapter, record, keepRun) =>
      withRoom(records, record.runId, () =>
        records.update(RUN + record.runId, (run) => [
          ...adapterChanges(adapter),
          recordChange(record),
          ...(keepRun ? [] : discardChanges(record.runId, run as RunEntry | undefined)),
        ]),
      ),
  };
}
