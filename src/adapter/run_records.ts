/** What is kept of runs that have ended: settings, result and curves, small enough to keep when their adapters are gone. */
import type { Evaluation } from '../best';
import type { TaskId, TaskSettings } from '../settings/task';
import type { RunHistory, RunSummary, Verdict } from '../train/events';
import { type Change, DATABASE, openRecords } from './records';

/** A run that has ended. Losses in nats a token, or squares of action elements. */
export interface RunRecord
  extends Pick<RunSummary, 'runId' | 'adapterId' | 'steps' | 'seconds' | 'ended' | 'keptStep'> {
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  readonly settings: TaskSettings;
  /** NaN where nothing was held out. */
  readonly baselineHeldout: number;
  readonly heldout: number;
  readonly outcome: Verdict['outcome'];
  /** At most MOST_POINTS of each. */
  readonly train: readonly Evaluation[];
  readonly evaluations: readonly Evaluation[];
}

/** More points than a chart has pixels for tell nothing. */
export const MOST_POINTS = 500;

export interface RunRecords {
  /** Runs of a task, the latest first. */
  list(task: TaskId): Promise<readonly RunRecord[]>;
  /** The record of a run; null where there is none. */
  find(runId: string): Promise<RunRecord | null>;
  /** Keeps a record; one of the same run is replaced. */
  save(record: RunRecord): Promise<void>;
  remove(runId: string): Promise<void>;
}

export const ENDED = 'ended ';

/** All methods throw ProblemErrors: no room, no storage. */
export function openRunRecords(database = DATABASE): RunRecords {
  const records = openRecords(database, 'the list of runs');
  return {
    async list(task) {
      const all = (await records.read(...(await records.keys(ENDED)))) as RunRecord[];
      return all.filter(({ settings }) => settings.task === task).sort((a, b) => b.endedAt - a.endedAt);
    },
    async find(runId) {
      const [record] = (await records.read(ENDED + runId)) as [RunRecord?];
      return record ?? null;
    },
    save: (record) => records.write(recordChange(record)),
    remove: (runId) => records.write([ENDED + runId, undefined]),
  };
}

/** What keeps a record. */
export const recordChange = (record: RunRecord): Change => [ENDED + record.runId, record];

/** The record of a run that ended at `now`, milliseconds since 1970. */
export function recordOf(settings: TaskSettings, summary: RunSummary, now: number): RunRecord {
  const { runId, adapterId, steps, seconds, ended, keptStep, baselineHeldout, heldout, verdict, history } = summary;
  return {
    runId,
    adapterId,
    endedAt: now,
    settings,
    steps,
    seconds,
    ended,
    keptStep,
    baselineHeldout,
    heldout,
    outcome: verdict.outcome,
    train: thinned(history.train),
    evaluations: thinned(history.heldout),
  };
}

/** A run that has ended, as its record and its adapter tell it: without what its task measured besides. */
export interface ConcludedRun {
  readonly settings: TaskSettings;
  readonly summary: RunSummary;
}

/** @param history that of the run's adapter */
export function concludedOf(record: RunRecord, history: RunHistory): ConcludedRun {
  const { settings, runId, adapterId, steps, seconds, ended, keptStep, baselineHeldout, heldout, outcome } = record;
  const verdict = { outcome, problem: null };
  const result = { runId, adapterId, steps, seconds, ended, keptStep, baselineHeldout, heldout };
  return { settings, summary: { ...result, verdict, history } };
}

/** An even choice of points, the first and the last among them. */
function thinned(points: readonly Evaluation[]): Evaluation[] {
  const kept = Math.min(points.length, MOST_POINTS);
  const every = kept > 1 ? (points.length - 1) / (kept - 1) : 0;
  return Array.from({ length: kept }, (_, n) => points[Math.round(n * every)]!).map(({ step, loss }) => ({
    step,
    loss,
  }));
}
