import { type Adapter, type AdapterTensor, isLora, sizeOf } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Base } from '../base/base';
import { type Gpu, onGpuFailure } from '../gpu/device';
import { Memory } from '../gpu/memory';
import { readFloats } from '../gpu/read_back';
import { gather, readPages, uploadParameters, writePages } from '../model/load';
import type { Leaf } from '../model/tree';
import { problem } from '../problem';
import type { RunControl } from '../train/control';
import { runLoop } from '../train/loop';
import type { LossOutputs } from '../train/record';
import { historyOf, newState, type RunState } from '../train/state';
import type { TrainingStep } from '../train/step';
import type { BytesByKind, RunSummary, TaskSettings, TrainEvent } from '../worker/api';
import { type Prepared, startValues } from './prepare';
import { allocate } from './trial';

/** What every run is made of. */
export interface RunParts<S extends TaskSettings> {
  readonly runId: string;
  readonly gpu: Gpu;
  readonly base: Base;
  readonly settings: S;
  readonly control: RunControl;
  readonly emit: (event: TrainEvent) => void;
  /** Keeps a checkpoint; resolves when it is safe. `first`: the run is new, and its data must be kept too. */
  readonly save: (checkpoint: Checkpoint, first: boolean) => Promise<void>;
  /** What a run that goes on starts from. */
  readonly from: Checkpoint | null;
}

/** What a task gives to a run, and does for it. B: its micro-batch. */
export interface Task<B> {
  readonly prepared: Prepared<B>;
  /** Tokens that go through the model in a step. */
  readonly tokensPerStep: number;
  /** Puts the recorded step on the device. */
  readonly createStep: (
    memory: Memory,
    onCompiled: (done: number, of: number) => void,
  ) => Promise<TrainingStep<B, LossOutputs>>;
  /** The micro-batches of a step; depends on the step alone. */
  readonly batchesOf: (step: number) => readonly B[];
  /** Batches of the held-out loss; none where nothing is held out. */
  readonly heldout: () => Iterable<B>;
  /** Learns what the base does, beside its held-out loss. The model is the base at that moment. */
  readonly measureBase: (memory: Memory) => Promise<void>;
  /** Shows what the weights as they are do. */
  readonly sample: (step: number) => Promise<void>;
  /** What the summary says of the kept weights beside their loss; they are on the GPU at that moment. */
  readonly conclude: () => Promise<Pick<RunSummary, 'openLoop'>>;
  /** What the adapter says beside its tensors. */
  readonly adapterExtras: Pick<Adapter, 'robot'>;
}

/** A run's result. */
export interface RunResult {
  readonly summary: RunSummary;
  readonly adapter: Adapter;
}

/** What the loop goes on from. */
const stateOf = (from: Checkpoint): RunState => ({
  step: from.step,
  train: [...from.history.train],
  heldout: [...from.history.heldout],
  baselineHeldout: from.baselineHeldout,
  best: from.best,
  evaluationsWithoutImprovement: from.evaluationsWithoutImprovement,
  skippedInARow: from.skippedInARow,
  secondsTrained: from.secondsTrained,
});

/** A run on a device, from allocation to adapter, whatever its task. */
export class Run<B> {
  private readonly parts: RunParts<TaskSettings>;
  private readonly task: Task<B>;
  private readonly memory: Memory;
  private readonly state: RunState;
  /** Milliseconds of the page's clock. */
  private startedAt = 0;
  private step!: TrainingStep<B, LossOutputs>;

  constructor(parts: RunParts<TaskSettings>, task: Task<B>) {
    this.parts = parts;
    this.task = task;
    this.memory = new Memory(parts.gpu.device);
    this.state = parts.from ? stateOf(parts.from) : newState();
    if (task.prepared.step.parameters.pages.length === 0) {
      throw problem(
        'Nothing is left to train: the filter freezes every leaf.',
        'freeze filter',
        'Leave some leaves out of it.',
      );
    }
  }

  /** Trains, then frees everything. */
  async run(): Promise<RunResult> {
    const { gpu, control } = this.parts;
    this.startedAt = performance.now();
    const unwatch = onGpuFailure(gpu.device, (error) => control.fail(error));
    try {
      await this.allocate();
      await this.start();
      const ended = await this.train();
      return await this.finish(ended);
    } finally {
      unwatch();
      this.memory.destroy();
    }
  }

  /** The adapter as it is now, for trying it during the run. */
  async snapshot(): Promise<Adapter> {
    // Between two steps of the loop, which may be reading through the planned buffer at this moment.
    return this.adapterOf(await readPages(this.memory, this.recorded.parameters, 'weights'), this.state.step);
  }

  private get recorded() {
    return this.task.prepared.step;
  }

  private async allocate(): Promise<void> {
    const { emit, gpu } = this.parts;
    const { prepared } = this.task;
    emit({ kind: 'phase', phase: 'planning', done: 1, of: 1 });
    await allocate(gpu.device, this.memory, prepared);
    this.step = await this.task.createStep(this.memory, (done, of) =>
      emit({ kind: 'phase', phase: 'compiling', done, of }),
    );
    emit({ kind: 'memory', ...this.bytes() });
  }

  /** The weights that training starts from: fresh LoRA, or a checkpoint. */
  private async start(): Promise<void> {
    const { base, settings, from } = this.parts;
    const { parameters, optimizer } = this.recorded;
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, false));
    if (!from) return this.checkpoint(true);
    writePages(this.memory, parameters, 'weights', from.arenas.weights);
    writePages(this.memory, parameters, 'moment1', from.arenas.moment1);
    writePages(this.memory, parameters, 'moment2', from.arenas.moment2);
    this.memory.upload(optimizer.state, Float32Array.from(from.optimizerState));
  }

  /**
   * What the base alone does on the held-out data. The model computes what the base does when LoRA is zero and other
   * trainables are the base's; the weights in training are put back afterwards.
   */
  private async measureBase(): Promise<void> {
    const { base, settings, emit } = this.parts;
    const { parameters } = this.recorded;
    emit({ kind: 'phase', phase: 'baseline', done: 0, of: 1 });
    const inTraining = await this.readWeights();
    const differs = ({ path }: Leaf) => isLora(path) || !parameters.isFrozen(path);
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, true), differs);
    if (Number.isNaN(this.state.baselineHeldout)) this.state.baselineHeldout = await this.evaluate();
    emit({ kind: 'heldout', step: 0, loss: this.state.baselineHeldout, best: false });
    await this.task.measureBase(this.memory);
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, false), ({ path }) => isLora(path));
    writePages(this.memory, parameters, 'weights', inTraining);
    emit({ kind: 'phase', phase: 'training', done: this.state.step, of: settings.steps });
  }

  private train(): Promise<RunSummary['ended']> {
    const { settings, control, emit } = this.parts;
    emit({ kind: 'phase', phase: 'training', done: this.state.step, of: settings.steps });
    return runLoop({
      settings,
      tokensPerStep: this.task.tokensPerStep,
      state: this.state,
      control,
      emit,
      batchesOf: this.task.batchesOf,
      trainStep: (batches, rate) => this.step.train(batches, rate),
      measureBase: () => this.measureBase(),
      evaluate: () => this.evaluate(),
      readWeights: () => this.readWeights(),
      sample: this.task.sample,
      checkpoint: () => this.checkpoint(false),
      clock: () => performance.now() / 1000,
    });
  }

  /** NaN where nothing is held out. */
  private async evaluate(): Promise<number> {
    const batches = [...this.task.heldout()];
    return batches.length > 0 ? this.step.evaluate(batches) : Number.NaN;
  }

  private readWeights(): Promise<Float32Array<ArrayBuffer>[]> {
    const { parameters, staging } = this.recorded;
    return readPages(this.memory, parameters, 'weights', staging.pages);
  }

  private async checkpoint(first: boolean): Promise<void> {
    const { runId, settings, base, save } = this.parts;
    const { parameters, optimizer, staging } = this.recorded;
    const weights = await this.readWeights();
    const moment1 = await readPages(this.memory, parameters, 'moment1', staging.pages);
    const moment2 = await readPages(this.memory, parameters, 'moment2', staging.pages);
    const { step, baselineHeldout, best, evaluationsWithoutImprovement, skippedInARow, secondsTrained } = this.state;
    const checkpoint: Checkpoint = {
      runId,
      settings,
      step,
      arenas: { weights, moment1, moment2 },
      optimizerState: await readFloats(this.memory, optimizer.state, staging.pages),
      history: this.history(),
      baselineHeldout,
      best,
      evaluationsWithoutImprovement,
      skippedInARow,
      secondsTrained,
      baseHash: base.hash,
      savedAt: Date.now(),
    };
    await save(checkpoint, first);
  }

  private async finish(ended: RunSummary['ended']): Promise<RunResult> {
    const { runId, settings, emit, from } = this.parts;
    emit({ kind: 'phase', phase: 'saving', done: 0, of: 1 });
    const { best } = this.state;
    const keep =
      settings.keepBest && best
        ? best
        : {
            step: this.state.step,
            loss: this.state.heldout.at(-1)?.loss ?? Number.NaN,
            weights: await this.readWeights(),
          };
    const adapter = this.adapterOf(keep.weights, keep.step, keep.loss);
    writePages(this.memory, this.recorded.parameters, 'weights', keep.weights);
    const concluded = await this.task.conclude();
    const summary: RunSummary = {
      runId,
      adapterId: adapter.summary.id,
      steps: this.state.step,
      seconds: (from?.secondsTrained ?? 0) + (performance.now() - this.startedAt) / 1000,
      ended,
      baselineHeldout: this.state.baselineHeldout,
      heldout: keep.loss,
      keptStep: keep.step,
      history: this.history(),
      ...concluded,
    };
    return { summary, adapter };
  }

  private adapterOf(
    pages: readonly Float32Array[],
    keptStep: number,
    heldout = this.state.heldout.at(-1)?.loss ?? Number.NaN,
  ): Adapter {
    const { base, settings } = this.parts;
    const { parameters, config } = this.recorded;
    const tensors: Record<string, AdapterTensor> = {};
    const trained = gather(parameters, pages);
    const start = startValues(base, settings.seed, false);
    for (const leaf of parameters.leaves) {
      const values =
        trained.get(leaf.path) ?? (isLora(leaf.path) ? (start(leaf) as Float32Array<ArrayBuffer>) : undefined);
      if (values) tensors[leaf.path] = { shape: leaf.shape, values };
    }
    return {
      summary: {
        id: crypto.randomUUID(),
        name: settings.name,
        base: settings.base,
        savedAt: Date.now(),
        steps: this.state.step,
        keptStep,
        baselineHeldout: this.state.baselineHeldout,
        heldout,
        loraRank: settings.loraRank,
        loraAlpha: settings.loraAlpha,
        freeze: settings.freeze,
        ...sizeOf(tensors),
      },
      baseHash: base.hash,
      modelConfig: config,
      tensors,
      settings,
      history: this.history(),
      ...this.task.adapterExtras,
    };
  }

  private history() {
    return historyOf(this.state, this.task.tokensPerStep, this.bytes());
  }

  private bytes(): { plannedBytes: number; allocatedBytes: number; byKind: BytesByKind } {
    const { plannedBytes, byKind } = this.task.prepared;
    const allocatedBytes = Object.values(this.memory.bytesByKind()).reduce((sum, bytes) => sum + bytes, 0);
    return { plannedBytes, allocatedBytes, byKind };
  }
}
