import { isLora } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import { openCheckpointStore } from '../adapter/checkpoint_store';
import { openRunRecords, type RunRecord, recordOf } from '../adapter/run_records';
import type { AdapterStore } from '../adapter/store';
import type { UnfinishedRun } from '../adapter/summary';
import { makeRoom, openPrefixStore } from '../prefixes/stores';
import { outcome, problem } from '../problem';
import { configOfRun, variantsOf } from '../run/prepare';
import { type ReadStage, readStages } from '../run/stages';
import type { AnyRun, RunParts } from '../run/task_run';
import type { TaskId, TaskSettings } from '../settings/task';
import type { EndedRun, TrainEvent } from '../tasks/events';
import { taskOf } from '../tasks/registry';
import { RunControl, stoppedEarly } from '../train/control';
import type { LeafFloats } from '../train/state';
import { announceRun, BESIDE_ANOTHER, lockOf, trainsElsewhere } from './other_tabs';
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

/** Does what only one tab at a time may do with a run. @throws ProblemError where another tab trains it */
const withLock = <T>(runId: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(lockOf(runId), { ifAvailable: true }, async (lock) => {
    if (!lock) throw problem('This run goes on in another tab.', 'training', 'Look there, or close that tab first.');
    return work();
  });

/** Runs: one at a time, each with its checkpoints. */
export class Runs {
  readonly #session: Session;
  readonly #adapters: AdapterStore;
  readonly #checkpoints = openCheckpointStore<unknown>();
  /** Of those that have ended. */
  readonly records = openRunRecords();
  #active: ActiveRun | null = null;

  constructor(session: Session, adapters: AdapterStore) {
    this.#session = session;
    this.#adapters = adapters;
  }

  /**
   * @param gather reads what the run will train on; called when no other run is under way
   * @throws ProblemError also where the run is stopped before that is read
   */
  start(gather: () => Promise<GatheredRun>, emit: (event: TrainEvent) => void): Promise<EndedRun> {
    const runId = crypto.randomUUID();
    return this.#alone(runId, emit, async (active) => {
      emit({ kind: 'phase', phase: 'loading', done: 0, of: 1 });
      const work = await gather();
      if (active.control.stopped) throw stoppedEarly();
      return this.#run(active, { runId, work, from: null, emit });
    });
  }

  /** @param openedOf what is open of the data that settings need */
  resume(
    runId: string,
    emit: (event: TrainEvent) => void,
    openedOf: (settings: TaskSettings) => unknown = () => null,
  ): Promise<EndedRun> {
    return this.#alone(runId, emit, async (active) => {
      emit({ kind: 'phase', phase: 'loading', done: 0, of: 1 });
      const { checkpoint, dataset: data } = await this.#checkpoints.load(runId);
      const { settings } = checkpoint;
      const { config } = await this.#session.base(settings.base);
      const stages = readStages(settings, variantsOf(configOfRun(config, settings)));
      const work = { settings, stages, data, opened: openedOf(settings) };
      return this.#run(active, { runId, work, from: checkpoint, emit });
    });
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

  /** Ends the run after the step in flight. @param keepRun its last checkpoint stays */
  stop(keepRun = false): void {
    const active = this.#required();
    active.kept = keepRun;
    active.control.stop();
  }

  /** Runs of a task that nobody is training now, in this tab or another. */
  async unfinished(task: TaskId): Promise<readonly UnfinishedRun[]> {
    const { held = [] } = await navigator.locks.query();
    const busy = new Set(held.map(({ name }) => name));
    const idle = (await this.#checkpoints.listUnfinished()).filter(({ runId }) => !busy.has(lockOf(runId)));
    return idle.filter((run) => run.settings.task === task);
  }

  /** @throws ProblemError where the run is under way, which would lose all that it has learned */
  discard(runId: string): Promise<void> {
    return withLock(runId, () => this.#checkpoints.discard(runId));
  }

  /** One run at a time: a second one would halve the speed and double the memory of the first. */
  async #alone<T>(runId: string, emit: RunRequest['emit'], work: (active: ActiveRun) => Promise<T>): Promise<T> {
    if (this.#active) throw problem('A run is under way already.', 'training', 'Stop it first, or wait for its end.');
    const active: ActiveRun = { control: new RunControl(), kept: false, run: null };
    this.#active = active;
    const besideAnother = (): void => emit({ kind: 'problem', problem: BESIDE_ANOTHER });
    let silence = (): void => undefined;
    try {
      return await withLock(runId, async () => {
        silence = announceRun(besideAnother);
        if (await trainsElsewhere(runId)) besideAnother();
        return work(active);
      });
    } finally {
      silence();
      this.#active = null;
    }
  }

  async #run(active: ActiveRun, { runId, work, from, emit }: RunRequest): Promise<EndedRun> {
    const { data, opened, settings, stages } = work;
    const start = from ? {} : await this.#startOf(settings);
    const [gpu, base, tokenizer] = await Promise.all([
      this.#session.gpu(),
      this.#session.base(settings.base),
      this.#session.tokenizer(settings.base),
    ]);
    const save: RunParts<TaskSettings>['save'] = (checkpoint, first) =>
      first ? this.#checkpoints.begin(checkpoint, data) : this.#checkpoints.save(checkpoint);
    const { control } = active;
    const given = { runId, gpu, base, tokenizer, settings, stages, control, emit, save, from, start };
    const parts = { ...given, openPrefixes: openPrefixStore, makeRoom };
    active.run = taskOf(settings).createRun(parts, data, opened);
    const { summary, adapter } = await active.run.run();
    await this.#adapters.save(adapter);
    if (!active.kept) await this.#checkpoints.discard(runId);
    await this.#note(recordOf(settings, summary, Date.now()), emit);
    emit({ kind: 'phase', phase: 'saving', done: 1, of: 1 });
    return summary;
  }

  /** Every leaf of the adapter that a new run goes on from. @throws ProblemError where it is of another base, or holds leaves of it */
  async #startOf({ startingFrom, base }: TaskSettings): Promise<LeafFloats> {
    if (!startingFrom) return {};
    const { summary, tensors } = await this.#adapters.load(startingFrom.id);
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

  /** The adapter is safe: a list that lacks the run is told, and no reason to say that the run has failed. */
  async #note(record: RunRecord, emit: RunRequest['emit']): Promise<void> {
    const kept = await outcome(() => this.records.save(record));
    if (!kept.ok) emit({ kind: 'problem', problem: kept.problem });
  }

  #required(): ActiveRun {
    if (!this.#active) throw problem('No run is under way.', 'training', 'Start one under Train.');
    return this.#active;
  }
}
