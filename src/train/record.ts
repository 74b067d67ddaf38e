import type { Call } from '../gpu/kernel';
import { call } from '../gpu/kernel';
import { bytesOf, rowsOf, type Storage, type Tensor, tensor } from '../gpu/tensor';
import type { ModelConfig } from '../model/config';
import type { Page, Parameters } from '../model/parameters';
import { recordTextLoss, type TextInputs, type TextOutputs, textInputs } from '../model/text';
import { adamwKernels } from '../ops/adamw';
import { gradientNormKernels } from '../ops/gradient_norm';
import { prune } from '../plan/lifetimes';
import { type Plan, plan } from '../plan/plan';
import { Tape } from '../tape/tape';

/** AdamW and global-norm clipping, as optax chains them. */
export interface OptimizerConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
}

/** Sizes of a step: M micro-batches of B windows of T tokens. */
export interface StepShape {
  readonly B: number;
  readonly T: number;
  readonly M: number;
}

/** Everything a training step will run and hold, before any GPU. */
export interface RecordedStep {
  readonly config: ModelConfig;
  readonly parameters: Parameters;
  readonly shape: StepShape;
  readonly inputs: TextInputs;
  readonly outputs: TextOutputs;
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
  /** The learning rate. */
  readonly step: Tensor<''>;
}

export interface StagingTensors {
  /** Inputs of all micro-batches, one after the other, copied on the GPU before each. */
  readonly upload: Storage;
  /** Ring of mapped buffers for loss and optimizer state. */
  readonly metrics: readonly Storage[];
}

/** How many steps may be under way before their losses are read. */
export const STEPS_IN_FLIGHT = 2;

/** Numbers of the optimizer's state; see shaders/gradient_norm.finish.wgsl. */
export const STATE_SIZE = 8;

/** Inputs that differ from one micro-batch to the next, in the order of the upload buffer. */
export const batchInputs = (inputs: TextInputs) => [
  inputs.tokens,
  inputs.targets,
  inputs.weight,
  inputs.position,
  inputs.queryBlock,
  inputs.keyBlock,
];

/**
 * Records forward, backward and update of the text task, and plans their memory.
 * @param options.keepOutputs `hidden` and `nll` can be read after the step
 */
export function recordTextStep(
  config: ModelConfig,
  parameters: Parameters,
  shape: StepShape,
  optimizerConfig: OptimizerConfig,
  options: { recompute?: boolean; keepOutputs?: boolean } = {},
): RecordedStep {
  const tape = new Tape({ recompute: options.recompute ?? false });
  const inputs = textInputs(config, shape);
  const outputs = recordTextLoss(tape, config, parameters, inputs);
  tape.differentiate();
  const optimizer: OptimizerTensors = {
    state: tensor('optimizer state', 'E', { E: STATE_SIZE }, { kind: 'moments' }),
    step: tensor('uniform step', '', {}, { kind: 'inputs' }),
  };
  const update =
    parameters.pages.length > 0 ? recordUpdate(parameters.pages, outputs.loss, optimizer, optimizerConfig) : [];
  const staging = stagingOf(inputs, shape);

  const read = options.keepOutputs ? [outputs.hidden.storage, outputs.nll.storage] : [];
  const kept = prune([...tape.forward, ...tape.backward, ...update], read);
  const isForward = new Set(tape.forward);
  const isUpdate = new Set(update);
  const forward = kept.filter((c) => isForward.has(c));
  const backward = kept.filter((c) => !isForward.has(c) && !isUpdate.has(c));
  const flopsOf = (calls: readonly Call[]) => calls.reduce((sum, { flops }) => sum + flops, 0);
  return {
    config,
    parameters,
    shape,
    inputs,
    outputs,
    forward,
    backward,
    update,
    optimizer,
    staging,
    plan: plan(kept, [staging.upload, ...staging.metrics, optimizer.state.storage, optimizer.step.storage], read),
    flops: shape.M * (flopsOf(forward) + flopsOf(backward)) + flopsOf(update),
  };
}

/** Norm over all pages, then AdamW page by page. */
function recordUpdate(
  pages: readonly Page[],
  loss: Tensor<''>,
  { state, step }: OptimizerTensors,
  config: OptimizerConfig,
): Call[] {
  const { beta1: BETA1, beta2: BETA2, epsilon: EPSILON, weightDecay: WEIGHT_DECAY, clipNorm: CLIP_NORM } = config;
  const partialsPerPage = 64; // 64 floats are 256 bytes, so each page's part is a binding of its own
  const partials = tensor(
    'partial sums of squares',
    'W',
    { W: partialsPerPage * pages.length },
    { kind: 'workspace', planned: true },
  );
  const norms = pages.map(({ gradient }, n) =>
    call(gradientNormKernels.partial, {
      gradient,
      partials: rowsOf(partials, n * partialsPerPage, partialsPerPage),
    }),
  );
  const finish = call(gradientNormKernels.finish, { partials, loss, state }, { CLIP_NORM, BETA1, BETA2 });
  const updates = pages.map(({ weights, gradient, moment1, moment2 }) =>
    call(
      adamwKernels.update,
      { weights, gradient, moment1, moment2, state, step },
      { BETA1, BETA2, EPSILON, WEIGHT_DECAY },
    ),
  );
  return [...norms, finish, ...updates];
}

function stagingOf(inputs: TextInputs, { M }: StepShape): StagingTensors {
  const bytes = M * batchInputs(inputs).reduce((sum, input) => sum + bytesOf(input), 0);
  return {
    upload: { label: 'upload', bytes, kind: 'staging', planned: false },
    metrics: Array.from({ length: STEPS_IN_FLIGHT }, (_, n) => ({
      label: `read metrics ${n}`,
      bytes: 4 * (1 + STATE_SIZE),
      kind: 'staging' as const,
      planned: false,
    })),
  };
}
