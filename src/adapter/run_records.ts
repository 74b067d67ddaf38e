/** What is kept of runs that have ended: settings, result and curves, small enough to keep when their adapters are gone. */
import type { Evaluation } from '../best';
import { problem } from '../problem';
import type { TaskId, TaskSettings } from '../settings/task';
import type { RunSummary, Verdict } from '../train/events';
import { type Form, jsonIn, listOf, number, object, oneOf, text } from './forms';
import { type Change, DATABASE, openRecords } from './records';
import { settingsForm } from './told_forms';

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

const LONGEST_ID = 200;

/** More points than a chart has pixels for tell nothing. */
export const MOST_POINTS = 500;

export interface RunRecords {
  /** Runs of a task, the latest first. */
  list(task: TaskId): Promise<readonly RunRecord[]>;
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
    save: (record) => records.write(recordChange(record)),
    remove: (runId) => records.write([ENDED + runId, undefined]),
  };
}

/** What keeps a record. */
export const recordChange = (record: RunRecord): Change => [ENDED + record.runId, record];

const id: Form<string> = (value) => {
  const known = text(value);
  return known && known.length <= LONGEST_ID ? known : undefined;
};
/** JSON has null for NaN. */
const loss: Form<number> = (value) => (value === null ? Number.NaN : number(value));
const points: Form<readonly Evaluation[]> = (value) => {
  const known = listOf(object({ step: number, loss: number }))(value);
  return known && known.length <= MOST_POINTS ? known : undefined;
};

const recordForm: Form<RunRecord> = object({
  ...{ runId: id, adapterId: id, endedAt: number, settings: settingsForm, steps: number, seconds: number },
  ended: oneOf('finished', 'stopped', 'early stop', 'not finite'),
  ...{ keptStep: number, baselineHeldout: loss, heldout: loss },
  outcome: oneOf('better', 'no better', 'worse', 'unmeasured'),
  ...{ train: points, evaluations: points },
});

/** @throws ProblemError where a file's text is no record */
export function readRunRecord(written: string, where: string): RunRecord {
  const read = recordForm(jsonIn(written));
  if (!read) throw problem('This is no record of a run.', where, 'The file is damaged; take a fresh copy.');
  return read;
}

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

/** An even choice of points, the first and the last among them. */
function thinned(points: readonly Evaluation[]): Evaluation[] {
  const kept = Math.min(points.length, MOST_POINTS);
  const every = kept > 1 ? (points.length - 1) / (kept - 1) : 0;
  return Array.from({ length: kept }, (_, n) => points[Math.round(n * every)]!).map(({ step, loss }) => ({
    step,
    loss,
  }));
}
