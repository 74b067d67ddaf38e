import { type Adapter, isLora } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Kept } from '../adapter/kept';
import { type ConcludedRun, concludedOf, type RunRecord, recordOf } from '../adapter/run_records';
import type { UnfinishedRun } from '../adapter/summary';
import type { Gpu } from '../gpu/device';
import { makeRoom, openPrefixStore } from '../prefixes/stores';
import { outcome, type Problem, problem } from '../problem';
import { configOfRun, variantsOf } from '../run/prepare';
import { type ReadStage, readStages } from '../run/stages';
import type { AnyRun } from '../run/task_run';
import type { TaskId, TaskSettings } from '../settings/task';
import type { EndedRun, TrainEvent } from '../tasks/events';
import { taskOf } from '../tasks/registry';
import { RunControl, stoppedEarly } from '../train/control';
import type { LeafFloats } from '../train/state';
import { moveEarlier } from './earlier';
import { LastCheckpoint } from './last_checkpoint';
import { askToGiveWay, BESIDE_ANOTHER, lockOf, SharedRun, tellKept, trainsElsewhere } from './other_tabs';
import { overLosses } from './recovery';
import { goesOnFromBefore, onlyHere, saverOf } from './saving';
import type { Session } from './session';

/** What a run does, and on what; the data are kept with its checkpoints. */
export interface GatheredRun {
  readonly settings: TaskSettings;
  /** Those of the settings, their filters read. */
  readonly stages: readonly ReadStage[];
  /** As the run's task gathers them. */
  readonly data: unknown;
  /** What of it is open; null where nothing is. */
  readonly opened: unknown;
}

interface ActiveRun {
  readonly runId: string;
  /** Where other tabs see it. Null until it has the right to train. */
  shared: SharedRun | null;
  readonly control: RunControl;
  /** It is stopped, and its checkpoint stays. */
  kept: boolean;
  /** Null while it loads. */
  run: AnyRun | null;
}

interface RunRequest {
  readonly runId: string;
  readonly work: GatheredRun;
  readonly from: Checkpoint | null;
  readonly emit: (event: TrainEvent) => void;
}

interface ResumeOptions {
  readonly openedOf?: (settings: TaskSettings) => unknown;
  readonly takeOver?: boolean;
}

/** Does what only one tab at a time may do with a run. @throws ProblemError where another tab trains it */
const withLock = <T>(runId: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(lockOf(runId), { ifAvailable: true }, async (lock) => {
    if (!lock) throw problem('This run goes on in another tab.', 'training', 'Look there, or close that tab first.');
    return work();
  });

/** Milliseconds in which a tab gives way: a step and a checkpoint of a large model. */
const GIVES_WAY_WITHIN = 120_000;

/** Has the tab that trains a run give it up, and goes on when it has. @throws ProblemError where it cannot, or does not answer */
async function takingOver<T>(runId: string, work: () => Promise<T>): Promise<T> {
  const refusal = new AbortController();
  const patience = AbortSignal.timeout(GIVES_WAY_WITHIN);
  const signal = AbortSignal.any([refusal.signal, patience]);
  const stopAsking = askToGiveWay(runId, () => refusal.abort());
  const begun = { now: false };
  const locked = () => {
    begun.now = true;
    return work();
  };
  try {
    return await navigator.locks.request(lockOf(runId), { signal }, locked);
  } catch (error) {
    if (begun.now) throw error;
    if (refusal.signal.aborted) throw staysThere();
    if (patience.aborted) throw silentThere();
    throw error;
  } finally {
    stopAsking();
  }
}

const staysThere = () =>
  problem(
    'The tab that trains this run could not keep a checkpoint of it, so the run goes on there.',
    'training',
    'Do there what it says, then take the run over.',
  );

const silentThere = () =>
  problem(
    'The tab that trains this run does not give it up.',
    'training',
    'Close the other tab, then resume the run here.',
  );

const ENDED_ELSEWHERE: Problem = {
  what: 'The run had come to its end in the other tab: this is what it came to, and its adapter is in the list.',
};

/** Runs: one at a time, each with its checkpoints. */
export class Runs {
  readonly #session: Session;
  readonly #kept: Kept<unknown>;
  #active: ActiveRun | null = null;
  /** What earlier versions kept is moved, or is being moved. */
  #moved: Promise<void> | null = null;

  constructor(session: Session, kept: Kept<unknown>) {
    this.#session = session;
    this.#kept = kept;
  }

  /**
   * @param gather reads what the run will train on; called when no other run is under way
   * @throws ProblemError also where the run is stopped before that is read
   */
  start(gather: () => Promise<GatheredRun>, emit: (event: TrainEvent) => void): Promise<EndedRun> {
    const runId = crypto.randomUUID();
    return this.#alone(runId, emit, async (active, tell) => {
      tell({ kind: 'phase', phase: 'loading', done: 0, of: 1 });
      const work = await gather();
      if (active.control.stopped) throw stoppedEarly();
      active.shared?.begin(work.settings, null);
      return this.#run(active, { runId, work, from: null, emit: tell });
    });
  }

  /**
   * Goes on with a run. Of one that came to its end in another tab meanwhile, it answers with that.
   * @param openedOf what is open of the data that settings need @param takeOver another tab trains it, and is to give it up
   */
  async resume(
    runId: string,
    emit: (event: TrainEvent) => void,
    { openedOf = () => null, takeOver = false }: ResumeOptions = {},
  ): Promise<EndedRun> {
    await this.#moveEarlier(); // which leaves alone what is locked
    const { checkpoints } = this.#kept;
    if (takeOver) await this.#canGoOn(runId);
    const begin = async (active: ActiveRun, tell: RunRequest['emit']) => {
      tell({ kind: 'phase', phase: 'loading', done: 0, of: 1 });
      const over = await this.#endedElsewhere(runId);
      if (over) {
        tell({ kind: 'problem', problem: ENDED_ELSEWHERE });
        return over;
      }
      const { checkpoint, dataset: data, laterDamaged } = await checkpoints.load(runId);
      const { settings, step } = checkpoint;
      const { config } = await this.#session.base(settings.base);
      const stages = readStages(settings, variantsOf(configOfRun(config, settings)));
      const work = { settings, stages, data, opened: openedOf(settings) };
      active.shared?.begin(settings, await this.#unfinishedRun(runId));
      if (laterDamaged) tell({ kind: 'problem', problem: goesOnFromBefore(settings.name, step) });
      return this.#run(active, { runId, work, from: checkpoint, emit: tell });
    };
    return this.#alone(runId, emit, begin, takeOver ? takingOver : withLock);
  }

  /** Before another tab gives a run up for it. @throws ProblemError where nothing of the run is kept, or its model is not open here */
  async #canGoOn(runId: string): Promise<void> {
    const run = await this.#unfinishedRun(runId);
    const fix = 'Leave it in the other tab.';
    if (!run && (await this.#endedElsewhere(runId))) return;
    if (!run) throw problem('This browser has kept no checkpoint of the run.', 'training', fix);
    await this.#session.base(run.settings.base);
  }

  /** What is said of a run beside its checkpoints; null where there are none. */
  async #unfinishedRun(runId: string): Promise<UnfinishedRun | null> {
    return (await this.#kept.checkpoints.listUnfinished()).find((run) => run.runId === runId) ?? null;
  }

  /** How a run ended of which no checkpoint is left; null where none has ended so. */
  async #endedElsewhere(runId: string): Promise<EndedRun | null> {
    if (await this.#unfinishedRun(runId)) return null;
    const record = await this.#kept.records.find(runId);
    return (record && (await this.#concludedOf(record)))?.summary ?? null;
  }

  /** The run of this tab, by its id. */
  get activeId(): string | null {
    return this.#active?.runId ?? null;
  }

  get busy(): boolean {
    return this.#active !== null;
  }

  /** The run that is under way. */
  get current(): AnyRun {
    const { run } = this.#required();
    if (!run) throw problem('The run is still loading.', 'training', 'Try again in a moment.');
    return run;
  }

  get control(): RunControl {
    return this.#required().control;
  }

  /** Has the run that is under way keep a checkpoint after the step in flight. */
  saveSoon(): void {
    this.#active?.control.saveSoon();
  }

  /** Ends the run after the step in flight. @param keepRun its last checkpoint stays */
  stop(keepRun = false): void {
    const active = this.#required();
    active.kept = keepRun;
    active.control.stop();
  }

  /** Runs of a task that nobody is training now, in this tab or another. */
  async unfinished(task: TaskId): Promise<readonly UnfinishedRun[]> {
    await this.#moveEarlier();
    const { held = [] } = await navigator.locks.query();
    const busy = new Set(held.map(({ name }) => name));
    const idle = (await this.#kept.checkpoints.listUnfinished()).filter(({ runId }) => !busy.has(lockOf(runId)));
    return idle.filter((run) => run.settings.task === task);
  }

  /** @throws ProblemError where the run is under way, which would lose all that it has learned */
  discard(runId: string): Promise<void> {
    return withLock(runId, () => this.#kept.checkpoints.discard(runId));
  }

  /** Runs of a task that have ended, the latest first. */
  async ended(task: TaskId): Promise<readonly RunRecord[]> {
    await this.#moveEarlier();
    return this.#kept.records.list(task);
  }

  /** The latest run of a task that came to its end: a sitting that was stopped leaves an adapter too. Null where none has. */
  async concluded(task: TaskId): Promise<ConcludedRun | null> {
    const record = (await this.ended(task)).find(({ ended }) => ended !== 'stopped');
    return record ? this.#concludedOf(record) : null;
  }

  /** @throws ProblemError where its adapter is no longer there */
  async #concludedOf(record: RunRecord): Promise<ConcludedRun | null> {
    const { history } = await this.#kept.adapters.load(record.adapterId);
    return history && concludedOf(record, history);
  }

  #moveEarlier(): Promise<void> {
    this.#moved ??= moveEarlier().catch((error: unknown) => {
      this.#moved = null; // and may go better at the next call
      throw error;
    });
    return this.#moved;
  }

  /** One run at a time: a second one would halve the speed and double the memory of the first. */
  async #alone<T>(
    runId: string,
    emit: RunRequest['emit'],
    work: (active: ActiveRun, tell: RunRequest['emit']) => Promise<T>,
    lock: typeof withLock = withLock,
  ): Promise<T> {
    if (this.#active) throw problem('A run is under way already.', 'training', 'Stop it first, or wait for its end.');
    const control = new RunControl(() => active.shared?.stay());
    const active: ActiveRun = { runId, shared: null, control, kept: false, run: null };
    this.#active = active;
    const tell = (event: TrainEvent): void => {
      active.shared?.tell(event);
      emit(event);
    };
    const besideAnother = (): void => emit({ kind: 'problem', problem: BESIDE_ANOTHER });
    try {
      return await lock(runId, async () => {
        active.shared = new SharedRun(runId, besideAnother, () => active.control.giveWay());
        if (await trainsElsewhere(runId)) besideAnother();
        return work(active, tell);
      });
    } finally {
      active.shared?.close();
      this.#active = null;
      tellKept();
    }
  }

  async #run(active: ActiveRun, { runId, work, from, emit }: RunRequest): Promise<EndedRun> {
    const { data, opened, settings, stages } = work;
    const start = from ? {} : await this.#startOf(settings);
    const { control } = active;
    const { checkpoints } = this.#kept;
    const keep = saverOf({ checkpoints, data, resumed: from !== null, emit });
    const last = new LastCheckpoint({ runId, checkpoints, data, from, keep });
    const sit = async (gpu: Gpu, from: Checkpoint | null) => {
      const [base, tokenizer] = await Promise.all([
        this.#session.base(settings.base),
        this.#session.tokenizer(settings.base),
      ]);
      const given = { runId, gpu, base, tokenizer, settings, stages, control, emit, from, start };
      const save = (checkpoint: Checkpoint) => last.save(checkpoint);
      const parts = { ...given, save, openPrefixes: openPrefixStore, makeRoom };
      active.run = taskOf(settings).createRun(parts, data, opened);
      return active.run.run();
    };
    const { summary, adapter } = await overLosses({
      gpu: () => this.#session.gpu(),
      sit,
      latest: () => last.latest(),
      resumableStep: () => last.resumableStep(),
      waiting: () => {
        active.run = null;
        emit({ kind: 'phase', phase: 'device', done: 0, of: 1 });
      },
      goingOn: (step) => {
        control.recover();
        emit({ kind: 'problem', problem: wentOn(step) });
      },
    });
    await this.#conclude(adapter, recordOf(settings, summary, Date.now()), active.kept, emit);
    emit({ kind: 'phase', phase: 'saving', done: 1, of: 1 });
    return summary;
  }

  /** Keeps the adapter in place of its checkpoints; in memory, until there is room. @param keepRun the checkpoints stay */
  async #conclude(adapter: Adapter, record: RunRecord, keepRun: boolean, emit: RunRequest['emit']): Promise<void> {
    const conclude = (held: Adapter) => this.#kept.conclude(held, record, keepRun);
    const kept = await outcome(() => conclude(adapter));
    if (kept.ok) return;
    this.#kept.adapters.hold(adapter, async (held) => {
      await withLock(record.runId, () => conclude(held)); // a tab may have gone on with the run
      tellKept();
    });
    emit({ kind: 'problem', problem: onlyHere(kept.problem) });
  }

  /** Every leaf of the adapter that a new run goes on from. @throws ProblemError where it is of another base, or holds leaves of it */
  async #startOf({ startingFrom, base }: TaskSettings): Promise<LeafFloats> {
    if (!startingFrom) return {};
    const { summary, tensors } = await this.#kept.adapters.load(startingFrom.id);
    const ofBase = Object.keys(tensors).some((path) => !isLora(path));
    if (summary.base !== base || ofBase)
      throw problem(
        ofBase
          ? 'The adapter also changes parameters of the base, and a run cannot go on from it.'
          : 'This adapter was trained on another base.',
        summary.name,
        'Begin anew, or choose another adapter to go on from.',
      );
    return Object.fromEntries(Object.entries(tensors).map(([path, { values }]) => [path, values]));
  }

  #required(): ActiveRun {
    if (!this.#active) throw problem('No run is under way.', 'training', 'Start one under Train.');
    return this.#active;
  }
}

/** @param step from which a run went on after the loss of its GPU; null: it began again */
const wentOn = (step: number | null): Problem => ({
  what:
    step === null
      ? 'The GPU was lost before the first checkpoint, and the run began again by itself on a new one.'
      : `The GPU was lost, and the run went on by itself from step ${step} on a new one.`,
});
