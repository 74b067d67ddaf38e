/** What the database says of a run that has not ended, beside what is large. */
import type { Change } from './records';
import type { UnfinishedRun } from './summary';

export interface RunEntry extends UnfinishedRun {
  /** The latest first. Absent in what an earlier version kept: it has one, by the run's id alone, without a hash. */
  readonly checkpoints?: readonly KeptCheckpoint[];
  /** Hash of the dataset. */
  readonly datasetHash?: string;
}

export interface KeptCheckpoint {
  readonly key: string;
  readonly hash?: string;
}

export const RUN = 'run ';
export const CHECKPOINT = 'checkpoint ';
export const DATASET = 'dataset ';

export const checkpointsOf = (runId: string, entry: RunEntry | undefined): readonly KeptCheckpoint[] =>
  entry?.checkpoints ?? [{ key: CHECKPOINT + runId }];

/** What forgets a run. */
export const discardChanges = (runId: string, entry: RunEntry | undefined): readonly Change[] =>
  [RUN + runId, DATASET + runId, ...checkpointsOf(runId, entry).map(({ key }) => key)].map((key) => [key, undefined]);
