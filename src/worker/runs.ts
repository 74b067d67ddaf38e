import type { Checkpoint } from '../adapter/checkpoint';
import { openCheckpointStore } from '../adapter/checkpoint_store';
import type { AdapterStore } from '../adapter/store';
import { problem } from '../problem';
import { TextRun } from '../run/text_run';
import type { TokenDataset } from '../tokens/batches';
import { RunControl } from '../train/control';
import type { RunSettings, RunSummary, TrainEvent, UnfinishedRun } from './api';
import type { Session } from './session';

/** What a run trains on; kept with its checkpoints. */
export interface RunData {
  readonly dataset: TokenDataset;
  /** Are its windows conversations? */
  readonly chat: boolean;
}

interface ActiveRun {
  readonly control: RunControl;
  /** Null while it loads. */
  run: TextRun | null;
}

interface RunRequest {
  readonly runId: string;
  readonly data: RunData;
  readonly settings: RunSettings;
  readonly from: Checkpoint | null;
  readonly emit: (event: TrainEvent) => void;
}

/** Held while a run is under way, so that no second tab goes on with it, and no browser freezes the tab. */
const lockOf = (runId: string) => `adaptab run ${runId}`;

/** Runs: one at a time, each with its checkpoints. */
export class Runs {
  private readonly session: Session;
  private readonly adapters: AdapterStore;
  private readonly checkpoints = openCheckpointStore<RunData>();
  private active: ActiveRun | null = null;

  constructor(session: Session, adapters: AdapterStore) {
    this.session = session;
    this.adapters = adapters;
  }

  start(data: RunData, settings: RunSettings, emit: (event: TrainEvent) => void): Promise<RunSummary> {
    const runId = crypto.randomUUID();
    return this.alone(runId, (active) => this.run(active, { runId, data, settings, from: null, emit }));
  }

  resume(runId: string, emit: (event: TrainEvent) => void): Promise<RunSummary> {
    return this.alone(runId, async (active) => {
      const { checkpoint, dataset: data } = await this.checkpoints.load(runId);
      return this.run(active, { runId, data, settings: checkpoint.settings, from: checkpoint, emit });
    });
  }

  /** The run that is under way. */
  get current(): TextRun {
    const { run } = this.required();
    if (!run) throw problem('The run is still loading.', 'training', 'Try again in a moment.');
    return run;
  }

  get control(): RunControl {
    return this.required().control;
  }

  /** Runs that nobody is training now, in this tab or another. */
  async unfinished(): Promise<readonly UnfinishedRun[]> {
    const { held = [] } = await navigator.locks.query();
    const busy = new Set(held.map(({ name }) => name));
    return (await this.checkpoints.listUnfinished()).filter(({ runId }) => !busy.has(lockOf(runId)));
  }

  discard(runId: string): Promise<void> {
    return this.checkpoints.discard(runId);
  }

  /** One run at a time: a second one would halve the speed and double the memory of the first. */
  private async alone<T>(runId: string, work: (active: ActiveRun) => Promise<T>): Promise<T> {
    if (this.active) throw problem('A run is under way already.', 'training', 'Stop it first, or wait for its end.');
    const active: ActiveRun = { control: new RunControl(), run: null };
    this.active = active;
    try {
      return await navigator.locks.request(lockOf(runId), { ifAvailable: true }, async (lock) => {
        if (!lock)
          throw problem('This run goes on in another tab.', 'training', 'Look there, or close that tab first.');
        return work(active);
      });
    } finally {
      this.active = null;
    }
  }

  private async run(active: ActiveRun, { runId, data, settings, from, emit }: RunRequest): Promise<RunSummary> {
    emit({ kind: 'phase', phase: 'loading', done: 0, of: 1 });
    const [gpu, base, tokenizer] = await Promise.all([
      this.session.gpu(),
      this.session.base(settings.base),
      this.session.tokenizer(settings.base),
    ]);
    if (from && from.baseHash !== base.hash) {
      const fix = 'Start a new run; the unfinished one can only go on with the build that it began in.';
      throw problem('This run began on another version of the base.', settings.name, fix);
    }
    const save = (checkpoint: Checkpoint, first: boolean) =>
      first ? this.checkpoints.begin(checkpoint, data) : this.checkpoints.save(checkpoint);
    const { control } = active;
    active.run = new TextRun({ runId, gpu, base, tokenizer, ...data, settings, control, emit, save, from });
    const { summary, adapter } = await active.run.run();
    await this.adapters.save(adapter);
    await this.checkpoints.discard(runId);
    emit({ kind: 'phase', phase: 'saving', done: 1, of: 1 });
    return summary;
  }

  private required(): ActiveRun {
    if (!this.active) throw problem('No run is under way.', 'training', 'Start one under Train.');
    return this.active;
  }
}
