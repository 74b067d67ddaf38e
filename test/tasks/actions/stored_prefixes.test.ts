import { afterEach, expect, test } from 'vitest';
import { heldWeights } from '../../../src/base/weights';
import { Memory } from '../../../src/gpu/memory';
import { readFloats } from '../../../src/gpu/read_back';
import { gather, readArenas, readTrainables, uploadParameters } from '../../../src/model/load';
import { Parameters } from '../../../src/model/parameters';
import { tokensOf } from '../../../src/model/pi0';
import { elements, type Leaf, leavesOf } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import type { ActionsBatch } from '../../../src/tasks/actions/batch';
import { createActionsStep } from '../../../src/tasks/actions/prefix_cache';
import { recordPrefixPass } from '../../../src/tasks/actions/prefix_pass';
import { isInPrefix } from '../../../src/tasks/actions/prefix_rows';
import { PrefixPass } from '../../../src/tasks/actions/run_prefix_pass';
import { ActionsSampler, recordActionsSampler } from '../../../src/tasks/actions/sampler';
import { caches, recordActionsStep } from '../../../src/tasks/actions/step';
import { type PrefixReader, StoredPrefixes } from '../../../src/tasks/actions/stored_prefixes';
import { device } from '../../gpu';
import { OPTIMIZER } from '../../model/small';
import { exceptExpertLora, PI0_SHAPE, randomActionsBatch, SMALL_PI0 } from '../../model/small_pi0';

const memories: Memory[] = [];
const newMemory = () => memories[memories.push(new Memory(device)) - 1]!;
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

const GPU = { software: false, bindingBytes: 2 ** 27 };
/** The backbone has no adapters: what it computes is the base's. */
const MODEL = { ...SMALL_PI0, experts: SMALL_PI0.experts.map((expert, n) => (n === 0 ? without(expert) : expert)) };

function without({ lora: _, ...expert }: (typeof SMALL_PI0.experts)[number]) {
  return expert;
}

const valuesOf = ({ path, shape }: Leaf) =>
  normals(elements(shape), randomStream('stored', path)).map((value) => 0.2 * value);
const batches = [randomActionsBatch(PI0_SHAPE, 1), randomActionsBatch(PI0_SHAPE, 2)];

/** One sample of a batch, as the pass sees it. */
function frameOf(batch: ActionsBatch, b: number) {
  const part = (values: ArrayLike<number>) =>
    Array.from(values).slice((b * values.length) / PI0_SHAPE.B, ((b + 1) * values.length) / PI0_SHAPE.B);
  return {
    images: Float32Array.from(part(batch.images)),
    imageMask: part(batch.imageMask),
    promptTokens: part(batch.promptTokens),
    promptMask: part(batch.promptMask),
  };
}

/** Prefixes of all samples of the batches, as the pass leaves them. */
async function passed(): Promise<PrefixReader> {
  const all = batches.flatMap((batch) => batch.samples.map((sample, b) => ({ sample, frame: frameOf(batch, b) })));
  const words = [...new Set(all.flatMap(({ frame }) => frame.promptTokens))];
  const { cameras, promptLength } = PI0_SHAPE;
  const recorded = recordPrefixPass(
    MODEL,
    { cameras, promptLength, words: words.length, frames: all.length, precision: 'f32' },
    GPU,
  );
  const held = heldWeights(new Map(leavesOf(MODEL).map((leaf) => [leaf.path, valuesOf(leaf)])), 'test');
  const pass = new PrefixPass(newMemory(), recorded, { weights: held, words });
  const records = new Map(all.map(({ sample }) => [sample, [] as Uint8Array<ArrayBuffer>[]]));
  await pass.run(
    all.map(({ frame }) => frame),
    { write: (n, layer, bytes) => (records.get(all[n]!.sample)![layer] = bytes) },
  );
  return {
    precision: 'f32',
    read: (sample) => ({ ok: true, value: joined(records.get(sample)!) }),
  };
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Array.from(parts, (part) => [...part]).flat());
}

async function trained(reader?: PrefixReader) {
  const memory = newMemory();
  const stored = reader !== undefined;
  const parameters = new Parameters(leavesOf(MODEL), exceptExpertLora, stored ? { elsewhere: isInPrefix } : {});
  const recorded = recordActionsStep(MODEL, parameters, PI0_SHAPE, OPTIMIZER, { software: false, stored });
  uploadParameters(memory, parameters, valuesOf);
  const step = await createActionsStep(memory, recorded, undefined, { reader });
  const allocated = Object.values(memory.bytesByKind()).reduce((sum, bytes) => sum + bytes, 0);
  const loss = await step.differentiate(batches[0]!);
  const gradients = gather(parameters, await readArenas(memory, parameters, 'gradient'));
  const losses = [];
  for (const batch of [...batches, ...batches]) losses.push((await step.train([batch], 1e-2)).loss);
  const sampler = await ActionsSampler.create(
    memory,
    recordActionsSampler(MODEL, parameters, PI0_SHAPE, GPU, stored),
    reader,
  );
  const sampled = await sampler.sample(batches[1]!, batches[1]!.noise);
  return { loss, gradients, losses, after: await readTrainables(memory, parameters), sampled, allocated, recorded };
}

const MINUTE = 60_000; // a slow machine compiles for a while

test(
  'trained from a stored prefix: the losses, gradients, weights and actions of a run that has all in memory, bit for bit',
  async () => {
    const one = await trained();
    const other = await trained(await passed());
    expect(other.loss).toBe(one.loss);
    expect(other.gradients).toEqual(one.gradients);
    expect(other.losses).toEqual(one.losses);
    expect(other.after).toEqual(one.after);
    expect(other.sampled).toEqual(one.sampled);
    expect(other.allocated).toBe(other.recorded.plan.totalBytes);
    expect(other.recorded.plan.byKind.frozen).toBeLessThan(one.recorded.plan.byKind.frozen / 2);
  },
  MINUTE,
);

test('a prefix that cannot be read is a problem, and a step whose prefix is stored nowhere an error', async () => {
  const damaged = { what: 'It is damaged.', where: 'frame 7', fix: 'Compute it again.' };
  const reader: PrefixReader = { precision: 'f32', read: () => ({ ok: false, problem: damaged }) };
  await expect(trained(reader)).rejects.toMatchObject({ problem: damaged });
  const parameters = new Parameters(leavesOf(MODEL), exceptExpertLora, { elsewhere: isInPrefix });
  const recorded = recordActionsStep(MODEL, parameters, PI0_SHAPE, OPTIMIZER, { software: false, stored: true });
  await expect(createActionsStep(newMemory(), recorded)).rejects.toThrow('nothing says where');
  expect(() => new Parameters(leavesOf(MODEL), () => false, { elsewhere: isInPrefix })).toThrow('not in this memory');
});

test('what is read ahead is what is asked for, read once; what cannot be read is told then', async () => {
  const reader = await passed();
  const asked: number[] = [];
  const counting: PrefixReader = {
    ...reader,
    read: (sample) => {
      asked.push(sample);
      return reader.read(sample);
    },
  };
  const memory = newMemory();
  const kv = caches(MODEL, { B: PI0_SHAPE.B, S: tokensOf(MODEL, PI0_SHAPE).all, kind: 'activations' });
  const stored = new StoredPrefixes(memory, kv, counting);
  const [one, other] = batches as [ActionsBatch, ActionsBatch];
  await stored.fill(one);
  const plain = await readFloats(memory, kv[1]!);
  await stored.fill(other);
  stored.expect(one);
  expect(asked.splice(0)).toEqual([...one.samples, ...other.samples, ...one.samples]);
  await stored.fill(one);
  expect(asked).toEqual([]);
  expect(await readFloats(memory, kv[1]!)).toEqual(plain);
  await stored.fill(one);
  expect(asked).toEqual(one.samples);

  const damaged = { what: 'It is damaged.', where: 'frame 7', fix: 'Compute it again.' };
  const broken = new StoredPrefixes(memory, kv, { precision: 'f32', read: () => ({ ok: false, problem: damaged }) });
  broken.expect(one);
  await expect(broken.fill(one)).rejects.toMatchObject({ problem: damaged });
});

test(
  'each micro-batch is read while the GPU works on the one before',
  async () => {
    const reader = await passed();
    const log: string[] = [];
    const read: PrefixReader['read'] = (sample) => {
      log.push(`read ${sample}`);
      return reader.read(sample);
    };
    const memory = new Memory(submitting(() => log.push('submit')));
    memories.push(memory);
    const parameters = new Parameters(leavesOf(MODEL), exceptExpertLora, { elsewhere: isInPrefix });
    const shape = { ...PI0_SHAPE, M: 2 };
    const recorded = recordActionsStep(MODEL, parameters, shape, OPTIMIZER, { software: false, stored: true });
    uploadParameters(memory, parameters, valuesOf);
    const step = await createActionsStep(memory, recorded, undefined, { reader: { ...reader, read } });
    const reads = batches.map(({ samples }) => samples.map((sample) => `read ${sample}`));
    const [first, second] = reads as [string[], string[]];
    const worked = 'submit';
    log.length = 0;
    await step.train(batches, 1e-2, () => batches[0]);
    expect(log).toEqual([worked, ...first, worked, ...second, worked, ...first]);
    log.length = 0;
    await step.train(batches, 1e-2);
    expect(log).toEqual([worked, worked, ...second, worked]);
  },
  MINUTE,
);

/** The device, which tells when work is handed over to it. */
function submitting(tell: () => void): GPUDevice {
  const { queue } = device;
  const bound = <T extends object>(target: T, own: Partial<T>): T =>
    new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(name in own ? own : target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const submit: GPUQueue['submit'] = (buffers) => {
    tell();
    return queue.submit(buffers);
  };
  return bound(device, { queue: bound(queue, { submit }) });
}
