import { afterEach, expect, test, vi } from 'vitest';
import { Memory } from '../../../src/gpu/memory';
import { checkConfig } from '../../../src/model/config';
import { gather, readArenas, readTrainables, uploadParameters, writeArenas } from '../../../src/model/load';
import { elements, type Leaf } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import type { ActionsBatch } from '../../../src/tasks/actions/batch';
import { createActionsStep } from '../../../src/tasks/actions/prefix_cache';
import {
  type ActionsStepOptions,
  type ActionsStepShape,
  type ConstantPrefix,
  recordActionsStep,
} from '../../../src/tasks/actions/step';
import { device } from '../../gpu';
import { OPTIMIZER, parametersOf } from '../../model/small';
import { exceptExpertLora, PI0_SHAPE, randomActionsBatch, SMALL_PI0, stackPi0 } from '../../model/small_pi0';

const MINUTE = 60_000; // a slow machine compiles for a while
const memories: Memory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

const everything = () => false;
const valuesOf = (leaf: Leaf) => normals(elements(leaf.shape), randomStream('pi0', leaf.path)).map((v) => 0.2 * v);

async function stepOf(
  isFrozen: (path: string) => boolean,
  {
    shape = PI0_SHAPE,
    hostBytes,
    ...options
  }: Partial<ActionsStepOptions> & { shape?: ActionsStepShape; hostBytes?: number } = {},
) {
  checkConfig(SMALL_PI0);
  const parameters = parametersOf(isFrozen, SMALL_PI0);
  const memory = new Memory(device);
  memories.push(memory);
  const recorded = recordActionsStep(SMALL_PI0, parameters, shape, OPTIMIZER, { software: false, ...options });
  uploadParameters(memory, parameters, valuesOf);
  return {
    step: await createActionsStep(memory, recorded, undefined, hostBytes === undefined ? {} : { hostBytes }),
    recorded,
    memory,
    parameters,
  };
}

type Prepared = Awaited<ReturnType<typeof stepOf>>;

async function gradientsOf({ step, memory, parameters }: Prepared, batch: ActionsBatch) {
  const loss = await step.differentiate(batch);
  return { loss, gradients: gather(parameters, await readArenas(memory, parameters, 'gradient')) };
}

/** The largest ‖a − b‖ / ‖a‖ over all leaves. */
const difference = (a: Map<string, Float32Array>, b: Map<string, Float32Array>) =>
  Math.max(
    ...[...a].map(([path, values]) => {
      const other = b.get(path) as Float32Array;
      return Math.hypot(...values.map((v, i) => v - (other[i] as number))) / (Math.hypot(...values) + 1e-6);
    }),
  );

const [first, second] = [randomActionsBatch(PI0_SHAPE, 1), randomActionsBatch(PI0_SHAPE, 2)];

test(
  'a constant prefix, computed once, gives the loss and gradients of the joint computation',
  async () => {
    const cached = await stepOf(exceptExpertLora);
    const joint = await stepOf(exceptExpertLora, { joint: true });
    expect(cached.recorded.prefix).not.toBeNull();
    expect(joint.recorded.prefix).toBeNull();
    for (const batch of [first, second, first]) {
      const a = await gradientsOf(cached, batch);
      const b = await gradientsOf(joint, batch);
      expect(a.gradients.size).toBe(20);
      expect(Math.abs(a.loss - b.loss) / b.loss).toBeLessThan(1e-5);
      expect(difference(b.gradients, a.gradients)).toBeLessThan(1e-5);
    }
    expect(cached.recorded.flops).toBeLessThan(joint.recorded.flops);
    expect(cached.recorded.plan.totalBytes).toBeLessThan(joint.recorded.plan.totalBytes);
  },
  MINUTE,
);

test.each([
  ['the image tower', /img\/head/],
  ['the embedding', /embedder/],
  ['LoRA of the backbone', /q_einsum\/lora/],
])('where %s trains, every step computes the prefix', (_, trains) => {
  const recorded = (isFrozen: (path: string) => boolean) =>
    recordActionsStep(SMALL_PI0, parametersOf(isFrozen, SMALL_PI0), PI0_SHAPE, OPTIMIZER, { software: false });
  expect(recorded((path) => !trains.test(path)).prefix).toBeNull();
  expect(recorded(() => true).prefix).not.toBeNull();
});

test('leaves of the backbone that only the last prefix tokens meet change no key: the prefix stays constant', () => {
  const isFrozen = (path: string) => !path.endsWith('llm/final_norm/scale');
  const recorded = recordActionsStep(SMALL_PI0, parametersOf(isFrozen, SMALL_PI0), PI0_SHAPE, OPTIMIZER, {
    software: false,
  });
  expect(recorded.prefix).not.toBeNull();
});

test(
  'samples in host memory, on the GPU, on both sides, or kept nowhere give the same',
  async () => {
    const host = await stepOf(exceptExpertLora);
    const { bytes: layerBytes } = host.recorded.prefix as ConstantPrefix;
    const both = await stepOf(exceptExpertLora, { cacheRows: 1 });
    const gpu = await stepOf(exceptExpertLora, { cacheRows: 4 });
    const bounded = await stepOf(exceptExpertLora, { cacheRows: 1, hostBytes: 2 * layerBytes });
    const nowhere = await stepOf(exceptExpertLora, { hostBytes: 2 * layerBytes - 1 });
    for (const batch of [first, second, mixed(first, second), first]) {
      const a = await gradientsOf(host, batch);
      for (const other of [both, gpu, bounded, nowhere]) {
        const b = await gradientsOf(other, batch);
        expect(b.loss).toBe(a.loss);
        expect(difference(a.gradients, b.gradients)).toBe(0);
      }
    }
    const [onHost, onGpu] = [host.recorded.plan, gpu.recorded.plan];
    expect(onGpu.byKind.prefix).toBe(4 * 2 * layerBytes); // of two layers
    expect(onGpu.totalBytes - onHost.totalBytes).toBe(onGpu.byKind.prefix);
    expect(onHost.byKind.prefix).toBe(0);
  },
  MINUTE,
);

test(
  'beyond the bound of host memory a sample is computed again, and nothing is allocated beside the plan',
  async () => {
    const { step, recorded } = await stepOf(exceptExpertLora);
    const { bytes, kv } = recorded.prefix as ConstantPrefix;
    const { step: bounded } = await stepOf(exceptExpertLora, { hostBytes: bytes * kv.length });
    const allocate = vi.spyOn(device, 'createBuffer');
    const blank = { ...second, images: second.images.map(() => 0), promptTokens: new Array(10).fill(0) };
    const losses = [];
    for (const one of [step, bounded]) {
      await one.evaluate([first]);
      losses.push([await one.evaluate([second]), await one.evaluate([blank])]);
    }
    const [[kept, still], [seen, changed]] = losses as [number[], number[]];
    expect([still, seen]).toEqual([kept, kept]);
    expect(changed).not.toBe(kept);
    expect(allocate).not.toHaveBeenCalled();
    allocate.mockRestore();
  },
  MINUTE,
);

test(
  'an empty place may be left out: it gives what its mask gives',
  async () => {
    const pixels = first.images.length / 4;
    const masked = { ...first, imageMask: [0, 1, 0, 1] };
    const left = {
      ...first,
      images: Float32Array.of(...first.images.slice(pixels, 2 * pixels), ...first.images.slice(3 * pixels)),
      imageMask: [1, 1],
    };
    const a = await gradientsOf(await stepOf(exceptExpertLora), masked);
    const b = await gradientsOf(await stepOf(exceptExpertLora, { shape: { ...PI0_SHAPE, cameras: 1 } }), left);
    expect(Math.abs(b.loss - a.loss)).toBeLessThan(1e-6 * a.loss);
    expect(difference(a.gradients, b.gradients)).toBeLessThan(1e-5);
    const seen = await gradientsOf(await stepOf(exceptExpertLora), { ...first, imageMask: [1, 1, 1, 1] });
    expect(Math.abs(seen.loss - a.loss)).toBeGreaterThan(1e-4 * a.loss);
  },
  MINUTE,
);

test(
  'each sample is computed once',
  async () => {
    const { step } = await stepOf(exceptExpertLora);
    const before = await step.evaluate([first]);
    const blank = { ...first, images: first.images.map(() => 0), promptTokens: new Array(10).fill(0) };
    expect(await step.evaluate([blank])).toBe(before); // the same samples by name, so nobody looks
    expect(await step.evaluate([{ ...blank, samples: [7, 8] }])).not.toBe(before);
  },
  MINUTE,
);

/** One sample of each. */
function mixed(a: ActionsBatch, b: ActionsBatch): ActionsBatch {
  const half = (values: ArrayLike<number>, index: number) =>
    Array.from(values).slice((index * values.length) / 2, ((index + 1) * values.length) / 2);
  const pick = (batch: ActionsBatch, index: number): ActionsBatch => ({
    samples: [batch.samples[index] as number],
    images: Float32Array.from(half(batch.images, index)),
    imageMask: half(batch.imageMask, index),
    promptTokens: half(batch.promptTokens, index),
    promptMask: half(batch.promptMask, index),
    state: half(batch.state, index),
    actions: half(batch.actions, index),
    noise: half(batch.noise, index),
    time: half(batch.time, index),
    lossMask: half(batch.lossMask, index),
  });
  return stackPi0(pick(b, 1), pick(a, 0));
}

test.each([
  ['constant', exceptExpertLora],
  ['training', everything],
] as const)(
  'prefix %s: two micro-batches give the step that one large batch gives',
  async (_, isFrozen) => {
    const one = await stepOf(isFrozen, { shape: { ...PI0_SHAPE, B: 4 } });
    const two = await stepOf(isFrozen, { shape: { ...PI0_SHAPE, M: 2 } });
    const a = await one.step.train([stackPi0(first, second)], 0.01);
    const b = await two.step.train([first, second], 0.01);
    expect(b.loss).toBeCloseTo(a.loss, 5);
    expect(b.gradNorm / a.gradNorm).toBeCloseTo(1, 4);
    expect(await two.step.evaluate([first, second])).toBeCloseTo(await one.step.evaluate([stackPi0(first, second)]), 4);
  },
  MINUTE,
);

test.each([
  ['constant', exceptExpertLora],
  ['training', everything],
] as const)(
  'prefix %s: computing activations again changes no gradient',
  async (_, isFrozen) => {
    const kept = await gradientsOf(await stepOf(isFrozen), first);
    const again = await gradientsOf(await stepOf(isFrozen, { recompute: true }), first);
    expect(again.loss).toBe(kept.loss);
    expect(difference(kept.gradients, again.gradients)).toBe(0);
  },
  MINUTE,
);

test(
  'a sample that sees and hears nothing trains on its state alone',
  async () => {
    const blind = { ...first, imageMask: [0, 0, 0, 0], promptMask: new Array(10).fill(0) };
    const { loss, gradients } = await gradientsOf(await stepOf(everything), blind);
    expect(Number.isFinite(loss)).toBe(true);
    for (const [path, values] of gradients) {
      expect(values.every(Number.isFinite), path).toBe(true);
      const upstream = /img|embedder|llm\/.*(einsum|norm|mlp)\//.test(path);
      if (upstream) expect(Math.hypot(...values), path).toBe(0);
    }
    expect(Math.hypot(...(gradients.get('state_proj/kernel') as Float32Array))).toBeGreaterThan(0);
  },
  MINUTE,
);

test(
  'masked cameras and no cameras at all are the same',
  async () => {
    const masked = await gradientsOf(await stepOf(exceptExpertLora), { ...first, imageMask: [0, 0, 0, 0] });
    const none = { ...first, images: new Float32Array(), imageMask: [] };
    const without = await gradientsOf(await stepOf(exceptExpertLora, { shape: { ...PI0_SHAPE, cameras: 0 } }), none);
    expect(without.loss).toBeCloseTo(masked.loss, 5);
    expect(difference(masked.gradients, without.gradients)).toBeLessThan(1e-5);
  },
  MINUTE,
);

test(
  'every trainable leaf moves, and what is allocated is what was planned',
  async () => {
    for (const isFrozen of [exceptExpertLora, everything]) {
      const { step, recorded, memory, parameters } = await stepOf(isFrozen);
      const before = await readTrainables(memory, parameters);
      await step.train([first], 0.01);
      for (const [path, values] of await readTrainables(memory, parameters)) {
        expect(values, path).not.toEqual(before.get(path));
      }
      const allocated = Object.values(memory.bytesByKind()).reduce((sum, bytes) => sum + bytes, 0);
      expect(allocated).toBe(recorded.plan.totalBytes);
    }
  },
  MINUTE,
);

test(
  'every gradient is the slope of the loss along it',
  async () => {
    const prepared = await stepOf(everything);
    const { step, memory, parameters } = prepared;
    const { gradients } = await gradientsOf(prepared, first);
    const weights = await readArenas(memory, parameters, 'weights');
    const lossAt = async (path: string, distance: number) => {
      const direction = gradients.get(path) as Float32Array;
      const moved = weights.map((arena) => Float32Array.from(arena));
      for (const { leaf, first: from, elements: size, arena = 0, start = 0 } of parameters.slices) {
        if (leaf.path !== path) continue;
        const target = moved[arena] as Float32Array;
        for (let i = 0; i < size; i++) target[start + i]! += distance * (direction[from + i] as number);
      }
      writeArenas(memory, parameters, 'weights', moved);
      return step.evaluate([first]);
    };
    let shown = 0;
    for (const [path, gradient] of gradients) {
      const norm = Math.hypot(...gradient);
      if (norm < 3e-4) continue; // nothing that a float32 loss could show
      shown++;
      const distance = Math.min(4e-3 / norm, 0.03) / norm; // not far, and the loss changes by 1 % at most
      const slope = ((await lossAt(path, distance)) - (await lossAt(path, -distance))) / (2 * distance * norm ** 2);
      expect(Math.abs(slope - 1), path).toBeLessThan(0.02);
    }
    expect(shown).toBeGreaterThan(60);
  },
  MINUTE,
);
