import { type Adapter, type AdapterTensor, isLora, sizeOf } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Base } from '../base/base';
import type { Gpu } from '../gpu/device';
import { onGpuFailure } from '../gpu/device';
import { Memory } from '../gpu/memory';
import { readFloats } from '../gpu/read_back';
import { gather, readPages, uploadParameters, writePages } from '../model/load';
import type { Leaf } from '../model/tree';
import { problem } from '../problem';
import { batchAt, heldoutBatches, type TokenDataset } from '../tokens/batches';
import type { TextTokenizer } from '../tokens/tokenizer';
import type { RunControl } from '../train/control';
import { runLoop } from '../train/loop';
import { Sampler } from '../train/sampler';
import { historyOf, newState, type RunState } from '../train/state';
import { TrainingStep } from '../train/step';
import type { BytesByKind, RunSettings, RunSummary, TrainEvent } from '../worker/api';
import { answer } from './answer';
import { type PreparedRun, prepareRun, startValues } from './prepare';
import { allocate } from './trial';

/** What a run is made of. */
export interface RunParts {
  readonly runId: string;
  readonly gpu: Gpu;
  readonly base: Base;
  readonly tokenizer: TextTokenizer;
  readonly dataset: TokenDataset;
  /** Are the dataset's windows conversations? Decides how sample prompts are put to the model. */
  readonly chat: boolean;
  readonly settings: RunSettings;
  readonly control: RunControl;
  readonly emit: (event: TrainEvent) => void;
  /** Keeps a checkpoint; resolves when it is safe. `first`: the run is new, and its data must be kept too. */
  readonly save: (checkpoint: Checkpoint, first: boolean) => Promise<void>;
  /** What a run that goes on starts from. */
  readonly from: Checkpoint | null;
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

/** A run's result. */
export interface RunResult {
  readonly summary: RunSummary;
  readonly adapter: Adapter;
}

/** A text run on a device, from allocation to adapter. */
export class TextRun {
  private readonly parts: RunParts;
  private readonly prepared: PreparedRun;
  private readonly memory: Memory;
  private readonly state: RunState;
  /** Milliseconds of the page's clock. */
  private startedAt = 0;
  private step!: TrainingStep;
  private sampler: Sampler | null = null;
  private readonly baseTexts: string[] = [];

  constructor(parts: RunParts) {
    this.parts = parts;
    this.prepared = prepareRun(parts.base, parts.settings, parts.gpu.device.limits.maxStorageBufferBindingSize);
    this.memory = new Memory(parts.gpu.device);
    if (this.prepared.step.parameters.pages.length === 0) {
      throw problem(
        'Nothing is left to train: the filter freezes every leaf.',
        'freeze filter',
        'Leave some leaves out of it.',
      );
    }
    this.state = parts.from ? stateOf(parts.from) : newState();
    if (parts.dataset.sequenceLength !== parts.settings.sequenceLength) {
      const what = `The data was cut into windows of ${parts.dataset.sequenceLength} tokens, the run wants ${parts.settings.sequenceLength}.`;
      throw problem(what, 'sequenceLength', 'Open the data again.');
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
    return this.adapterOf(await readPages(this.memory, this.prepared.step.parameters, 'weights'), this.state.step);
  }

  private async allocate(): Promise<void> {
    const { emit, gpu } = this.parts;
    const { step, plannedBytes, byKind } = this.prepared;
    emit({ kind: 'phase', phase: 'planning', done: 1, of: 1 });
    await allocate(gpu.device, this.memory, this.prepared);
    this.step = await TrainingStep.create(this.memory, step, (done, of) =>
      emit({ kind: 'phase', phase: 'compiling', done, of }),
    );
    emit({ kind: 'memory', plannedBytes, allocatedBytes: this.allocatedBytes(), byKind });
  }

  /** The weights that training starts from: fresh LoRA, or a checkpoint. */
  private async start(): Promise<void> {
    const { base, settings, from } = this.parts;
    const { parameters, optimizer } = this.prepared.step;
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, false));
    if (!from) return this.checkpoint(true);
    writePages(this.memory, parameters, 'weights', from.arenas.weights);
    writePages(this.memory, parameters, 'moment1', from.arenas.moment1);
    writePages(this.memory, parameters, 'moment2', from.arenas.moment2);
    this.memory.upload(optimizer.state, Float32Array.from(from.optimizerState));
  }

  /**
   * What the base alone does on the held-out data and the sample prompts. The model computes what the base does when
   * LoRA is zero and other trainables are the base's; the weights in training are put back afterwards.
   */
  private async measureBase(): Promise<void> {
    const { base, settings, emit } = this.parts;
    const { parameters } = this.prepared.step;
    emit({ kind: 'phase', phase: 'baseline', done: 0, of: 1 });
    if (this.prepared.sampler) this.sampler = await Sampler.create(this.memory, this.prepared.sampler);
    const inTraining = await this.readWeights();
    const differs = ({ path }: Leaf) => isLora(path) || !parameters.isFrozen(path);
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, true), differs);
    if (Number.isNaN(this.state.baselineHeldout)) this.state.baselineHeldout = await this.evaluate();
    emit({ kind: 'heldout', step: 0, loss: this.state.baselineHeldout, best: false });
    for (const prompt of settings.samplePrompts) this.baseTexts.push(await this.continue(prompt));
    uploadParameters(this.memory, parameters, startValues(base, settings.seed, false), ({ path }) => isLora(path));
    writePages(this.memory, parameters, 'weights', inTraining);
    emit({ kind: 'phase', phase: 'training', done: this.state.step, of: settings.steps });
  }

  private train(): Promise<RunSummary['ended']> {
    const { settings, control, emit, dataset } = this.parts;
    emit({ kind: 'phase', phase: 'training', done: this.state.step, of: settings.steps });
    return runLoop({
      settings,
      state: this.state,
      control,
      emit,
      batchesOf: (step) => batchAt(dataset, settings.seed, step, settings.batchSize, settings.accumulation),
      trainStep: (batches, rate) => this.step.train(batches, rate),
      measureBase: () => this.measureBase(),
      evaluate: () => this.evaluate(),
      readWeights: () => this.readWeights(),
      sample: (step) => this.sample(step),
      checkpoint: () => this.checkpoint(false),
      clock: () => performance.now() / 1000,
    });
  }

  private evaluate(): Promise<number> {
    return this.step.evaluate(heldoutBatches(this.parts.dataset, this.parts.settings.batchSize));
  }

  private readWeights(): Promise<Float32Array<ArrayBuffer>[]> {
    const { parameters, staging } = this.prepared.step;
    return readPages(this.memory, parameters, 'weights', staging.pages);
  }

  private async sample(step: number): Promise<void> {
    const { settings, emit } = this.parts;
    for (const [n, prompt] of settings.samplePrompts.entries()) {
      const adapter = await this.continue(prompt);
      emit({ kind: 'sample', step, prompt, base: this.baseTexts[n] as string, adapter });
    }
  }

  private async continue(prompt: string): Promise<string> {
    const { tokenizer, chat, settings } = this.parts;
    return answer(this.sampler as Sampler, tokenizer, {
      prompt,
      chat,
      seed: settings.seed,
      temperature: 0,
      maxTokens: 40,
    });
  }

  private async checkpoint(first: boolean): Promise<void> {
    const { runId, settings, base, save } = this.parts;
    const { parameters, optimizer, staging } = this.prepared.step;
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
      history: historyOf(this.state, settings, this.bytes()),
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
    const summary: RunSummary = {
      runId,
      adapterId: adapter.summary.id,
      steps: this.state.step,
      seconds: (from?.secondsTrained ?? 0) + (performance.now() - this.startedAt) / 1000,
      ended,
      baselineHeldout: this.state.baselineHeldout,
      heldout: keep.loss,
      keptStep: keep.step,
      history: historyOf(this.state, settings, this.bytes()),
    };
    return { summary, adapter };
  }

  private adapterOf(
    pages: readonly Float32Array[],
    keptStep: number,
    heldout = this.state.heldout.at(-1)?.loss ?? Number.NaN,
  ): Adapter {
    const { base, settings } = this.parts;
    const { parameters, config } = this.prepared.step;
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
      history: historyOf(this.state, settings, this.bytes()),
    };
  }

  private allocatedBytes(): number {
    return Object.values(this.memory.bytesByKind()).reduce((sum, bytes) => sum + bytes, 0);
  }

  private bytes(): { plannedBytes: number; allocatedBytes: number; byKind: BytesByKind } {
    const { plannedBytes, byKind } = this.prepared;
    return { plannedBytes, allocatedBytes: this.allocatedBytes(), byKind };
  }
}
