import type { Adapter } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Evaluation } from '../best';
import { allocate } from '../fit/trial';
import { onGpuFailure } from '../gpu/device';
import { Memory } from '../gpu/memory';
import { readFloats } from '../gpu/read_back';
import { totalOf } from '../gpu/tensor';
import { problem } from '../problem';
import { defaultsOf } from '../settings/defaults';
import { stageAt } from '../settings/stages';
import type { TaskSettings } from '../settings/task';
import { stoppedEarly } from '../train/control';
import type { MemorySample, RunSummary } from '../train/events';
import type { Measure } from '../train/judge';
import { runLoop, seenOf } from '../train/loop';
import type { LossOutputs } from '../train/record';
import { type Best, historyOf, type LeafFloats, newState, type RunState } from '../train/state';
import type { TrainingStep } from '../train/step';
import { verdictOf } from '../train/verdict';
import { adapterOf } from './adapter_of';
import { loadLeaves, NO_LEAVES, readAll, readWeights, type Start, showWeights } from './leaves';
import { mending } from './mending';
import { checkpointOf, isOfBase, stateOf } from './resume';
import { inStage, largestOf } from './stages';
import type { AnyRun, RunParts, RunResult, TaskRun, TaskStage } from './task_run';

/**
 * A run on a device, from allocation to adapter, whatever its task. Its stages are on the GPU one after the other, each
 * freed before the next is allocated: what a change takes over is in host memory meanwhile, 12 bytes for each parameter
 * that trains.
 */
export class Run<B, S extends object, C extends object> implements AnyRun<C> {
  readonly #parts: RunParts<TaskSettings>;
  readonly #task: TaskRun<B, S, C>;
  readonly #memory: Memory;
  readonly #state: RunState;
  /** Milliseconds of the page's clock. */
  #startedAt = 0;
  /** Seconds of earlier sittings that the memory's history covers. */
  readonly #secondsBefore: number;
  #stage: TaskStage<B, S, C>;
  #step!: TrainingStep<B, LossOutputs>;
  /** Weights that stages before this one trained. */
  #earlier: LeafFloats = {};
  /** Everything is freed. */
  #over = false;
  /** The last of those who read the GPU, or change what is on it, and must not meet. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: RunParts<TaskSettings>, task: TaskRun<B, S, C>) {
    const { settings, from } = parts;
    this.#parts = parts;
    this.#task = task;
    this.#memory = new Memory(parts.gpu.device);
    this.#state = from ? stateOf(from) : newState();
    this.#secondsBefore = this.#state.memory.at(-1)?.seconds ?? 0;
    this.#stage = task.stages[stageAt(settings, this.#state.step).index]!;
    for (const { stage, prepared } of task.stages) {
      inStage(settings, stage, () => {
        if (prepared.step.parameters.arenas.length > 0) return;
        const what = 'Nothing is left to train: the filter freezes every leaf.';
        throw problem(what, 'freeze filter', 'Leave some leaves out of it.');
      });
    }
  }

  /** Trains, then frees everything. @throws ProblemError where a new run is stopped before it has begun */
  async run(): Promise<RunResult<C>> {
    const { gpu, control, from, start = {} } = this.#parts;
    this.#startedAt = performance.now();
    const unwatch = onGpuFailure(gpu.device, (error) => control.fail(error));
    try {
      this.#task.announce();
      this.#checkSameBase(); // before anything is allocated, where its files have been read
      await this.#tryLargest();
      await this.#task.before?.();
      this.#checkSameBase();
      await this.#enter(from?.leaves ?? { ...NO_LEAVES, weights: start }, from?.optimizerState);
      this.#checkSameBase();
      if (control.stopped && !from) throw stoppedEarly();
      if (!from) await this.#checkpoint();
      const ended = await this.#train();
      return await this.#finish(ended);
    } finally {
      unwatch();
      this.#memory.destroy();
      await this.#task.after?.();
    }
  }

  /** @throws ProblemError where the run that goes on began on other weights, or on a model with other leaves */
  #checkSameBase(): void {
    const { from, base, settings } = this.#parts;
    if (!from || isOfBase(from, base.hash, this.#recorded)) return;
    const fix = 'Start a new run; the unfinished one can only go on with the base that it began on.';
    throw problem('This run began on another version of the base.', settings.name, fix);
  }

  /** The adapter as it is now, for trying it during the run. */
  async snapshot(): Promise<Adapter> {
    const weights = await this.#alone(() => {
      if (this.#over) throw problem('The run has just ended.', 'training', 'Choose its adapter in the list.');
      // Not through the planned buffer: the loop may be reading through it at this moment.
      return readWeights(this.#memory, this.#recorded.parameters, this.#earlier);
    });
    return this.#adapterOf({ ...this.#now, weights });
  }

  /** What the base showed; a checkpoint keeps it without knowing what it is. */
  get #shown(): S | null {
    return this.#state.base as S | null;
  }

  /** The step and, where it was measured, the held-out loss of the weights as they are. */
  get #now(): Evaluation {
    const { step, heldout } = this.#state;
    return { step, loss: heldout.findLast((one) => one.step === step)?.loss ?? Number.NaN };
  }

  get #seen() {
    const { settings } = this.#parts;
    return seenOf({ settings, state: this.#state, measure: this.#measure });
  }

  get #measure(): Measure {
    return { ...this.#task.measure, usualRate: defaultsOf[this.#parts.settings.task].learningRate };
  }

  get #recorded() {
    return this.#stage.prepared.step;
  }

  /**
   * Asks the device for the largest of the stages to come, so that no run begins that cannot end. The one that is next is allocated
   * anyhow, but for what comes before it, which may take hours.
   */
  async #tryLargest(): Promise<void> {
    const { gpu, emit } = this.#parts;
    emit({ kind: 'phase', phase: 'planning', done: 0, of: 1 });
    const { prepared, stage } = largestOf(this.#task.stages.slice(this.#stage.stage.index));
    const isNext = stage.index === this.#stage.stage.index && !this.#task.before;
    if (!isNext) await allocate(gpu.device, this.#memory, prepared);
    this.#memory.destroy();
    emit({ kind: 'phase', phase: 'planning', done: 1, of: 1 });
  }

  /** Puts the stage on the GPU, with what has been trained. */
  async #enter(leaves: Checkpoint['leaves'], optimizerState?: Float32Array): Promise<void> {
    const { emit, gpu } = this.#parts;
    const { prepared } = this.#stage;
    await allocate(gpu.device, this.#memory, prepared);
    this.#step = await this.#stage.createStep(this.#memory, (done, of) =>
      emit({ kind: 'phase', phase: 'compiling', done, of }),
    );
    this.#earlier = leaves.weights;
    await loadLeaves(this.#memory, prepared.step.parameters, leaves, this.#start, ({ done, total }) =>
      emit({ kind: 'phase', phase: 'reading', done, of: total }),
    );
    // The count of steps goes on: a leaf that joins later, with moments of zero, then begins with steps of less than
    // half the learning rate and never takes more than 1.1 of it. A new count would make those of the others jump.
    if (optimizerState) this.#memory.upload(prepared.step.optimizer.state, Float32Array.from(optimizerState));
    this.#sampleMemory('stage begins');
  }

  #changeStage(index: number): Promise<void> {
    return this.#leaveFor(async () => {
      this.#stage = this.#task.stages[index]!;
    });
  }

  /** Takes the stage off the GPU, does `work`, and puts the stage on the GPU that is under way then, with what has been trained. */
  #leaveFor(work: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      const leaves = await this.#readAll();
      const optimizerState = await this.#readOptimizer();
      this.#sampleMemory('stage ends');
      this.#memory.destroy();
      await work();
      await this.#enter(leaves, optimizerState);
      this.#tellPhase('training');
    });
  }

  /**
   * Does `work`; where what it reads turns out damaged, that is computed again in the memory of the stage, and `work` is done anew.
   * @param before called first then
   * @param after puts weights back that are not those in training
   */
  #mending<T>(work: () => Promise<T>, { before, after }: Around = {}): Promise<T> {
    const { mend } = this.#task;
    const again = async (compute: NonNullable<typeof mend>) => {
      await before?.();
      await this.#leaveFor(() => compute(this.#state.step));
      await after?.();
    };
    return mending(work, this.#parts.emit, mend && (() => again(mend)));
  }

  /**
   * What the base alone does on the held-out data. The model computes what the base does when LoRA is zero and other
   * leaves are the base's; the weights in training are put back afterwards.
   */
  async #measureBase(): Promise<S> {
    const { emit } = this.#parts;
    const { parameters } = this.#recorded;
    emit({ kind: 'phase', phase: 'baseline', done: 0, of: 1 });
    const inTraining = await this.#readWeights();
    const showBase = async () => {
      await showWeights(this.#memory, parameters, {}, { ...this.#start, withoutLora: true });
      this.#step.forgetInputs();
    };
    await showBase();
    const loss = await this.#evaluate(showBase);
    this.#state.baselineHeldout = loss ?? Number.NaN;
    const { evaluated } = this.#task;
    if (loss !== null) emit({ kind: 'heldout', step: 0, loss, best: false, aboveBase: false, evaluated });
    const shown = await this.#mending(() => this.#stage.showBase(this.#memory), { after: showBase });
    await this.#show(inTraining);
    this.#tellPhase('training');
    return shown;
  }

  #train(): Promise<RunSummary['ended']> {
    const { settings, control, emit } = this.#parts;
    this.#tellPhase('training');
    return runLoop({
      settings,
      tokensPerStep: () => this.#stage.tokensPerStep,
      state: this.#state,
      control,
      emit,
      batchesOf: this.#task.batchesOf,
      trainStep: (batches, rate, next) =>
        this.#mending(() => this.#step.train(batches, rate, next), { before: () => this.#checkpoint() }),
      enterStage: ({ index }) => this.#changeStage(index),
      measureBase: () => this.#measureBase(),
      evaluated: this.#task.evaluated,
      measure: this.#measure,
      evaluate: async () => {
        const loss = await this.#evaluate();
        this.#sampleMemory('evaluated');
        return loss;
      },
      readWeights: () => this.#readWeights(),
      sample: (step) => this.#mending(() => this.#stage.sample(this.#memory, step, this.#shown)),
      checkpoint: () => this.#checkpoint(),
      clock: () => performance.now() / 1000,
    });
  }

  /** Null where nothing is held out. @param after see #mending */
  async #evaluate(after?: () => Promise<void>): Promise<number | null> {
    const batches = [...this.#task.heldout()];
    if (batches.length === 0) return null;
    return this.#mending(() => this.#step.evaluate(batches), after ? { after } : {});
  }

  #readWeights(): Promise<LeafFloats> {
    const { parameters, staging } = this.#recorded;
    return readWeights(this.#memory, parameters, this.#earlier, staging.arenas);
  }

  #readAll(): Promise<Checkpoint['leaves']> {
    const { parameters, staging } = this.#recorded;
    return readAll(this.#memory, parameters, this.#earlier, staging.arenas);
  }

  #readOptimizer(): Promise<Float32Array> {
    const { optimizer, staging } = this.#recorded;
    return readFloats(this.#memory, optimizer.state, staging.arenas);
  }

  async #show(weights: LeafFloats): Promise<void> {
    await showWeights(this.#memory, this.#recorded.parameters, weights, this.#start);
    this.#step.forgetInputs();
  }

  get #start(): Start {
    const { base, settings } = this.#parts;
    return { base, seed: settings.seed, asFrozen: this.#stage.stage.index > 0 };
  }

  /** @returns whether it was kept */
  async #checkpoint(): Promise<boolean> {
    const onGpu = { leaves: await this.#readAll(), optimizerState: await this.#readOptimizer() };
    return this.#parts.save(checkpointOf(this.#parts, this.#state, this.#task.evaluated, onGpu));
  }

  async #finish(ended: RunSummary['ended']): Promise<RunResult<C>> {
    const { runId, settings, emit, from } = this.#parts;
    emit({ kind: 'phase', phase: 'saving', done: 0, of: 1 });
    const { best } = this.#state;
    const keep = settings.keepBest && best ? best : { ...this.#now, weights: await this.#readWeights() };
    const show = () => this.#show(keep.weights);
    await show();
    const shown = this.#shown;
    const conclude = async () => (shown ? this.#stage.conclude(this.#memory, shown) : ({} as C)); // as optional as its fields
    const concluded = await this.#mending(conclude, { after: show });
    await this.#alone(() => {
      this.#memory.destroy();
      this.#over = true;
    });
    this.#sampleMemory('freed');
    const adapter = this.#adapterOf(keep);
    const { baselineHeldout } = this.#state;
    const summary: RunSummary & C = {
      runId,
      adapterId: adapter.summary.id,
      steps: this.#state.step,
      seconds: (from?.secondsTrained ?? 0) + this.#secondsHere(),
      ended,
      baselineHeldout,
      heldout: keep.loss,
      keptStep: keep.step,
      verdict: verdictOf(this.#seen, { baselineHeldout, heldout: keep.loss, step: keep.step }),
      history: historyOf(this.#state, this.#task.evaluated),
      ...concluded,
    };
    return { summary, adapter };
  }

  #adapterOf(keep: Best): Adapter {
    return adapterOf(this.#parts, this.#state, this.#recorded, this.#task, keep);
  }

  #sampleMemory(moment: MemorySample['moment']): void {
    const byKind = this.#memory.bytesByKind();
    const sample: MemorySample = {
      seconds: this.#secondsBefore + this.#secondsHere(),
      step: this.#state.step,
      stage: this.#stage.stage.index + 1,
      moment,
      plannedBytes: moment === 'freed' ? 0 : this.#stage.prepared.plannedBytes,
      allocatedBytes: totalOf(byKind),
      byKind,
    };
    this.#state.memory.push(sample);
    this.#parts.emit({ kind: 'memory', ...sample });
  }

  #tellPhase(phase: 'training'): void {
    const of = this.#task.stages.at(-1)?.stage.end ?? 0;
    this.#parts.emit({ kind: 'phase', phase, done: this.#state.step, of });
  }

  #secondsHere = () => (performance.now() - this.#startedAt) / 1000;

  /** Runs `work` when nobody else reads or changes what is on the GPU. */
  #alone<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // whoever called hears of it; the next one need not
    return done;
  }
}

/** What #mending is told. */
interface Around {
  readonly before?: () => Promise<unknown>;
  readonly after?: () => Promise<void>;
}
