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
  readonly run: TextRun;
  readonly control: RunControl;
}

/** Runs: one at a time, each with its checkpoints. */
export class Runs {
  private readonly session: Session;
  private readonly adapters: AdapterStore;
  private readonly checkpoints = openCheckpointStore<RunData>();
  private active: ActiveRun | null = null;
  private starting = false;

  constructor(session: Session, adapters: AdapterStore) {
    this.session = session;
    this.adapters = adapters;
  }

  start(data: RunData, settings: RunSettings, emit: (event: TrainEvent) => void): Promise<RunSummary> {
    return this.alone(() => this.run(crypto.randomUUID(), data, settings, null, emit));
  }

  resume(runId: string, emit: (event: TrainEvent) => void): Promise<RunSummary> {
    return this.alone(async () => {
      const { checkpoint, dataset } = await this.checkpoints.load(runId);
      return this.run(runId, dataset, checkpoint.settings, checkpoint, emit);
    });
  }

  /** The run that is under way. */
  get current(): TextRun {
    return this.required().run;
  }

  get control(): RunControl {
    return this.required().control;
  }

  unfinished(): Promise<readonly UnfinishedRun[]> {
    return this.checkpoints.listUnfinished();
  }

  discard(runId: string): Promise<void> {
    return this.checkpoints.discard(runId);
  }

  /** One run at a time: a second one would halve the speed and double the memory of the first. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.starting) throw problem('A run is under way already.', 'training', 'Stop it first, or wait for its end.');
    this.starting = true;
    try {
      return await work();
    } finally {
      this.starting = false;
      this.active = null;
    }
  }

  private async run(
    runId: string,
    data: RunData,
    settings: RunSettings,
    from: Checkpoint | null,
    emit: (event: TrainEvent) => void,
  ): Promise<RunSummary> {
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
    const control = new RunControl();
    const save = (checkpoint: Checkpoint, first: boolean) =>
      first ? this.checkpoints.begin(checkpoint, data) : this.checkpoints.save(checkpoint);
    const run = new TextRun({ runId, gpu, base, tokenizer, ...data, settings, control, emit, save, from });
    this.active = { run, control };
    const { summary, adapter } = await run.run();
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
