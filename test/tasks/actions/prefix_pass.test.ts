import { afterEach, expect, test } from 'vitest';
import { heldWeights } from '../../../src/base/weights';
import { fromBf16 } from '../../../src/floats';
import { bind, encode } from '../../../src/gpu/dispatches';
import { Memory } from '../../../src/gpu/memory';
import { readFloats } from '../../../src/gpu/read_back';
import type { ModelConfig } from '../../../src/model/config';
import { uploadParameters } from '../../../src/model/load';
import { Parameters } from '../../../src/model/parameters';
import { angleTable, prefixInputs, recordPrefix, tokensOf } from '../../../src/model/pi0';
import { elements, type Leaf, leavesOf } from '../../../src/model/tree';
import { bufferIn, plan } from '../../../src/plan/plan';
import { normals, randomStream } from '../../../src/random';
import { Tape } from '../../../src/tape/tape';
import { type ActionsBatch, preparePrefix } from '../../../src/tasks/actions/batch';
import { recordPrefixPass } from '../../../src/tasks/actions/prefix_pass';
import { PrefixPass } from '../../../src/tasks/actions/run_prefix_pass';
import { caches, prefixConstants, prefixTensors } from '../../../src/tasks/actions/step';
import { device } from '../../gpu';
import { PI0_SHAPE, randomActionsBatch, SMALL_PI0, withOwnKeys, withoutLora } from '../../model/small_pi0';

const memories: Memory[] = [];
const newMemory = () => memories[memories.push(new Memory(device)) - 1]!;
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

const MODEL = withoutLora(SMALL_PI0);
const GPU = { software: false, bindingBytes: 2 ** 27 };
const ONE = { ...PI0_SHAPE, B: 1, M: 1 };
const frames = [1, 2, 3].map((seed) => randomActionsBatch(ONE, seed));
const words = [...new Set(frames.flatMap(({ promptTokens }) => Array.from(promptTokens)))].sort((a, b) => a - b);

const valuesOf = ({ path, shape }: Leaf) =>
  normals(elements(shape), randomStream('prefix pass', path)).map((value) => 0.2 * value);
const weightsOf = (config: ModelConfig) =>
  heldWeights(new Map(leavesOf(config).map((leaf) => [leaf.path, valuesOf(leaf)])), 'test');

/** Keys and values of each layer for one frame, all weights on the GPU at once: (P, D, H) each. */
async function resident(config: ModelConfig, frame: ActionsBatch): Promise<Float32Array[]> {
  const memory = newMemory();
  const parameters = new Parameters(leavesOf(config), () => true);
  uploadParameters(memory, parameters, valuesOf);
  const { all: S, prefix: P } = tokensOf(config, ONE);
  const kind = 'inputs';
  const inputs = prefixInputs(config, ONE, { angles: angleTable(config, ONE, kind), S, kind });
  const kv = caches(config, { B: 1, S, kind });
  const tape = new Tape();
  recordPrefix(tape, config, parameters, inputs, kv);
  const dispatches = await bind(device, tape.forward, bufferIn(memory, plan(tape.forward)));
  for (const [input, values] of prefixConstants(inputs)) memory.upload(input, values);
  memory.uploadAll(prefixTensors(inputs), preparePrefix(config, ONE, S, frame));
  const encoder = device.createCommandEncoder();
  encode(encoder, dispatches);
  device.queue.submit([encoder.finish()]);
  const all: Float32Array[] = [];
  for (const layer of kv) all.push((await readFloats(memory, layer)).subarray(0, (P * layer.storage.bytes) / (4 * S)));
  return all;
}

/** The same, layer by layer, with all frames in blocks. */
async function streamed(config: ModelConfig, precision: 'f32' | 'bf16' = 'f32', of: readonly ActionsBatch[] = frames) {
  const memory = newMemory();
  const { cameras, promptLength } = ONE;
  const shape = { cameras, promptLength, words: words.length, frames: of.length, precision };
  const recorded = recordPrefixPass(config, shape, GPU);
  let peak = 0;
  const count = () => {
    peak = Math.max(
      peak,
      Object.values(memory.bytesByKind()).reduce((sum, bytes) => sum + bytes, 0),
    );
  };
  const weights = weightsOf(config);
  const pass = new PrefixPass(memory, recorded, {
    weights: {
      loadSlices: async (...given) => {
        await weights.loadSlices(...given);
        count();
      },
    },
    words,
    progress: count,
  });
  const found = of.map(() => [] as Uint8Array<ArrayBuffer>[]);
  await pass.run(of, { write: (frame, layer, bytes) => (found[frame]![layer] = bytes) });
  return { found, recorded, peak };
}

test.each<[string, ModelConfig]>([
  ['π0', MODEL],
  ['keys for each head', withOwnKeys(MODEL)],
  ['π0.5', { ...MODEL, pi05: true }],
])('%s: layer by layer gives what all at once gives, bit for bit', async (_, config) => {
  const { found } = await streamed(config);
  for (const [n, frame] of frames.entries()) {
    const wanted = await resident(config, frame);
    expect(found[n]).toHaveLength(wanted.length);
    const valid = validRows(frame);
    for (const [layer, values] of wanted.entries()) {
      const given = new Float32Array(found[n]![layer]!.buffer);
      expect(given.length).toBe(values.length);
      expect(masked(given, valid), `frame ${n}, layer ${layer}`).toEqual(masked(values, valid));
    }
  }
});

/** 1 for each token of the prefix that is there. */
function validRows({ imageMask, promptMask }: ActionsBatch): number[] {
  const { imageTokens } = tokensOf(MODEL, ONE);
  const ofImages = Array.from(
    { length: imageTokens },
    (_, t) => imageMask[Math.floor((t * ONE.cameras) / imageTokens)]!,
  );
  return [...ofImages, ...Array.from(promptMask)];
}

const masked = (values: Float32Array, valid: readonly number[]) =>
  Array.from(values, (value, i) => value * valid[Math.floor((i * valid.length) / values.length)]!);

test('no more than the plan says is ever on the GPU, and at one moment all of it', async () => {
  const { recorded, peak } = await streamed(MODEL);
  expect(peak).toBe(recorded.plan.totalBytes);
  expect(Object.values(recorded.plan.byKind).reduce((sum, bytes) => sum + bytes, 0)).toBe(peak);
  const whole = leavesOf(MODEL).reduce((sum, { shape }) => sum + 2 * elements(shape), 0);
  expect(recorded.plan.byKind.frozen).toBeLessThan(whole / 2);
});

test('in bfloat16 it is the same, rounded', async () => {
  const [wide, short] = [await streamed(MODEL), await streamed(MODEL, 'bf16')];
  const exact = new Float32Array(wide.found[0]![1]!.buffer);
  const rounded = fromBf16(new Uint16Array(short.found[0]![1]!.buffer));
  const off = Math.hypot(...exact.map((value, i) => value - rounded[i]!)) / Math.hypot(...exact);
  expect(off).toBeGreaterThan(0);
  expect(off).toBeLessThan(2 ** -8);
});

test('a frame with a word that nobody counted, and more frames than there is room for, are refused', async () => {
  const other = Array.from({ length: 50 }, (_, id) => id).find((id) => !words.includes(id))!;
  const odd = { ...frames[0]!, promptTokens: Array.from(frames[0]!.promptTokens, () => other) };
  await expect(streamed(MODEL, 'f32', [odd])).rejects.toThrow(`the word ${other} is not among those of the pass`);
  const recorded = recordPrefixPass(
    MODEL,
    { cameras: 2, promptLength: 5, words: words.length, frames: 1, precision: 'f32' },
    GPU,
  );
  const pass = new PrefixPass(newMemory(), recorded, { weights: weightsOf(MODEL), words });
  await expect(pass.run(frames, { write: () => undefined })).rejects.toThrow('there is room for 1');
});

test('images of a frame are made once, when the tower reads them', async () => {
  let made = 0;
  const seen = frames.map(({ images, ...frame }) => ({
    ...frame,
    get images() {
      made++;
      return images;
    },
  }));
  await streamed(MODEL, 'f32', seen);
  expect(made).toBe(frames.length);
});
