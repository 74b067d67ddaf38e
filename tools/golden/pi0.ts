import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { Memory } from '../../src/gpu/memory';
import { checkConfig } from '../../src/model/config';
import { uploadParameters } from '../../src/model/load';
import { Parameters } from '../../src/model/parameters';
import { tokensOf } from '../../src/model/pi0';
import { leavesOf } from '../../src/model/tree';
import type { ActionsBatch } from '../../src/tasks/actions/batch';
import { createActionsStep } from '../../src/tasks/actions/prefix_cache';
import type { SeenFrame } from '../../src/tasks/actions/run_prefix_pass';
import { ActionsSampler, recordActionsSampler } from '../../src/tasks/actions/sampler';
import { type ActionsOutputs, recordActionsStep } from '../../src/tasks/actions/step';
import type { GoldenCase } from './case';
import { Comparison } from './compare';
import { floats, integers, stored } from './figures';
import { compareGradients, compareTraining, GRAPHICS_CARD, type Prepared, readOutput } from './steps';
import { streamFrames } from './streamed';

/** Runs a case of kind `pi0` on the engine and compares every figure that it holds. */
export async function runPi0Case(device: GPUDevice, golden: GoldenCase): Promise<Comparison> {
  checkConfig(golden.model);
  const comparison = new Comparison();
  const batch = batchOf(golden);
  const nothing = () => false;
  await withStep(device, golden, nothing, async (prepared) => {
    await compareGradients(golden, prepared, batch, comparison);
    await compareOutputs(golden, prepared, comparison);
  });
  await compareStreamed(device, golden, comparison);
  await withParameters(
    device,
    golden,
    () => true,
    (memory, parameters) => compareSampled(golden, memory, parameters, comparison),
  );
  await withStep(device, golden, compile(parse(golden.freeze)), (prepared) =>
    compareTraining(golden, prepared, batch, comparison),
  );
  comparison.omitOthers(golden.expected.tensors.keys(), golden.unread);
  return comparison;
}

/** Intermediates of a step that computes all of them. */
async function compareOutputs(
  golden: GoldenCase,
  prepared: Prepared<ActionsBatch, ActionsOutputs>,
  comparison: Comparison,
): Promise<void> {
  const { outputs } = prepared.step.recorded;
  const shape = shapeOf(golden);
  const { prefix: P, suffix: T } = tokensOf(golden.model, shape);
  const ofActions = (values: Float32Array, C: number) => withoutState(values, T, T - shape.horizon, C);
  const compare = (name: string, values: ArrayLike<number>) =>
    comparison.add('out', `out/${name}`, values, floats(golden.expected, `out/${name}`));
  const valid = validPrefix(golden); // openpi's figures are zero on padding
  const prefixTokens = outputs.prefixTokens!; // nothing is stored
  const { C } = prefixTokens.sizes;
  const prefix = await readOutput(prepared, prefixTokens);
  compare(
    'prefix_tokens',
    prefix.map((value, i) => value * (valid[Math.floor(i / C)] as number)),
  );
  compare('suffix_tokens', await readOutput(prepared, outputs.suffixTokens));
  if (outputs.condition) compare('adarms_cond', await readOutput(prepared, outputs.condition));
  compare('v_t', ofActions(await readOutput(prepared, outputs.v), outputs.v.sizes.C));
  // Each row's error is its mean of squares, divided by the number of rows.
  const errors = ofActions(await readOutput(prepared, outputs.error), 1);
  compare(
    'loss_bh',
    errors.map((error) => error * errors.length),
  );

  const { D, S, H } = (outputs.kv[0] as (typeof outputs.kv)[number]).sizes;
  const keys: number[] = [];
  const values: number[] = [];
  for (const layer of outputs.kv) {
    const kv = await readOutput(prepared, layer);
    kv.forEach((value, i) => {
      const s = Math.floor(i / (D * H)) % S;
      const b = Math.floor(i / (D * H * S));
      if (s >= P) return;
      const isKey = Math.floor(i / H) % D < D / 2;
      (isKey ? keys : values).push(value * (valid[b * P + s] as number));
    });
  }
  compare('prefix_k', keys);
  compare('prefix_v', values);
}

/** Keys and values as a run has them that reads its model layer by layer. */
async function compareStreamed(device: GPUDevice, golden: GoldenCase, comparison: Comparison): Promise<void> {
  const { headDim: H, lora } = golden.model.experts[0]!;
  if (lora) {
    comparison.omit('streamed/prefix', 'the backbone has adapters, and such a model is not read layer by layer');
    return;
  }
  const shape = shapeOf(golden);
  const { prefix: P } = tokensOf(golden.model, shape);
  const valid = validPrefix(golden);
  const frames = await streamFrames(device, golden, framesOf(golden), shape);
  const keys: number[] = [];
  const values: number[] = [];
  for (const layer of frames[0]!.keys()) {
    for (const [b, layers] of frames.entries()) {
      const kv = layers[layer]!;
      const D = kv.length / (P * H);
      kv.forEach((value, i) => {
        const isKey = Math.floor(i / H) % D < D / 2;
        (isKey ? keys : values).push(value * (valid[b * P + Math.floor(i / (D * H))] as number));
      });
    }
  }
  comparison.add('out', 'streamed/prefix_k', keys, floats(golden.expected, 'out/prefix_k'));
  comparison.add('out', 'streamed/prefix_v', values, floats(golden.expected, 'out/prefix_v'));
}

/** What is seen and told in each sample. */
function framesOf(golden: GoldenCase): SeenFrame[] {
  const { B } = shapeOf(golden);
  const { images, imageMask, promptTokens, promptMask } = batchOf(golden);
  const part = <T>(values: ArrayLike<T>, b: number): T[] => {
    const size = values.length / B;
    return Array.from({ length: size }, (_, i) => values[b * size + i] as T);
  };
  return Array.from({ length: B }, (_, b) => ({
    images: Float32Array.from(part(images, b)),
    imageMask: part(imageMask, b),
    promptTokens: part(promptTokens, b),
    promptMask: part(promptMask, b),
  }));
}

async function compareSampled(
  golden: GoldenCase,
  memory: Memory,
  parameters: Parameters,
  comparison: Comparison,
): Promise<void> {
  const batch = batchOf(golden);
  const sampler = await ActionsSampler.create(
    memory,
    recordActionsSampler(golden.model, parameters, shapeOf(golden), GRAPHICS_CARD),
  );
  const sampled = await sampler.sample(batch, batch.noise);
  comparison.add('out', 'out/sampled_actions', sampled, floats(golden.expected, 'out/sampled_actions'));
}

async function withParameters(
  device: GPUDevice,
  golden: GoldenCase,
  isFrozen: (path: string) => boolean,
  work: (memory: Memory, parameters: Parameters) => Promise<void>,
): Promise<void> {
  const memory = new Memory(device);
  try {
    const parameters = new Parameters(leavesOf(golden.model), isFrozen);
    uploadParameters(memory, parameters, ({ path }) => floats(golden.params, path));
    await work(memory, parameters);
  } finally {
    memory.destroy();
  }
}

const withStep = (
  device: GPUDevice,
  golden: GoldenCase,
  isFrozen: (path: string) => boolean,
  work: (prepared: Prepared<ActionsBatch, ActionsOutputs>) => Promise<void>,
) =>
  withParameters(device, golden, isFrozen, async (memory, parameters) => {
    const shape = { ...shapeOf(golden), M: 1 };
    const recorded = recordActionsStep(golden.model, parameters, shape, golden.optimizer, {
      ...GRAPHICS_CARD,
      keepOutputs: true,
    });
    await work({ step: await createActionsStep(memory, recorded), memory, parameters });
  });

function shapeOf({ batch, cameras }: GoldenCase) {
  const [B, promptLength] = stored(batch, 'prompt_tokens').shape as [number, number];
  const [, horizon] = stored(batch, 'actions').shape as [number, number];
  return { B, cameras: cameras.length, promptLength, horizon };
}

function batchOf(golden: GoldenCase): ActionsBatch {
  const { batch, cameras } = golden;
  const { B } = shapeOf(golden);
  const actions = floats(batch, 'actions');
  return {
    samples: Array.from({ length: B }, (_, b) => b),
    images: Float32Array.from(
      interleave(
        B,
        cameras.map((name) => floats(batch, `image/${name}`)),
      ),
    ),
    imageMask: interleave(
      B,
      cameras.map((name) => integers(batch, `image_mask/${name}`)),
    ),
    promptTokens: integers(batch, 'prompt_tokens'),
    promptMask: integers(batch, 'prompt_mask'),
    state: golden.model.pi05 ? [] : floats(batch, 'state'),
    actions,
    noise: floats(batch, 'noise'),
    time: floats(batch, 'time'),
    lossMask: actions.map(() => 1),
  };
}

/** Of each sample its part of every camera, one after the other. */
function interleave(B: number, cameras: readonly (Float32Array | Int32Array)[]): number[] {
  const joined: number[] = [];
  for (let b = 0; b < B; b++) {
    for (const values of cameras) {
      const size = values.length / B;
      for (const value of values.subarray(b * size, (b + 1) * size)) joined.push(value);
    }
  }
  return joined;
}

/** 1 for each prefix token that is there, (B, P). */
function validPrefix(golden: GoldenCase): number[] {
  const { B, cameras, promptLength } = shapeOf(golden);
  const { imageTokens } = tokensOf(golden.model, shapeOf(golden));
  const { imageMask, promptMask } = batchOf(golden);
  return Array.from({ length: B }, (_, b) => [
    ...Array.from(
      { length: imageTokens },
      (_, t) => imageMask[b * cameras + Math.floor((t * cameras) / imageTokens)] as number,
    ),
    ...Array.from({ length: promptLength }, (_, t) => promptMask[b * promptLength + t] as number),
  ]).flat();
}

/** Rows of C values without the first `state` of every T. */
const withoutState = (values: Float32Array, T: number, state: number, C: number) =>
  values.filter((_, i) => Math.floor(i / C) % T >= state);
