import type { AnyConfig } from '../../model/config';
import type { Parameters } from '../../model/parameters';
import {
  angleValues,
  recordTextLoss,
  type TextInputs,
  type TextOutputs,
  textInputs,
  textModelOf,
} from '../../model/text';
import type { TextModel } from '../../model/text_model';
import { Tape } from '../../tape/tape';
import type { TokenBatch } from '../../tokens/batches';
import {
  type OptimizerConfig,
  type RecordedStep,
  type RecordingOptions,
  recordStep,
  type TaskInputs,
  taskInputs,
} from '../../train/record';
import { countedTokens, prepare } from './batch';

/** Sizes of a step: M micro-batches of B windows of T tokens. */
export interface StepShape {
  readonly B: number;
  readonly T: number;
  readonly M: number;
  /** Of how many tokens of a micro-batch the loss is computed, see batch.ts; of all, where it is not said. */
  readonly lossRows?: number;
}

/** A recorded step of the text task. */
export type RecordedTextStep = RecordedStep<TokenBatch, TextOutputs>;

/**
 * Records forward, backward and update of the text task, and plans their memory.
 */
export function recordTextStep(
  config: AnyConfig,
  parameters: Parameters,
  shape: StepShape,
  optimizer: OptimizerConfig,
  { software, recompute = false, keepOutputs = false }: RecordingOptions,
): RecordedTextStep {
  const tape = new Tape({ software, recompute });
  const model = textModelOf(config);
  const inputs = textInputs(model, shape);
  const outputs = recordTextLoss(tape, model, parameters, inputs);
  const kept = keepOutputs ? [outputs.hidden, outputs.nll] : [];
  return recordStep(tape, {
    config,
    parameters,
    microBatches: shape.M,
    optimizer,
    inputs: ofText(model, inputs),
    outputs,
    kept,
  });
}

/** How windows of tokens become the text task's inputs. */
function ofText(model: TextModel, inputs: TextInputs): TaskInputs<TokenBatch> {
  const { tokens, rows, targets, weight, position, queryBlock, keyBlock, angles, slot } = inputs;
  const { N: lossRows } = rows.sizes;
  const { B, T } = position.sizes;
  return taskInputs({
    tensors: { tokens, rows, targets, weight, position, queryBlock, keyBlock },
    constants: () => [...angleValues(model, angles), [slot, Uint32Array.from({ length: B * T }, (_, n) => n % T)]],
    counted: countedTokens,
    prepare: (batch: TokenBatch, counted) => prepare(batch, { T, counted, lossRows }),
  });
}
