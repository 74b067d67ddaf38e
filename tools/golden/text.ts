import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import type { Tensor } from '../../src/gpu/tensor';
import { checkConfig } from '../../src/model/config';
import { gather, readPages, readTrainables, uploadParameters } from '../../src/model/load';
import { Parameters } from '../../src/model/parameters';
import { leavesOf } from '../../src/model/tree';
import { problem } from '../../src/problem';
import type { Batch } from '../../src/train/batch';
import { recordTextStep } from '../../src/train/record';
import { learningRate } from '../../src/train/schedule';
import { TrainingStep } from '../../src/train/step';
import { floats, type GoldenCase, integers, stored } from './case';
import { Comparison } from './compare';

/** Runs a case of kind `text` on the engine and compares every figure that it holds. */
export async function runTextCase(device: GPUDevice, golden: GoldenCase): Promise<Comparison> {
  checkConfig(golden.model);
  const comparison = new Comparison();
  await compareGradients(device, golden, comparison);
  await compareTraining(device, golden, comparison);
  return comparison;
}

/** Loss, outputs and the gradient of every leaf: nothing frozen. */
async function compareGradients(device: GPUDevice, golden: GoldenCase, comparison: Comparison): Promise<void> {
  await withStep(
    device,
    golden,
    () => false,
    async (step, memory, parameters) => {
      const loss = await step.differentiate(batchOf(golden));
      comparison.add('loss', 'loss', [loss], floats(golden.expected, 'loss'));
      const { outputs, plan } = step.recorded;
      const read = (t: Tensor<string>) =>
        readFloats(memory, { ...t, storage: plan.slotOf.get(t.storage) ?? t.storage });
      // openpi's figures are zero on padding, and its token losses are masked.
      const valid = integers(golden.batch, 'input_mask');
      const { C } = outputs.hidden.sizes;
      const hidden = (await read(outputs.hidden)).map((value, i) => value * (valid[Math.floor(i / C)] as number));
      comparison.add('out', 'out/hidden', hidden, floats(golden.expected, 'out/hidden'));
      const mask = floats(golden.batch, 'loss_mask');
      const masked = (await read(outputs.nll)).map((value, n) => value * (mask[n] as number));
      comparison.add('out', 'out/token_nll', masked, floats(golden.expected, 'out/token_nll'));
      for (const [path, gradient] of gather(parameters, await readPages(memory, parameters, 'gradient'))) {
        comparison.add('grad', `grad/${path}`, gradient, floats(golden.expected, `grad/${path}`));
      }
    },
  );
}

/** Loss, norm and learning rate of each step and the leaves after the last: the case's own filter. */
async function compareTraining(device: GPUDevice, golden: GoldenCase, comparison: Comparison): Promise<void> {
  await withStep(device, golden, compile(parse(golden.freeze)), async (step, memory, parameters) => {
    const batch = batchOf(golden);
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
      comparison.add(
        'after',
        `after/${path}`,
        after,
        floats(golden.expected, `after/${path}`),
        floats(golden.params, path),
      );
    }
  });
}

async function withStep(
  device: GPUDevice,
  golden: GoldenCase,
  isFrozen: (path: string) => boolean,
  work: (step: TrainingStep, memory: Memory, parameters: Parameters) => Promise<void>,
): Promise<void> {
  const [B, T] = stored(golden.batch, 'tokens').shape as [number, number];
  const memory = new Memory(device);
  try {
    const parameters = new Parameters(leavesOf(golden.model), isFrozen);
    const shape = { B, T, M: 1 };
    const recorded = recordTextStep(golden.model, parameters, shape, golden.optimizer, { keepOutputs: true });
    uploadParameters(memory, parameters, ({ path }) => floats(golden.params, path));
    await work(await TrainingStep.create(memory, recorded), memory, parameters);
  } finally {
    memory.destroy();
  }
}

function batchOf({ batch }: GoldenCase): Batch {
  return {
    tokens: Uint32Array.from(integers(batch, 'tokens')),
    targets: Uint32Array.from(integers(batch, 'targets')),
    inputMask: integers(batch, 'input_mask'),
    lossMask: floats(batch, 'loss_mask'),
  };
}
