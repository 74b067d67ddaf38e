import type { Adapter } from '../adapter/adapter';
import type { Checkpoint } from '../adapter/checkpoint';
import type { Base } from '../base/base';
import type { Gpu } from '../gpu/device';
import type { Memory } from '../gpu/memory';
import type { PrefixStoreKey, StoreLabel } from '../prefixes/index_file';
import type { OpenedStore } from '../prefixes/store';
import type { Problem } from '../problem';
import type { TaskSettings } from '../settings/task';
import type { ChatTokenizer } from '../tokens/chat_template';
import type { RunControl } from '../train/control';
import type { Evaluated, RunEvent, RunSummary } from '../train/events';
import type { Measure } from '../train/judge';
import type { Prepared } from '../train/planned';
import type { LossOutputs } from '../train/record';
import type { LeafFloats } from '../train/state';
import type { TrainingStep } from '../train/step';
import type { PreparedStage, ReadStage } from './stages';

/** What every run is made of. S: settings of its task, E: what it tells besides. */
export interface RunParts<S extends TaskSettings, E = never> {
  readonly runId: string;
  readonly gpu: Gpu;
  readonly base: Base;
  readonly tokenizer: ChatTokenizer;
  readonly settings: S;
  /** Those of the settings, their filters read. */
  readonly stages: readonly ReadStage[];
  readonly control: RunControl;
  readonly emit: (event: RunEvent | E) => void;
  /** Keeps a checkpoint; answers whether it is safe. */
  readonly save: (checkpoint: Checkpoint) => Promise<boolean>;
  /** What a run that goes on starts from. */
  readonly from: Checkpoint | null;
  /** Of the adapter that a new run goes on from: every leaf of it. */
  readonly start?: LeafFloats;
  /** Where a streamed run keeps what comes before the expert. */
  readonly openPrefixes?: (key: PrefixStoreKey, label: StoreLabel) => Promise<OpenedStore>;
  /** Makes room there for so many bytes more. @returns what had to go @throws ProblemError where there is none */
  readonly makeRoom?: (bytes: number) => Promise<readonly Problem[]>;
}

/**
 * What a task gives to one run, and does for it. B: its micro-batch. S: what the base shows by itself, plain data that a
 * checkpoint keeps, to be laid beside what the adapter shows. C: what it concludes about the adapter.
 */
export interface TaskRun<B, S extends object, C extends object> {
  readonly stages: readonly TaskStage<B, S, C>[];
  /** Says what the run goes on without, once. */
  readonly announce: () => void;
  /** What is done once before the first stage is on the GPU. */
  readonly before?: () => Promise<void>;
  /** Does again what of that turned out damaged; no stage is on the GPU meanwhile. @param step steps done */
  readonly mend?: (step: number) => Promise<void>;
  /** Gives back what `before` took; whatever became of the run. */
  readonly after?: () => Promise<void>;
  /** The micro-batches of a step; depends on the step alone. */
  readonly batchesOf: (step: number) => readonly B[];
  /** Batches of the held-out loss; none where nothing is held out. */
  readonly heldout: () => Iterable<B>;
  /** How much of what is held out they hold. */
  readonly evaluated: Evaluated;
  /** By what it is judged. */
  readonly measure: Omit<Measure, 'usualRate'>;
  /** What the adapter says beside its tensors. */
  readonly adapterExtras: Pick<Adapter, 'robot' | 'dataHash'>;
}

/** One stage of a run, and what shows the model while it is on the GPU. */
export interface TaskStage<B, S extends object, C extends object> extends PreparedStage<Prepared<B>> {
  /** Tokens that go through the model in a step. */
  readonly tokensPerStep: number;
  /** Puts the recorded step on the device. */
  readonly createStep: (
    memory: Memory,
    onCompiled: (done: number, of: number) => void,
  ) => Promise<TrainingStep<B, LossOutputs>>;
  /** What the base does, beside its held-out loss. The model is the base at that moment. */
  readonly showBase: (memory: Memory) => Promise<S>;
  /** Shows what the weights as they are do, beside the base; null: it has not been asked. */
  readonly sample: (memory: Memory, step: number, base: S | null) => Promise<void>;
  /** What the summary says of the kept weights beside their loss; they are on the GPU at that moment. */
  readonly conclude: (memory: Memory, base: S) => Promise<C>;
}

/** A run that can be awaited and looked into, whatever its task. C: see TaskRun. */
export interface AnyRun<C extends object = object> {
  /** Trains, then frees everything. */
  run(): Promise<RunResult<C>>;
  /** The adapter as it is now. */
  snapshot(): Promise<Adapter>;
}

export interface RunResult<C extends object = object> {
  readonly summary: RunSummary & C;
  readonly adapter: Adapter;
}
