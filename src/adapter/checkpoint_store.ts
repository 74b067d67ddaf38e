/**
 * Checkpoints of runs that have not ended. Of each run the latest is kept. A write is one transaction: a tab that is
 * closed in the middle leaves the checkpoint before it.
 */
import { problem } from '../problem';
import { stepsOf } from '../settings/stages';
import type { Checkpoint } from './checkpoint';
import { openRecords } from './records';
import type { UnfinishedRun } from './summary';

/** `Dataset` is the tokenised dataset as the run uses it: plain data, kept once a run. */
export interface CheckpointStore<Dataset> {
  /** Keeps the dataset and the first checkpoint of a run. */
  begin(checkpoint: Checkpoint, dataset: Dataset): Promise<void>;
  /** Replaces the run's checkpoint. */
  save(checkpoint: Checkpoint): Promise<void>;
  load(runId: string): Promise<{ checkpoint: Checkpoint; dataset: Dataset }>;
  /** Runs that load() can bring back, the latest first. */
  listUnfinished(): Promise<readonly UnfinishedRun[]>;
  /** Forgets a run: it has ended, or nobody wants it. */
  discard(runId: string): Promise<void>;
}

const RUN = 'run ';
const CHECKPOINT = 'checkpoint ';
const DATASET = 'dataset ';

/** All methods throw ProblemErrors: no such run, no room, no storage. */
export function openCheckpointStore<Dataset>(database = 'adaptab-runs'): CheckpointStore<Dataset> {
  const records = openRecords(database, 'the checkpoints');
  const changes = (checkpoint: Checkpoint) =>
    [
      [CHECKPOINT + checkpoint.runId, checkpoint],
      [RUN + checkpoint.runId, summaryOf(checkpoint)],
    ] as const;
  return {
    begin: (checkpoint, dataset) => records.write([DATASET + checkpoint.runId, dataset], ...changes(checkpoint)),
    async save(checkpoint) {
      const [known] = await records.read(RUN + checkpoint.runId);
      if (!known) throw forgotten(checkpoint.runId);
      await records.write(...changes(checkpoint));
    },
    async load(runId) {
      const [checkpoint, dataset] = await records.read(CHECKPOINT + runId, DATASET + runId);
      if (checkpoint === undefined || dataset === undefined) throw forgotten(runId);
      return { checkpoint: checkpoint as Checkpoint, dataset: dataset as Dataset };
    },
    async listUnfinished() {
      const runs = (await records.read(...(await records.keys(RUN)))) as UnfinishedRun[];
      return runs.sort((a, b) => b.savedAt - a.savedAt);
    },
    discard: (runId) => records.remove(RUN + runId, CHECKPOINT + runId, DATASET + runId),
  };
}

const summaryOf = ({ runId, settings, step, savedAt, history, baselineHeldout }: Checkpoint): UnfinishedRun => ({
  runId,
  name: settings.name,
  step,
  steps: stepsOf(settings),
  savedAt,
  settings,
  history,
  baselineHeldout,
});

const forgotten = (runId: string) =>
  problem('The checkpoint of this run is no longer there.', `run ${runId}`, 'Start the run again.');
