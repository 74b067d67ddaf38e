import { afterEach, expect, test, vi } from 'vitest';
import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { type Report, report } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { NO_GPU_YET } from '../../src/gpu/facts';
import { Memory } from '../../src/gpu/memory';
import type { MemoryKind } from '../../src/gpu/tensor';
import type { ModelConfig } from '../../src/model/config';
import { readArenas, uploadParameters } from '../../src/model/load';
import { elements, leavesOf } from '../../src/model/tree';
import { countedModels, leavesOfModel, plannedModels } from '../../src/model/true_size';
import { TILE_UNIT } from '../../src/ops/cross_entropy';
import { randomStream } from '../../src/random';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import { createActionsStep } from '../../src/tasks/actions/prefix_cache';
import { isInPrefix } from '../../src/tasks/actions/prefix_rows';
import { recordActions } from '../../src/tasks/actions/prepare';
import { ActionsSampler } from '../../src/tasks/actions/sampler';
import { trueSizeScopes } from '../../src/tasks/actions/scopes';
import { recordText } from '../../src/tasks/text/prepare';
import { TextSampler } from '../../src/tasks/text/sampler';
import { prepareTrueSize } from '../../src/tasks/true_size';
import type { CountedTargets, TokenBatch } from '../../src/tokens/batches';
import { peakBytes } from '../../src/train/planned';
import { TrainingStep } from '../../src/train/step';
import { device } from '../gpu';
import { randomBatch } from '../model/data';
import { SMALL } from '../model/small';
import { randomActionsBatch, SMALL_PI0 } from '../model/small_pi0';

const MINUTES = 180_000; // for machines that have other work to do

/** A model, and what a run of it takes under a filter. */
interface Case {
  readonly name: string;
  readonly config: ModelConfig;
  readonly prepare: (freeze: string) => ReturnType<typeof recordText> | ReturnType<typeof recordActions>;
}

const withoutLora = (config: ModelConfig, of: (expert: number) => boolean = () => true): ModelConfig => ({
  ...config,
  experts: config.experts.map((expert, n) => {
    const { lora: _, ...base } = expert;
    return of(n) ? base : expert;
  }),
});

/** A GPU with bindings of so many bytes; of WebGPU's default size, where nothing is said. */
const gpuWith = (bindingBytes = NO_GPU_YET.bindingBytes) => ({ gpu: { ...NO_GPU_YET, bindingBytes } });

function text(
  name: string,
  config: ModelConfig,
  changes: Partial<typeof defaultSettings>,
  { page, counted }: { page?: number; counted?: CountedTargets } = {},
): Case {
  const settings = { ...defaultSettings, ...changes };
  const options = { ...gpuWith(page), counted };
  return { name, config, prepare: (freeze) => recordText(config, { ...settings, freeze }, 12, options) };
}

/** Data in whose windows so many targets count. */
const counting = (count: number): CountedTargets => ({
  training: Uint32Array.of(count, 1),
  heldout: Uint32Array.of(count),
});

type Facts = Parameters<typeof recordActions>[2];

function actions(
  name: string,
  config: ModelConfig,
  changes: Partial<typeof defaultActionsSettings>,
  facts: Partial<Facts> = {},
  page?: number,
): Case {
  const settings = { ...defaultActionsSettings, batchSize: 2, horizon: 4, ...changes };
  const known = { cameras: 2, prefixes: 1000, promptLength: 5, ...facts };
  return { name, config, prepare: (freeze) => recordActions(config, { ...settings, freeze }, known, gpuWith(page)) };
}

/** Every width, and prefix and suffix, of one size: whatever can share a slot does. */
const ALIKE: ModelConfig = {
  vocabSize: 16,
  experts: [0, 1].map(() => ({
    width: 16,
    depth: 3,
    mlpDim: 16,
    numHeads: 2,
    numKvHeads: 1,
    headDim: 8,
    lora: { rank: 16, alpha: 8 },
  })),
  img: { imageSize: 4, patchSize: 2, width: 16, depth: 1, mlpDim: 16, numHeads: 2 },
  actionDim: 16,
};

const oneLayer = (config: ModelConfig): ModelConfig => ({
  ...config,
  experts: config.experts.map((expert) => ({ ...expert, depth: 1 })),
});

/** The smallest arenas that hold each leaf's layers: as many arenas as there can be. */
const tight = (config: ModelConfig) =>
  Math.max(
    ...leavesOf(config).map(({ shape, stacked }) => {
      const size = shape.reduce((product, n) => product * n, 1) / (stacked ? (shape[0] as number) : 1);
      return 256 * Math.ceil(size / 64);
    }),
  );

/** Arenas in which each leaf's layers have room, but not a table of the vocabulary. */
const cutting = ({ vocabSize, experts }: ModelConfig) => tight({ experts, vocabSize: Math.min(vocabSize, TILE_UNIT) });

const prompts = { samplePrompts: ['x'] };
const cases: readonly Case[] = [
  text('text', SMALL, { batchSize: 2, sequenceLength: 9 }),
  text('text, computed again, sampling', SMALL, { batchSize: 2, sequenceLength: 9, recompute: true, ...prompts }),
  text(
    'text, small arenas, micro-batches',
    SMALL,
    { batchSize: 1, sequenceLength: 5, accumulation: 3 },
    { page: tight(SMALL) },
  ),
  text('text, its table in pieces', SMALL, { batchSize: 2, sequenceLength: 9, ...prompts }, { page: cutting(SMALL) }),
  text('text, few tokens count', SMALL, { batchSize: 2, sequenceLength: 9 }, { counted: counting(3) }),
  text('text, no adapters', withoutLora(SMALL), { batchSize: 3, sequenceLength: 4, ...prompts }),
  text('text of one size', { vocabSize: 16, experts: ALIKE.experts.slice(1) }, { batchSize: 1, sequenceLength: 16 }),
  actions('π0', SMALL_PI0, {}),
  actions('π0, computed again', SMALL_PI0, { recompute: true, accumulation: 2 }),
  actions('π0, few prefixes', SMALL_PI0, { batchSize: 3 }, { prefixes: 6 }),
  actions(
    'π0, adapters in the expert',
    withoutLora(SMALL_PI0, (n) => n === 0),
    { horizon: 7 },
    { cameras: 1 },
  ),
  actions('π0, no adapters, blind', withoutLora(SMALL_PI0), { recompute: true }, { cameras: 0, promptLength: 11 }),
  actions('π0, small arenas', SMALL_PI0, { batchSize: 1 }, { promptLength: 2 }, tight(SMALL_PI0)),
  actions('π0 of one layer', oneLayer(SMALL_PI0), {}, { promptLength: 3 }),
  actions('π0 of one size', ALIKE, { horizon: 7 }, { cameras: 1, promptLength: 4 }),
  actions('π0 of one size, computed again', ALIKE, { horizon: 7, recompute: true }, { cameras: 1, promptLength: 4 }),
];

/** A filter that freezes exactly these. */
const exactly = (paths: Iterable<string>) => {
  const all = [...paths];
  return all.length > 0 ? `Any(${all.map((path) => `PathRegex("${path}")`).join(', ')})` : 'Nothing()';
};

/** Two filters, the second of which freezes more; often with few trainables in front of the prefix's keys, or none. */
function pairOf(paths: readonly string[], n: number, random: () => number): readonly [string, string] {
  const [share, more] = [random(), random()];
  const fewer = new Set(paths.filter(() => random() < share));
  const front = paths.filter(isInPrefix).toSorted(() => random() - 0.5);
  for (const path of front.slice([0, 0, 1, 3, front.length][n % 5] as number)) fewer.add(path);
  const further = new Set([...fewer, ...paths.filter(() => random() < more)]);
  // Otherwise the difference is often all that comes in front, or one leaf.
  if (n % 3 === 0) for (const path of front) further.add(path);
  if (n % 7 === 0) return [exactly(fewer), exactly([...fewer, paths[n % paths.length] as string])];
  return [exactly(fewer), exactly(further)];
}

const PROMISED: readonly MemoryKind[] = ['trainable', 'gradients', 'moments', 'activations', 'workspace'];
const PAIRS = 40;

test.each(cases)(
  '$name: freezing more never costs more, in total or of any kind that training adds',
  ({ name, config, prepare }) => {
    const paths = leavesOf(config).map(({ path }) => path);
    const random = randomStream('promise', name);
    const seen = new Set<string>();
    for (let pair = 0; pair < PAIRS; pair++) {
      const [fewer, more] = pairOf(paths, pair, random);
      const [a, b] = [prepare(fewer), prepare(more)];
      const where = `pair ${pair}: ${fewer} against ${more}`;
      expect(b.plannedBytes, where).toBeLessThanOrEqual(a.plannedBytes);
      for (const kind of PROMISED) expect(b.byKind[kind], `${kind} of ${where}`).toBeLessThanOrEqual(a.byKind[kind]);
      const constant = [a, b].map(({ step }) => 'prefix' in step && step.prefix !== null);
      seen.add(constant.join(' '));
      if (!constant[1]) expect(b.byKind.prefix).toBe(0);
      // What is kept of prefixes is part of the total, and within what a constant prefix saves.
      if (constant[1] && !constant[0]) {
        expect(b.byKind.prefix, where).toBeLessThanOrEqual(a.plannedBytes - (b.plannedBytes - b.byKind.prefix));
      }
    }
    expect(seen.size).toBe(name.startsWith('text') ? 1 : 3);
  },
  MINUTES,
);

test.each(cases.filter(({ name }) => /^π0($|, computed again| of one)/.test(name)))(
  '$name: a constant prefix never costs more than training any one leaf in front of it, whatever else trains',
  ({ name, config, prepare }) => {
    const paths = leavesOf(config).map(({ path }) => path);
    const front = paths.filter(isInPrefix);
    const joint = new Set<string>();
    for (const behind of [[], paths.filter((path) => !isInPrefix(path))]) {
      const constant = prepare(exactly([...front, ...behind]));
      // Where the suffix has every size of the prefix, nothing is sure to be saved, and nothing is kept.
      expect(constant.byKind.prefix > 0).toBe(!name.includes('one size'));
      for (const trained of front) {
        const { step, plannedBytes } = prepare(exactly([...front.filter((path) => path !== trained), ...behind]));
        expect(constant.plannedBytes, trained).toBeLessThanOrEqual(plannedBytes);
        if ('prefix' in step && step.prefix === null) joint.add(trained); // no key depends on the backbone's last norm
      }
    }
    expect(joint.size).toBeGreaterThan(front.length / 2);
  },
  MINUTES,
);

test.each([...plannedModels, ...countedModels])(
  '$id, at its true size: what openpi keeps, with and without a moving average, never grows with what is frozen',
  ({ id }) => {
    const leaves = leavesOfModel(id);
    const tree = treeOf(Object.fromEntries(leaves.map(({ path, shape }) => [path, shape])));
    const random = randomStream('openpi', id);
    for (let pair = 0; pair < PAIRS; pair++) {
      const [fewer, more] = pairOf(tree.paths, pair, random);
      for (const ema of [false, true]) {
        const [a, b] = [fewer, more].map((freeze) => report(parse(freeze), tree, ema)) as [Report, Report];
        expect(b.residentStateBytes, `${fewer} against ${more}`).toBeLessThanOrEqual(a.residentStateBytes);
        expect(b.emaBytes).toBeLessThanOrEqual(a.emaBytes);
      }
    }
  },
  MINUTES,
);

test.each(trueSizeScopes.all.map(({ trains, model, settings }) => ({ trains, model: model!, ...settings })))(
  '$model at its true size, $trains: freezing one leaf more never costs more, in any way that is proposed',
  ({ model, freeze, streamed = false }) => {
    const paths = leavesOfModel(model).map(({ path }) => path);
    const frozen = compile(parse(freeze));
    const trains = paths.filter((path) => !frozen(path));
    for (const way of [{ recompute: false }, { recompute: true, batchSize: 1, accumulation: 2 }]) {
      const settings = { ...defaultActionsSettings, batchSize: 2, horizon: 4, streamed, ...way };
      const costOf = (isFrozen: (path: string) => boolean) =>
        peakBytes(prepareTrueSize(model, settings, { prefixes: 0, cameras: 1, promptLength: 4 }, { isFrozen }));
      const before = costOf(frozen);
      for (const path of [trains[0], trains[trains.length >> 1], trains.at(-1)])
        expect(
          costOf((one) => one === path || frozen(one)),
          path,
        ).toBeLessThanOrEqual(before);
    }
  },
  MINUTES,
);

test('more than five hundred pairs', () => expect(cases.length * PAIRS).toBeGreaterThan(500));

test('data of which the plan knows nothing yet never cost less than data that it knows', () => {
  for (const { config, B, T } of [
    { config: SMALL, B: 2, T: 24 },
    { config: { vocabSize: 2048, experts: ALIKE.experts.slice(1) }, B: 1, T: 64 },
  ]) {
    for (const changes of [{}, { recompute: true, accumulation: 2 }]) {
      const settings = { ...defaultSettings, batchSize: B, sequenceLength: T, ...changes };
      for (const freeze of ['Nothing()', 'Not(PathRegex(".*lora.*"))', 'Not(PathRegex(".*final_norm.*"))']) {
        const costOf = (counted?: CountedTargets) => recordText(config, { ...settings, freeze }, 12, { counted });
        const unknown = costOf();
        for (let count = 0; count <= T; count += 7) {
          const known = costOf(counting(count));
          expect(known.plannedBytes, `${freeze}, ${count}`).toBeLessThanOrEqual(unknown.plannedBytes);
          for (const kind of PROMISED) expect(known.byKind[kind]).toBe(unknown.byKind[kind]);
          if (count < T / 2) expect(known.step.flops).toBeLessThan(unknown.step.flops);
        }
      }
    }
  }
});

const memories: Memory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

/** Random tokens, of which as many count as the step has room for. */
function batchOf({ inputs }: ReturnType<typeof recordText>['step']): TokenBatch {
  const batch = randomBatch(2, 9, SMALL.vocabSize, 1);
  const { N } = inputs.tensors.rows!.sizes as { readonly N: number };
  return { ...batch, lossMask: batch.lossMask.map((m, n) => (n < N ? m : 0)) };
}

/** Bytes of all buffers that a run makes: parameters, a step, what a checkpoint reads, and the sampler. */
async function allocated(prepared: ReturnType<Case['prepare']>): Promise<number> {
  const memory = new Memory(device);
  memories.push(memory);
  const made = vi.spyOn(device, 'createBuffer');
  const { parameters, staging } = prepared.step;
  uploadParameters(memory, parameters, ({ shape }) => new Float32Array(elements(shape)));
  if ('prefix' in prepared.step) {
    const { shape } = prepared.step;
    const step = await createActionsStep(memory, prepared.step);
    await step.train([randomActionsBatch(shape, 1)], 0.01);
    await ActionsSampler.create(memory, (prepared as ReturnType<typeof recordActions>).sampler);
  } else {
    const { sampler, step: recorded } = prepared as ReturnType<typeof recordText>;
    const step = await TrainingStep.create(memory, recorded);
    await step.train([batchOf(recorded)], 0.01);
    if (sampler) await TextSampler.create(memory, sampler);
  }
  await readArenas(memory, parameters, 'weights', staging.arenas);
  const bytes = made.mock.calls.reduce((sum, [{ size }]) => sum + size, 0);
  made.mockRestore();
  return bytes;
}

test.each(cases.filter(({ name }) => /^text, (computed|its table|few)|^π0$/.test(name)))(
  '$name: what is allocated keeps the promise too, and is what was planned, to the byte',
  async ({ config, prepare }) => {
    const paths = leavesOf(config).map(({ path }) => path);
    const random = randomStream('allocated');
    for (let pair = 0; pair < 4; pair++) {
      const [a, b] = pairOf(paths, pair, random).map(prepare) as [
        ReturnType<typeof prepare>,
        ReturnType<typeof prepare>,
      ];
      const [bytesA, bytesB] = [await allocated(a), await allocated(b)];
      expect([bytesA, bytesB]).toEqual([a.plannedBytes, b.plannedBytes]);
      expect(bytesB).toBeLessThanOrEqual(bytesA);
    }
  },
  MINUTES,
);
