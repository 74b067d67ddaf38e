import type { Call } from '../../gpu/kernel';
import { bytesOf, type Storage, type Tensor, tensor } from '../../gpu/tensor';
import { frequenciesOf, GEMMA_ROTATION, rotationAngles } from '../../model/angles';
import type { Positions } from '../../model/block';
import type { ModelConfig } from '../../model/config';
import type { Parameters } from '../../model/parameters';
import {
  angleTable,
  cacheSizes,
  type FlowTargets,
  flowTargets,
  type Pi0Shape,
  type PrefixInputs,
  prefixInputs,
  recordFlowLoss,
  recordPrefix,
  recordSuffix,
  type SuffixInputs,
  suffixInputs,
  tokensOf,
} from '../../model/pi0';
import { Tape } from '../../tape/tape';
import {
  type LossOutputs,
  type OptimizerConfig,
  type RecordedStep,
  type RecordingOptions,
  recordStep,
  type TaskInputs,
  taskInputs,
} from '../../train/record';
import { type ActionsBatch, countedElements, flowOf, preparePrefix, suffixPlaces } from './batch';

/** Sizes of a step: M micro-batches of B samples. */
export interface ActionsStepShape extends Pi0Shape {
  readonly M: number;
}

export interface ActionsOutputs extends LossOutputs {
  /** What enters the backbone, (N, C); null where the prefix is stored. */
  readonly prefixTokens: Tensor<'N C'> | null;
  /** What enters the expert, (N, C). */
  readonly suffixTokens: Tensor<'N C'>;
  /** What conditions the expert's norms, (B, C); null of a π0. */
  readonly condition: Tensor<'N C'> | null;
  /** Rotated keys and values of each layer: the prefix's tokens, then the suffix's. */
  readonly kv: readonly Tensor<'B S D H'>[];
  /** The predicted flow, (B · T, action size); the row of a state token means nothing. */
  readonly v: Tensor<'N C'>;
  /** Σ weight · (v − wanted)² of each row. */
  readonly error: Tensor<'N'>;
}

/** The prefix of samples, computed once: what fills the first part of a step's keys and values. */
export interface ConstantPrefix {
  readonly config: ModelConfig;
  readonly shape: Pi0Shape;
  readonly calls: readonly Call[];
  readonly inputs: PrefixInputs;
  /** Of a step, (B, S, D, H); the calls fill the first slots. */
  readonly kv: readonly Tensor<'B S D H'>[];
  /** Samples that are kept on the GPU between steps. */
  readonly rows: number;
  /** Of each layer: their keys and values, one sample after the other. */
  readonly cache: readonly Storage[];
  /** Of one sample in one layer. */
  readonly bytes: number;
  /** Floating-point operations for B samples. */
  readonly flops: number;
}

export interface RecordedActionsStep extends RecordedStep<ActionsBatch, ActionsOutputs> {
  readonly shape: ActionsStepShape;
  /**
   * Null where something upstream of the prefix's keys and values trains: then every step computes them; and where they are
   * stored: then nothing here does.
   */
  readonly prefix: ConstantPrefix | null;
  /** Keys and values of the prefix were computed before, and are put where the step reads them. */
  readonly stored: boolean;
}

export interface ActionsStepOptions extends RecordingOptions {
  /** Samples whose prefix stays on the GPU, if it is constant; the others' goes to host memory. Default: none. */
  readonly cacheRows?: number;
  /** The prefix has been computed by a pass of its own: its leaves are in other memory, and all are frozen. */
  readonly stored?: boolean;
  /** Compute the prefix in every step, even if it is constant. */
  readonly joint?: boolean;
  /** Record the least that a run takes in which anything upstream of the prefix's keys trains. It is not meant to be run. */
  readonly reach?: boolean;
}

/**
 * Records the action task: flow matching with a π0. The prefix goes on the tape first. If none of its keys and values
 * then needs a gradient, it is the same at every step: it becomes a program of its own, and the step begins behind it.
 */
export function recordActionsStep(
  config: ModelConfig,
  parameters: Parameters,
  shape: ActionsStepShape,
  optimizer: OptimizerConfig,
  options: ActionsStepOptions,
): RecordedActionsStep {
  const { prefix: P, all: S } = tokensOf(config, shape);
  const angles = angleTable(config, shape, 'inputs');
  const prefixIn = prefixInputs(config, shape, { angles, S, kind: 'inputs' });
  const suffixIn = suffixInputs(config, shape, { angles, kind: 'inputs' });
  const targets = flowTargets(config, shape);
  // They live from the prefix's forward to the suffix's backward, so no plan could share their memory.
  const kv = caches(config, { B: shape.B, S, kind: 'activations' });

  const { software, recompute = false, stored = false } = options;
  const first = new Tape({ software, recompute });
  const prefixTokens = stored ? null : recordPrefix(first, config, parameters, prefixIn, kv, options.reach);
  const constant = !options.joint && !kv.some((layer) => first.needs(layer));
  const tape = constant ? new Tape({ software, recompute }) : first;
  const beside = { ...suffixIn, places: { ...suffixIn.places, constantKeys: constant ? P : 0 } };
  const { tokens: suffixTokens, condition, v } = recordSuffix(tape, config, parameters, beside, kv);
  const outputs = { prefixTokens, suffixTokens, condition, kv, v, ...recordFlowLoss(tape, v, targets) };

  const cache = constant && !stored ? prefixCache(config, P, options.cacheRows ?? 0) : null;
  const calls = constant ? first.forward : [];
  const asked = [
    suffixTokens,
    ...(condition ? [condition] : []),
    v,
    outputs.error,
    ...(constant || !prefixTokens ? [] : [prefixTokens]),
  ];
  const kept = options.keepOutputs ? asked : [];
  const recorded = recordStep(tape, {
    config,
    parameters,
    microBatches: shape.M,
    optimizer,
    inputs: inputsOf(config, shape, { prefix: constant ? null : prefixIn, suffix: suffixIn, targets }),
    outputs,
    kept,
    preparation: calls,
    storages: cache?.cache ?? [],
  });
  const flops = calls.reduce((sum, call) => sum + call.flops, 0);
  const prefix = cache && { ...cache, config, shape, calls, inputs: prefixIn, kv, flops };
  return { ...recorded, shape, prefix, stored };
}

/** Keys and values of S tokens in every layer. */
export const caches = (
  config: ModelConfig,
  { B, S, kind }: { B: number; S: number; kind: Storage['kind'] },
): Tensor<'B S D H'>[] =>
  Array.from({ length: config.experts[0]?.depth ?? 0 }, (_, layer) =>
    tensor(`keys and values ${layer}`, 'B S D H', cacheSizes(config, B, S), { kind }),
  );

/** Does nothing train that the prefix's keys and values depend on? */
export function isPrefixConstant(config: ModelConfig, parameters: Parameters, shape: Pi0Shape): boolean {
  const { all: S } = tokensOf(config, shape);
  const kind = 'inputs';
  const kv = caches(config, { B: shape.B, S, kind });
  const tape = new Tape();
  const inputs = prefixInputs(config, shape, { angles: angleTable(config, shape, kind), S, kind });
  recordPrefix(tape, config, parameters, inputs, kv);
  return !kv.some((layer) => tape.needs(layer));
}

function prefixCache(config: ModelConfig, S: number, rows: number) {
  const ofOne = caches(config, { B: 1, S, kind: 'prefix' });
  const bytes = bytesOf(ofOne[0]!);
  const all =
    rows > 0 ? ofOne.map(({ storage }) => ({ ...storage, label: `cached ${storage.label}`, bytes: rows * bytes })) : [];
  return { rows, cache: all, bytes };
}

/** How samples become what the step reads: all of it, or only the suffix. */
function inputsOf(
  config: ModelConfig,
  shape: Pi0Shape,
  { prefix, suffix, targets }: { prefix: PrefixInputs | null; suffix: SuffixInputs; targets: FlowTargets },
): TaskInputs<ActionsBatch> {
  const { all: S } = tokensOf(config, shape);
  const { state, noisy, time, places } = suffix;
  return taskInputs({
    tensors: {
      ...(prefix ? prefixTensors(prefix) : {}),
      ...suffixTensors(places),
      ...(state ? { state } : {}),
      noisy,
      time,
      wanted: targets.wanted,
      weight: targets.weight,
    },
    constants: () => [...(prefix ? prefixConstants(prefix) : []), ...suffixConstants(suffix)],
    counted: countedElements,
    prepare: (batch: ActionsBatch, counted) => ({
      ...(prefix ? preparePrefix(config, shape, S, batch) : {}),
      ...suffixPlaces(config, shape, batch),
      ...(state ? { state: Float32Array.from(batch.state) } : {}),
      ...flowOf(config, shape, batch, counted),
    }),
  });
}

/** What preparePrefix() gives values for. */
export const prefixTensors = ({ images, promptTokens, places }: PrefixInputs) => ({
  ...(images ? { patches: images.patches } : {}),
  promptTokens,
  prefixPosition: places.position,
  prefixQueryBlock: places.queryBlock,
  prefixKeyBlock: places.keyBlock,
});

/** What suffixPlaces() gives values for. */
export const suffixTensors = ({ position, queryBlock, keyBlock }: Positions) => ({
  suffixPosition: position,
  suffixQueryBlock: queryBlock,
  suffixKeyBlock: keyBlock,
});

type Constants = ReturnType<TaskInputs<ActionsBatch>['constants']>;

export const prefixConstants = ({
  places: {
    angles: [angles],
    slot,
  },
}: PrefixInputs): Constants => [
  [angles, rotationAngles(angles.sizes.Z, frequenciesOf(GEMMA_ROTATION, angles.sizes.H))],
  [slot, rowsFrom(0, slot)],
];

export const suffixConstants = ({
  places: {
    angles: [angles],
    slot,
    row,
    keyBlock,
  },
}: SuffixInputs): Constants => [
  [angles, rotationAngles(angles.sizes.Z, frequenciesOf(GEMMA_ROTATION, angles.sizes.H))],
  [slot, rowsFrom(keyBlock.sizes.S - slot.sizes.T, slot)],
  [row, rowsFrom(0, row)],
];

/** first … first + T − 1 for each of the batch. */
const rowsFrom = (first: number, { sizes: { B, T } }: Tensor<'B T'>) =>
  Uint32Array.from({ length: B * T }, (_, n) => first + (n % T));
