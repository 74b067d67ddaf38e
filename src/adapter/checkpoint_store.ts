/**
 * Checkpoints of runs that have not ended. Of each run the last two are kept, each with its hash: where the browser gives back
 * something else than it was given, the one before it counts. A write is one transaction: a tab that is closed in the middle leaves
 * the checkpoints before it.
 */
import { outcome, problem } from '../problem';
import { stepsOf } from '../settings/stages';
import type { Checkpoint } from './checkpoint';
import { digestOf } from './digest';
import { type Change, DATABASE, openRecords, type Records } from './records';
import { withRoom } from './room';
import {
  CHECKPOINT,
  checkpointsOf,
  DATASET,
  discardChanges,
  type KeptCheckpoint,
  RUN,
  type RunEntry,
} from './run_entry';
import type { UnfinishedRun } from './summary';

/** `Dataset` is the tokenised dataset as the run uses it: plain data, kept once a run. */
export interface CheckpointStore<Dataset> {
  /** Keeps the dataset and the first checkpoint of a run, or the first since its storage was cleared. */
  begin(checkpoint: Checkpoint, dataset: Dataset): Promise<void>;
  /** The same of a run from elsewhere. @returns false where the run is here already: it stays as it is */
  add(checkpoint: Checkpoint, dataset: Dataset): Promise<boolean>;
  /** Keeps a checkpoint and the one before it. @returns false where nothing of the run is there any more: nothing is written */
  save(checkpoint: Checkpoint): Promise<boolean>;
  load(runId: string): Promise<LoadedRun<Dataset>>;
  /** Runs that load() can bring back, the latest first. */
  listUnfinished(): Promise<readonly UnfinishedRun[]>;
  /** Forgets a run: it has ended, or nobody wants it. */
  discard(runId: string): Promise<void>;
}

export interface LoadedRun<Dataset> {
  /** The latest that is whole. */
  readonly checkpoint: Checkpoint;
  readonly dataset: Dataset;
  /** Whether a later one is damaged. */
  readonly laterDamaged: boolean;
}

/** Checkpoints that are kept of a run. */
const KEPT = 2;

/** All methods throw ProblemErrors: no such run, what is kept of it is damaged, no room, no storage. */
export function openCheckpointStore<Dataset>(database = DATABASE): CheckpointStore<Dataset> {
  const records = openRecords(database, 'the checkpoints');
  /** Keys of checkpoints that did not come back as they were: the run goes on without them. */
  const damaged = new Set<string>();
  return {
    async begin(checkpoint, dataset) {
      const { runId } = checkpoint;
      const changes = await firstChanges(checkpoint, dataset);
      await withRoom(records, runId, () => records.write(...changes));
    },
    async add(checkpoint, dataset) {
      const { runId } = checkpoint;
      const changes = await firstChanges(checkpoint, dataset);
      let isNew = false;
      const ifNew = (run: unknown) => {
        isNew = run === undefined;
        return isNew ? changes : [];
      };
      await withRoom(records, runId, () => records.update(RUN + runId, ifNew));
      return isNew;
    },
    async save(checkpoint) {
      const key = RUN + checkpoint.runId;
      const kept = await keptAs(checkpoint);
      let known = true;
      const changes = (entry: RunEntry | undefined) => {
        known = entry !== undefined;
        return entry ? changesOf(entry, checkpoint, kept, damaged) : [];
      };
      await withRoom(records, checkpoint.runId, () =>
        records.update(key, (run) => changes(run as RunEntry | undefined)),
      );
      return known;
    },
    load: (runId) => load(records, runId, damaged),
    async listUnfinished() {
      const runs = (await records.read(...(await records.keys(RUN)))) as RunEntry[];
      return runs.map(({ checkpoints, datasetHash, ...run }) => run).sort((a, b) => b.savedAt - a.savedAt);
    },
    discard: (runId) => records.update(RUN + runId, (run) => discardChanges(runId, run as RunEntry | undefined)),
  };
}

/** What keeps a run that is not kept yet. */
async function firstChanges(checkpoint: Checkpoint, dataset: unknown): Promise<readonly Change[]> {
  const { runId } = checkpoint;
  const datasetHash = await digestOf(dataset);
  const kept = await keptAs(checkpoint);
  const entry: RunEntry = { ...summaryOf(checkpoint), checkpoints: [kept], datasetHash };
  return [
    [DATASET + runId, dataset],
    [kept.key, checkpoint],
    [RUN + runId, entry],
  ];
}

async function keptAs(checkpoint: Checkpoint): Promise<KeptCheckpoint> {
  const { runId, step } = checkpoint;
  return { key: `${CHECKPOINT}${runId} ${step}`, hash: await digestOf(checkpoint) };
}

function changesOf(
  entry: RunEntry,
  checkpoint: Checkpoint,
  kept: KeptCheckpoint,
  damaged: ReadonlySet<string>,
): readonly Change[] {
  const { runId } = checkpoint;
  const before = checkpointsOf(runId, entry).filter(({ key }) => key !== kept.key);
  const checkpoints = [kept, ...before.filter(({ key }) => !damaged.has(key))].slice(0, KEPT);
  const dropped = before.filter((one) => !checkpoints.includes(one));
  return [
    ...dropped.map(({ key }) => [key, undefined] as const),
    [kept.key, checkpoint],
    [RUN + runId, { ...entry, ...summaryOf(checkpoint), checkpoints } satisfies RunEntry],
  ];
}

async function load<Dataset>(records: Records, runId: string, damaged: Set<string>): Promise<LoadedRun<Dataset>> {
  const { datasetHash } = await entryOf(records, runId);
  const dataset = await whole<Dataset>(records, DATASET + runId, datasetHash);
  const entry = await entryOf(records, runId); // of this moment: data may be large, and the run may go on in another tab
  for (const { key, hash } of dataset === null ? [] : checkpointsOf(runId, entry)) {
    const checkpoint = await whole<Checkpoint>(records, key, hash);
    if (checkpoint) return { checkpoint, dataset: dataset!, laterDamaged: damaged.has(latestOf(runId, entry)) };
    damaged.add(key);
  }
  throw problem('What this browser has kept of the run is damaged.', entry.name, 'Start the run again.');
}

async function entryOf(records: Records, runId: string): Promise<RunEntry> {
  const [entry] = (await records.read(RUN + runId)) as [RunEntry?];
  if (!entry) throw problem('The checkpoint of this run is no longer there.', `run ${runId}`, 'Start the run again.');
  return entry;
}

const latestOf = (runId: string, entry: RunEntry) => checkpointsOf(runId, entry)[0]!.key;

/** A value that is as it was when its hash was taken; null where it is not, or cannot be read. Of an earlier version there is no hash. */
async function whole<Value>(records: Records, key: string, hash: string | undefined): Promise<Value | null> {
  const read = await outcome(() => records.read(key));
  if (!read.ok) return null; // its run has just been read, so it is not the storage
  const [value] = read.value;
  const isWhole = value !== undefined && (hash === undefined || hash === (await digestOf(value)));
  return isWhole ? (value as Value) : null;
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
