import { type Adapter, type AdapterTensor, isLora } from '../../src/adapter/adapter';
import { readTrainables } from '../../src/model/load';
import { leavesOf } from '../../src/model/tree';
import { learningRate } from '../../src/settings/schedule';
import { integers } from '../golden/figures';
import { continueGreedily, withStep } from '../golden/hf';
import type { HfCase } from '../golden/hf_case';
import { textBatch } from '../golden/text';
import { bareAdapter } from './bare_adapter';

/** Tokens that are asked of every program. */
const TOKENS = 24;

/** An adapter that was trained here, and what this engine makes of it. */
export interface Trained {
  readonly adapter: Adapter;
  /** Its case with the factors as they trained. */
  readonly golden: HfCase;
  readonly loss: number;
  readonly baseLoss: number;
  readonly greedy: readonly number[];
}

/** Trains a case's adapter for its steps, the base frozen. */
export async function trained(device: GPUDevice, golden: HfCase, name: string): Promise<Trained> {
  const tensors = await train(device, golden);
  const { config } = golden;
  const bare = bareAdapter(name, { modelConfig: config, tensors }, config.lora!);
  const hub = { name, nameOrPath: name, family: config.family, files: [] };
  const own = { ...golden, factors: tensors };
  return {
    adapter: { ...bare, summary: { ...bare.summary, hub } },
    golden: own,
    loss: await lossOf(device, own),
    baseLoss: await lossOf(device, { ...own, factors: withB(tensors, 0) }),
    greedy: await greedyOf(device, own),
  };
}

/** The most likely tokens after the case's prompt. @param golden a case, or its adapter on the same base in another form */
export async function greedyOf(device: GPUDevice, golden: HfCase): Promise<readonly number[]> {
  const prompt = integers(golden.batch, 'prompt');
  return (await continueGreedily(device, golden, [...prompt], TOKENS)).ids;
}

async function train(device: GPUDevice, golden: HfCase): Promise<Record<string, AdapterTensor>> {
  const tensors: Record<string, AdapterTensor> = {};
  const batch = textBatch(golden);
  await withStep(
    device,
    golden,
    (path) => !isLora(path),
    async ({ step, memory, parameters }) => {
      for (let n = 0; n < golden.steps; n++) await step.train([batch], learningRate(golden.schedule, n));
      const values = await readTrainables(memory, parameters);
      for (const { path, shape } of leavesOf(golden.config))
        if (isLora(path)) tensors[path] = { shape, values: values.get(path)! };
    },
  );
  return tensors;
}

/** The same factors with every B multiplied. */
export function withB(tensors: Adapter['tensors'], by: number): Adapter['tensors'] {
  const scaled = Object.entries(tensors).map(([path, { shape, values }]) => {
    return [path, { shape, values: path.endsWith('lora_B.weight') ? values.map((value) => value * by) : values }];
  });
  return Object.fromEntries(scaled);
}

async function lossOf(device: GPUDevice, golden: HfCase): Promise<number> {
  let loss = Number.NaN;
  await withStep(
    device,
    golden,
    (path) => !isLora(path),
    async ({ step }) => {
      loss = await step.evaluate([textBatch(golden)]);
    },
  );
  return loss;
}
