import type { GpuFacts } from '../gpu/facts';
import { type Call, call } from '../gpu/kernel';
import { bytesOf, rowsOf, type Storage, type Tensor, tensor, type ValuesOf } from '../gpu/tensor';
import { Uniform, uniformTensor } from '../gpu/uniform';
import type { AnyConfig } from '../model/config';
import type { Arena, Parameters } from '../model/parameters';
import { adamwKernels } from '../ops/adamw';
import { gradientNormKernels, PARTIAL_SUMS, STATE_NUMBERS } from '../ops/gradient_norm';
import { prune } from '../plan/lifetimes';
import { type Plan, plan } from '../plan/plan';
import type { Tape } from '../tape/tape';

/** AdamW and global-norm clipping, as optax chains them. */
export interface OptimizerConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
}

/** What the loss leaves to be read; a task may leave more. */
export interface LossOutputs {
  /** Added up over micro-batches. */
  readonly loss: Tensor<''>;
}

/** How a task's batches become what its recorded calls read. */
export interface TaskInputs<B> {
  /** What differs from one micro-batch to the next, by name. */
  readonly tensors: InputTensors;
  /** What is uploaded once. */
  readonly constants: () => readonly (readonly [Tensor<string>, ArrayBufferView<ArrayBuffer>])[];
  /** How many losses of a batch count: the step's loss is the mean over those of all its micro-batches. */
  readonly counted: (batch: B) => number;
  /** Values of `tensors`, by name. `counted` is that of the whole step. */
  readonly prepare: (batch: B, counted: number) => ValuesOf<InputTensors>;
}

type InputTensors = Readonly<Record<string, Tensor<string>>>;

/** A task's inputs, whose `prepare` must give a value for each of its own tensors: a name left out does not compile. */
export const taskInputs = <B, const T extends InputTensors>(
  inputs: Omit<TaskInputs<B>, 'tensors' | 'prepare'> & {
    readonly tensors: T;
    readonly prepare: (batch: B, counted: number) => ValuesOf<NoInfer<T>>;
  },
): TaskInputs<B> => inputs;

/** Everything a training step will run and hold, before any GPU. */
export interface RecordedStep<B, Outputs extends LossOutputs = LossOutputs> {
  readonly config: AnyConfig;
  readonly parameters: Parameters;
  /** Micro-batches of a step. */
  readonly microBatches: number;
  readonly inputs: TaskInputs<B>;
  readonly outputs: Outputs;
  readonly forward: readonly Call[];
  readonly backward: readonly Call[];
  /** Once a step, after the last micro-batch. */
  readonly update: readonly Call[];
  readonly optimizer: OptimizerTensors;
  readonly staging: StagingTensors;
  readonly plan: Plan;
  /** Floating-point operations of one step. */
  readonly flops: number;
}

export interface OptimizerTensors {
  /** Norm, clip factor, powers of the betas, finite flag, steps applied; see gradient_norm. */
  readonly state: Tensor<'E'>;
  /** The uniform of adamw.update: the learning rate. */
  readonly step: Tensor<''>;
}

export interface StagingTensors {
  /** Inputs of all micro-batches, one after the other, copied on the GPU before each. */
  readonly upload: Storage;
  /** Ring of mapped buffers for loss and optimizer state. */
  readonly metrics: readonly Storage[];
  /** Where weights and moments pass through on their way to a checkpoint, and prefixes to host memory, piece by piece. */
  readonly arenas: Storage;
}

/** How many steps may be under way before their losses are read. */
const STEPS_IN_FLIGHT = 2;

/** How a step is recorded, whatever its task. */
export interface RecordingOptions extends Pick<GpuFacts, 'software'> {
  /** Compute each layer again before its backward instead of keeping its activations. Default: keep them. */
  readonly recompute?: boolean;
  /** Outputs that are activations can be read after the step. */
  readonly keepOutputs?: boolean;
}

/** What a task hands over once its loss is on the tape. */
interface Recording<B, Outputs> {
  readonly config: AnyConfig;
  readonly parameters: Parameters;
  readonly microBatches: number;
  readonly optimizer: OptimizerConfig;
  readonly inputs: TaskInputs<B>;
  readonly outputs: Outputs;
  /** Activations that can be read after the step. */
  readonly kept?: readonly Tensor<string>[];
  /** What runs now and then before a step, in memory that the step uses too. */
  readonly preparation?: readonly Call[];
  /** Storages that no call touches. */
  readonly storages?: readonly Storage[];
}

/** Appends backward and update to a recorded loss, and plans the memory of all. */
export function recordStep<B, Outputs extends LossOutputs>(
  tape: Tape,
  recording: Recording<B, Outputs>,
): RecordedStep<B, Outputs> {
  const { config, parameters, microBatches, optimizer: adamw, inputs, outputs } = recording;
  const { kept = [], preparation = [], storages = [] } = recording;
  tape.differentiate();
  const optimizer: OptimizerTensors = {
    state: tensor('optimizer state', 'E', { E: STATE_NUMBERS }, { kind: 'moments' }),
    step: uniformTensor(new Uniform(adamwKernels.update, 'step').storage('step')),
  };
  const update = parameters.arenas.length > 0 ? recordUpdate(parameters.arenas, outputs.loss, optimizer, adamw) : [];
  const staging = stagingOf(Object.values(inputs.tensors), microBatches, parameters);

  const read = kept.map(({ storage }) => storage);
  const calls = prune([...tape.forward, ...tape.backward, ...update], read);
  const isForward = new Set(tape.forward);
  const isUpdate = new Set(update);
  const forward = calls.filter((c) => isForward.has(c));
  const backward = calls.filter((c) => !isForward.has(c) && !isUpdate.has(c));
  const flopsOf = (some: readonly Call[]) => some.reduce((sum, { flops }) => sum + flops, 0);
  const uploaded = Object.values(inputs.tensors).map(({ storage }) => storage);
  // A leaf may be read by no call: of a π0's backbone, what comes after the last keys and values.
  const frozen = parameters.slices.flatMap((slice) => slice.storage ?? []);
  const ours = [staging.upload, ...staging.metrics, staging.arenas, optimizer.state.storage, optimizer.step.storage];
  return {
    config,
    parameters,
    microBatches,
    inputs,
    outputs,
    forward,
    backward,
    update,
    optimizer,
    staging,
    plan: plan([...preparation, ...calls], [...frozen, ...storages, ...uploaded, ...ours], read),
    flops: microBatches * (flopsOf(forward) + flopsOf(backward)) + flopsOf(update),
  };
}

/** Norm over all arenas, then AdamW arena by arena. */
function recordUpdate(
  arenas: readonly Arena[],
  loss: Tensor<''>,
  { state, step }: OptimizerTensors,
  config: OptimizerConfig,
): Call[] {
  const { beta1: BETA1, beta2: BETA2, epsilon: EPSILON, weightDecay: WEIGHT_DECAY, clipNorm: CLIP_NORM } = config;
  // Not planned: how large they are depends on the arenas, and so would whether they find a slot of their size.
  const partials = tensor('partial sums of squares', 'W', { W: PARTIAL_SUMS * arenas.length }, { kind: 'workspace' });
  const norms = arenas.map(({ gradient }, n) =>
    call(gradientNormKernels.partial, {
      gradient,
      partials: rowsOf(partials, n * PARTIAL_SUMS, PARTIAL_SUMS),
    }),
  );
  const finish = call(gradientNormKernels.finish, { partials, loss, state }, { CLIP_NORM, BETA1, BETA2 });
  const updates = arenas.map(({ weights, gradient, moment1, moment2 }) =>
    call(
      adamwKernels.update,
      { weights, gradient, moment1, moment2, state, step },
      { BETA1, BETA2, EPSILON, WEIGHT_DECAY },
    ),
  );
  return [...norms, finish, ...updates];
}

/** Most and fewest bytes that are read back at a time. */
const PIECE_BYTES = { most: 2 ** 18, fewest: 2 ** 12 };

function stagingOf(inputs: readonly Tensor<string>[], microBatches: number, { arenas }: Parameters): StagingTensors {
  const bytes = microBatches * inputs.reduce((sum, input) => sum + bytesOf(input), 0);
  const piece = Math.min(
    PIECE_BYTES.most,
    Math.max(PIECE_BYTES.fewest, ...arenas.map((arena) => bytesOf(arena.weights))),
  );
  return {
    arenas: { label: 'read arenas', bytes: piece, kind: 'staging', planned: false, use: 'read back' },
    upload: { label: 'upload', bytes, kind: 'staging', planned: false },
    metrics: Array.from({ length: STEPS_IN_FLIGHT }, (_, n) => ({
      label: `read metrics ${n}`,
      bytes: 4 * (1 + STATE_NUMBERS),
      kind: 'staging' as const,
      planned: false,
      use: 'read back' as const,
    })),
  };
}
