import { afterEach, expect, test } from 'vitest';
import { NO_GPU_YET } from '../../src/gpu/facts';
import { Memory } from '../../src/gpu/memory';
import { initialLora } from '../../src/model/init';
import { gather, readArenas, readTrainables, uploadParameters } from '../../src/model/load';
import { Parameters as ModelParameters } from '../../src/model/parameters';
import { elements, type Leaf, leavesOf } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import { recordTextStep } from '../../src/tasks/text/step';
import { TrainingStep } from '../../src/train/step';
import { device } from '../gpu';
import { randomBatch, stack } from '../model/data';
import { exceptLora, OPTIMIZER, SMALL } from '../model/small';

const MINUTE = 60_000; // a slow machine compiles for a while
const memories: Memory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

const valuesOf = (leaf: Leaf) =>
  leaf.path.includes('lora')
    ? initialLora(leaf, 1).map((v) => 10 * v)
    : normals(elements(leaf.shape), randomStream('weights', leaf.path)).map((v) => 0.2 * v);

async function stepOf(
  { B, M, lossRows }: { B: number; M: number; lossRows?: number },
  options: { recompute?: boolean; isFrozen?: (path: string) => boolean; arenaBytes?: number } = {},
) {
  const { isFrozen = exceptLora, arenaBytes = NO_GPU_YET.bindingBytes } = options;
  const parameters = new ModelParameters(leavesOf(SMALL), isFrozen, { arenaBytes });
  const memory = new Memory(device);
  memories.push(memory);
  const recorded = recordTextStep(SMALL, parameters, { B, T: 9, M, ...(lossRows ? { lossRows } : {}) }, OPTIMIZER, {
    software: false,
    recompute: options.recompute ?? false,
  });
  uploadParameters(memory, parameters, valuesOf);
  return { step: await TrainingStep.create(memory, recorded), memory, parameters };
}

const batches = [1, 2].map((seed) => randomBatch(2, 9, SMALL.vocabSize, seed)) as [
  ReturnType<typeof randomBatch>,
  ReturnType<typeof randomBatch>,
];

const difference = (a: Map<string, Float32Array>, b: Map<string, Float32Array>) =>
  Math.max(
    ...[...a].map(([path, values]) => {
      const other = b.get(path) as Float32Array;
      const size = Math.hypot(...values);
      return Math.hypot(...values.map((v, i) => v - (other[i] as number))) / (size + 1e-12);
    }),
  );

test(
  'two micro-batches give the step that one large batch gives',
  async () => {
    const one = await stepOf({ B: 4, M: 1 });
    const two = await stepOf({ B: 2, M: 2 });
    const a = await one.step.train([stack(...batches)], 0.01);
    const b = await two.step.train(batches, 0.01);
    expect(b.loss).toBeCloseTo(a.loss, 5);
    expect(b.gradNorm / a.gradNorm).toBeCloseTo(1, 4);
    const moved = await readTrainables(one.memory, one.parameters);
    expect(difference(moved, await readTrainables(two.memory, two.parameters))).toBeLessThan(1e-4);
  },
  MINUTE,
);

/** Loss and all gradients of a batch. */
async function slopeOf(...given: Parameters<typeof stepOf>) {
  const { step, memory, parameters } = await stepOf(...given);
  const loss = await step.differentiate(batches[0]);
  return { loss, gradients: gather(parameters, await readArenas(memory, parameters, 'gradient')) };
}

const everything = { isFrozen: () => false };

test.each([
  ['of the tokens that count alone', { lossRows: 16 }, everything],
  ['of those, computed again', { lossRows: 16 }, { ...everything, recompute: true }],
  ['with the table in pieces', {}, { ...everything, arenaBytes: 12_500 }],
  ['with both', { lossRows: 16 }, { ...everything, arenaBytes: 12_500 }],
] as const)(
  'head and loss %s give what all tokens and one table give',
  async (_, shape, options) => {
    const expected = await slopeOf({ B: 2, M: 1 }, everything);
    const { loss, gradients } = await slopeOf({ B: 2, M: 1, ...shape }, options);
    expect(loss).toBeCloseTo(expected.loss, 5);
    expect(gradients.size).toBe(19);
    expect(difference(expected.gradients, gradients)).toBeLessThan(1e-5);
  },
  MINUTE,
);

test(
  'computing activations again changes no gradient',
  async () => {
    const { gradients: kept } = await slopeOf({ B: 2, M: 1 }, everything);
    const { gradients: again } = await slopeOf({ B: 2, M: 1 }, { ...everything, recompute: true });
    expect(kept.size).toBe(19);
    expect(difference(kept, again)).toBe(0);
  },
  MINUTE,
);

test(
  'frozen weights stay as they are, trained ones move',
  async () => {
    const { step, memory, parameters } = await stepOf({ B: 2, M: 1 });
    const before = await readTrainables(memory, parameters);
    await step.train([batches[0]], 0.01);
    const after = await readTrainables(memory, parameters);
    expect([...after.keys()].every((path) => path.includes('lora'))).toBe(true);
    for (const [path, values] of after) expect(values, path).not.toEqual(before.get(path));
  },
  MINUTE,
);

test(
  'a loss that is not finite changes nothing and is reported',
  async () => {
    const { step, memory, parameters } = await stepOf({ B: 2, M: 1 });
    await step.train([batches[0]], 0.01);
    const before = await readTrainables(memory, parameters);
    const broken = { ...batches[1], lossMask: batches[1].lossMask.map((m) => (m ? Number.POSITIVE_INFINITY : 0)) };
    expect((await step.train([broken], 0.01)).applied).toBe(false);
    expect(await readTrainables(memory, parameters)).toEqual(before);
    expect((await step.train([batches[0]], 0.01)).applied).toBe(true);
  },
  MINUTE,
);

test(
  'held-out loss over several batches is the mean over their counted tokens',
  async () => {
    const { step } = await stepOf({ B: 2, M: 1 });
    const each = [await step.evaluate([batches[0]]), await step.evaluate([batches[1]])];
    expect(await step.evaluate(batches)).toBeCloseTo(((each[0] as number) + (each[1] as number)) / 2, 5);
  },
  MINUTE,
);
