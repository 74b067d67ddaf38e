import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { Memory } from '../../src/gpu/memory';
import { checkConfig, type ModelConfig } from '../../src/model/config';
import { type LeafValues, uploadParameters } from '../../src/model/load';
import { Parameters } from '../../src/model/parameters';
import type { TextOutputs } from '../../src/model/text';
import { leavesOf } from '../../src/model/tree';
import { recordTextStep } from '../../src/tasks/text/step';
import type { TokenBatch } from '../../src/tokens/batches';
import type { OptimizerConfig } from '../../src/train/record';
import { TrainingStep } from '../../src/train/step';
import type { GoldenCase } from './case';
import { Comparison } from './compare';
import { type Figures, floats, integers, stored } from './figures';
import { compareGradients, compareTraining, GRAPHICS_CARD, type Prepared, readOutput } from './steps';

/** Runs a case of kind `text` on the engine and compares every figure that it holds. */
export async function runTextCase(device: GPUDevice, golden: GoldenCase): Promise<Comparison> {
  checkConfig(golden.model);
  const comparison = new Comparison();
  const batch = textBatch(golden);
  const nothing = () => false;
  const own = stepOf(golden);
  await withStep(device, own, nothing, async (prepared) => {
    await compareGradients(golden, prepared, batch, comparison);
    await compareTextOutputs(golden, prepared, comparison);
  });
  await withStep(device, own, compile(parse(golden.freeze)), (prepared) =>
    compareTraining(golden, prepared, batch, comparison),
  );
  comparison.omitOthers(golden.expected.tensors.keys(), golden.unread);
  return comparison;
}

/** The figures are zero on padding, and its token losses are masked. */
export async function compareTextOutputs(
  golden: Figures,
  prepared: Prepared<TokenBatch, TextOutputs>,
  comparison: Comparison,
): Promise<void> {
  comparison.add('out', 'out/hidden', await validHidden(golden, prepared), floats(golden.expected, 'out/hidden'));
  const mask = floats(golden.batch, 'loss_mask');
  const { nll } = prepared.step.recorded.outputs;
  const masked = (await readOutput(prepared, nll)).map((v, n) => v * (mask[n] as number));
  comparison.add('out', 'out/token_nll', masked, floats(golden.expected, 'out/token_nll'));
}

/** What the final norm gives, zero on padding. */
export async function validHidden(
  { batch }: Figures,
  prepared: Prepared<TokenBatch, TextOutputs>,
): Promise<Float32Array<ArrayBuffer>> {
  const { hidden } = prepared.step.recorded.outputs;
  const valid = integers(batch, 'input_mask');
  const { C } = hidden.sizes;
  return (await readOutput(prepared, hidden)).map((v, i) => v * (valid[Math.floor(i / C)] as number));
}

/** A text model with its parameters, and how it is trained. */
export interface StepCase {
  readonly model: ModelConfig;
  /** Windows of a batch, and tokens of each. */
  readonly shape: { readonly B: number; readonly T: number };
  readonly optimizer: OptimizerConfig;
  readonly valuesOf: (path: string) => LeafValues;
}

function stepOf({ model, batch, optimizer, params }: GoldenCase): StepCase {
  const [B, T] = stored(batch, 'tokens').shape as [number, number];
  return { model, shape: { B, T }, optimizer, valuesOf: (path) => floats(params, path) };
}

/** The model, and a recorded step of it. */
export async function withStep(
  device: GPUDevice,
  { model, shape, optimizer, valuesOf }: StepCase,
  isFrozen: (path: string) => boolean,
  work: (prepared: Prepared<TokenBatch, TextOutputs>) => Promise<void>,
): Promise<void> {
  const memory = new Memory(device);
  try {
    const parameters = new Parameters(leavesOf(model), isFrozen);
    const options = { ...GRAPHICS_CARD, keepOutputs: true };
    const recorded = recordTextStep(model, parameters, { ...shape, M: 1 }, optimizer, options);
    uploadParameters(memory, parameters, ({ path }) => valuesOf(path));
    await work({ step: await TrainingStep.create(memory, recorded), memory, parameters });
  } finally {
    memory.destroy();
  }
}

export function textBatch({ batch }: Figures): TokenBatch {
  return {
    tokens: Uint32Array.from(integers(batch, 'tokens')),
    targets: Uint32Array.from(integers(batch, 'targets')),
    inputMask: integers(batch, 'input_mask'),
    lossMask: floats(batch, 'loss_mask'),
  };
}
