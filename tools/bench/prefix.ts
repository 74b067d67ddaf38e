import { type Base, fetchBase } from '../../src/base/base';
import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import type { Gpu } from '../../src/gpu/device';
import { Memory } from '../../src/gpu/memory';
import { type ModelConfig, openpiConfig } from '../../src/model/config';
import { Parameters } from '../../src/model/parameters';
import { leavesOf } from '../../src/model/tree';
import { trueSizeModel } from '../../src/model/true_size';
import { normals, randomStream } from '../../src/random';
import { loadLeaves, NO_LEAVES } from '../../src/run/leaves';
import { configOfRun } from '../../src/run/prepare';
import { defaultActionsSettings as settings } from '../../src/settings/defaults';
import { optimizerOf } from '../../src/settings/optimizer';
import type { ActionsBatch } from '../../src/tasks/actions/batch';
import { actionsFormOf } from '../../src/tasks/actions/data';
import { createActionsStep } from '../../src/tasks/actions/prefix_cache';
import { type ActionsStepShape, recordActionsStep } from '../../src/tasks/actions/step';
import { median, milliseconds } from './timing';

const ROUNDS = 3;
const rounded = (value: number) => Number(value.toPrecision(4));

/**
 * A step of the default actions run with the prefix kept, against the same step that computes it anew: with pictures and
 * without, taking turns. Both start from the same weights and see the same batches, so their losses must agree.
 */
export async function benchPrefix(gpu: Gpu) {
  const base = await fetchBase('actions', new URL('/base/actions/', location.href));
  const { cameras } = actionsFormOf(base);
  return [await compareSteps(gpu, base, cameras.length), await compareSteps(gpu, base, 0)];
}

async function compareSteps(gpu: Gpu, base: Base, cameras: number) {
  const { horizon } = settings;
  const { promptLength } = actionsFormOf(base);
  const shape = { B: settings.batchSize, M: 1, cameras, promptLength, horizon };
  const { actionDim = 0, img } = openpiConfig(base.config);
  const batch = batchOf(shape, actionDim, img?.imageSize ?? 0);
  const config = openpiConfig(configOfRun(base.config, settings));
  const cached = await sideOf(gpu, base, config, shape, false);
  const joint = await sideOf(gpu, base, config, shape, true);
  const times: { cached: number; joint: number }[] = [];
  let difference = 0;
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const losses: number[] = [];
      const timeOf = (side: typeof joint) =>
        milliseconds(async () => {
          losses.push((await side.step.train([batch], settings.learningRate)).loss);
        });
      times.push({ joint: await timeOf(joint), cached: await timeOf(cached) });
      const [ofJoint, ofCached] = losses as [number, number];
      difference = Math.max(difference, Math.abs(ofCached / ofJoint - 1));
    }
  } finally {
    cached.memory.destroy();
    joint.memory.destroy();
  }
  const later = times.slice(1); // the first computes and keeps the prefix
  const ofCached = median(later.map((t) => t.cached));
  const ofJoint = median(later.map((t) => t.joint));
  return {
    cameras,
    batch: shape.B,
    cached_ms: rounded(ofCached),
    joint_ms: rounded(ofJoint),
    ratio: rounded(ofJoint / ofCached),
    ...flopsOf(cached.flops, joint.flops),
    largest_loss_difference: difference,
    rounds: later.length,
  };
}

async function sideOf(
  { device, software }: Gpu,
  base: Base,
  config: ModelConfig,
  shape: ActionsStepShape,
  joint: boolean,
) {
  const memory = new Memory(device);
  const recorded = recordStep(config, shape, { software, joint });
  const step = await createActionsStep(memory, recorded);
  await loadLeaves(memory, recorded.parameters, NO_LEAVES, { base, seed: settings.seed });
  return { memory, step, flops: recorded.flops };
}

const recordStep = (config: ModelConfig, shape: ActionsStepShape, options: { software: boolean; joint: boolean }) =>
  recordActionsStep(
    config,
    new Parameters(leavesOf(config), compile(parse(settings.freeze))),
    shape,
    optimizerOf(settings),
    { ...options, cacheRows: shape.B },
  );

const flopsOf = (cached: number, joint: number) => ({
  cached_gflop: rounded(cached / 1e9),
  joint_gflop: rounded(joint / 1e9),
  flop_ratio: rounded(joint / cached),
});

/** Every picture is there and every prompt is full. */
function batchOf(
  { B, cameras, promptLength, horizon }: ActionsStepShape,
  width: number,
  imageSize: number,
): ActionsBatch {
  const random = randomStream(1, 'benchmark');
  const ones = (count: number) => new Float32Array(count).fill(1);
  const pixels = B * cameras * imageSize ** 2 * 3;
  return {
    samples: Array.from({ length: B }, (_, b) => b),
    images: Float32Array.from({ length: pixels }, () => 2 * random() - 1),
    imageMask: ones(B * cameras),
    promptTokens: Uint32Array.from({ length: B * promptLength }, (_, n) => 8 + (n % 100)),
    promptMask: ones(B * promptLength),
    state: normals(B * width, random),
    actions: normals(B * horizon * width, random),
    lossMask: ones(B * horizon * width),
    noise: normals(B * horizon * width, random),
    time: Array.from({ length: B }, (_, b) => (b + 0.5) / B),
  };
}

/** The same at the true size of openpi's π0, counted over the recorded dispatches: no GPU is asked. */
export function countTrueSize() {
  const { config, promptLength } = trueSizeModel('ae_lora');
  const shape = { B: 1, M: 1, cameras: 3, promptLength, horizon: 50 };
  const [cached, joint] = [false, true].map(
    (one) => recordStep(config, shape, { software: false, joint: one }).flops,
  ) as [number, number];
  return { cameras: shape.cameras, batch: shape.B, ...flopsOf(cached, joint) };
}
