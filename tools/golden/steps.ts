import type { GpuFacts } from '../../src/gpu/facts';
import type { Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import type { Tensor } from '../../src/gpu/tensor';
import { gather, readArenas, readTrainables } from '../../src/model/load';
import type { Parameters } from '../../src/model/parameters';
import type { Leaf } from '../../src/model/tree';
import { problem } from '../../src/problem';
import { learningRate } from '../../src/settings/schedule';
import type { LossOutputs } from '../../src/train/record';
import type { TrainingStep } from '../../src/train/step';
import type { GoldenCase } from './case';
import { type Comparison, isRounding } from './compare';
import { type Figures, floats } from './figures';

/** Cases are compared through the kernels that most people run, whatever this machine has. */
export const GRAPHICS_CARD: Pick<GpuFacts, 'software'> = { software: false };

/** A step on the device, with what it holds. */
export interface Prepared<B, Outputs extends LossOutputs> {
  readonly step: TrainingStep<B, Outputs>;
  readonly memory: Memory;
  readonly parameters: Parameters;
}

/** How a case's figures of a leaf are held against ours. */
export interface LeafFigures {
  /** Our values in the order of the case's. */
  readonly asStored: (leaf: Leaf, values: Float32Array<ArrayBuffer>) => Float32Array;
  /** What a leaf began with, in that order. */
  readonly start: (path: string) => Float32Array;
}

const ofParams = (golden: Figures): LeafFigures => ({
  asStored: (_, values) => values,
  start: (path) => floats((golden as GoldenCase).params, path),
});

const leafAt = ({ leaves }: Parameters, path: string): Leaf => leaves.find((leaf) => leaf.path === path)!;

/** Loss and the gradient of every leaf. */
export async function compareGradients<B, Outputs extends LossOutputs>(
  golden: Figures,
  { step, memory, parameters }: Prepared<B, Outputs>,
  batch: B,
  comparison: Comparison,
  figures: LeafFigures = ofParams(golden),
): Promise<void> {
  const loss = await step.differentiate(batch);
  comparison.add('loss', 'loss', [loss], floats(golden.expected, 'loss'));
  for (const [path, gradient] of gather(parameters, await readArenas(memory, parameters, 'gradient'))) {
    const given = figures.asStored(leafAt(parameters, path), gradient);
    comparison.add('grad', `grad/${path}`, given, floats(golden.expected, `grad/${path}`));
  }
}

/** Loss, norm and learning rate of each step, and the trainable leaves after the last. */
export async function compareTraining<B, Outputs extends LossOutputs>(
  golden: Figures,
  { step, memory, parameters }: Prepared<B, Outputs>,
  batch: B,
  comparison: Comparison,
  figures: LeafFigures = ofParams(golden),
): Promise<void> {
  const curves = { loss: [] as number[], grad_norm: [] as number[], lr: [] as number[] };
  for (let i = 0; i < golden.steps; i++) {
    const lr = learningRate(golden.schedule, i);
    const { loss, gradNorm, applied } = await step.train([batch], lr);
    if (!applied) throw problem(`The loss or gradient of step ${i} is not finite.`);
    curves.loss.push(loss);
    curves.grad_norm.push(gradNorm);
    curves.lr.push(lr);
  }
  for (const [name, values] of Object.entries(curves)) {
    comparison.add('train', `train/${name}`, values, floats(golden.expected, `train/${name}`));
  }
  for (const [path, after] of await readTrainables(memory, parameters)) {
    const expected = floats(golden.expected, `after/${path}`);
    const gradient = floats(golden.expected, `grad/${path}`);
    if (isRounding(gradient) && gradient.some((value) => value !== 0)) {
      comparison.omit(`after/${path}`, 'its gradient is rounding alone, which AdamW turns into steps of full size');
      continue;
    }
    const given = figures.asStored(leafAt(parameters, path), after);
    comparison.add('after', `after/${path}`, given, expected, figures.start(path));
  }
}

/** Reads an output that the step keeps. */
export const readOutput = <B, Outputs extends LossOutputs>(
  { step, memory }: Prepared<B, Outputs>,
  t: Tensor<string>,
): Promise<Float32Array<ArrayBuffer>> =>
  readFloats(memory, { ...t, storage: step.recorded.plan.slotOf.get(t.storage) ?? t.storage });
