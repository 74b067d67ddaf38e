import type { Adapter } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Base } from '../base/base';
import type { Gpu } from '../gpu/device';
import type { Memory } from '../gpu/memory';
import type { RunControl } from '../train/control';
import type { LossOutputs } from '../train/record';
import type { BaseShown } from '../train/state';
import type { TrainingStep } from '../train/step';
import type { RunSummary, TaskSettings, TrainEvent } from '../worker/api';
import type { Prepared } from './prepare';
import type { PreparedStage } from './stages';

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
  readonly stages: readonly TaskStage<B>[];
  /** Says what the run goes on without, once. */
  readonly announce: () => void;
  /** The micro-batches of a step; depends on the step alone. */
  readonly batchesOf: (step: number) => readonly B[];
  /** Batches of the held-out loss; none where nothing is held out. */
  readonly heldout: () => Iterable<B>;
  /** What the adapter says beside its tensors. */
  readonly adapterExtras: Pick<Adapter, 'robot'>;
}

/** One stage of a task, and what shows the model while it is on the GPU. */
export interface TaskStage<B> extends PreparedStage<Prepared<B>> {
  /** Tokens that go through the model in a step. */
  readonly tokensPerStep: number;
  /** Puts the recorded step on the device. */
  readonly createStep: (
    memory: Memory,
    onCompiled: (done: number, of: number) => void,
  ) => Promise<TrainingStep<B, LossOutputs>>;
  /** What the base does, beside its held-out loss. The model is the base at that moment. */
  readonly showBase: (memory: Memory) => Promise<BaseShown>;
  /** Shows what the weights as they are do, beside the base. */
  readonly sample: (memory: Memory, step: number, base: BaseShown) => Promise<void>;
  /** What the summary says of the kept weights beside their loss; they are on the GPU at that moment. */
  readonly conclude: (memory: Memory, base: BaseShown) => Promise<Pick<RunSummary, 'openLoop'>>;
}

/** A run's result. */
export interface RunResult {
  readonly summary: RunSummary;
  readonly adapter: Adapter;
}
