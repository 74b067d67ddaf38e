import { afterEach, expect, test } from 'vitest';
import { Memory } from '../../../src/gpu/memory';
import type { ModelConfig } from '../../../src/model/config';
import { gather, readArenas, uploadParameters } from '../../../src/model/load';
import { Parameters } from '../../../src/model/parameters';
import { elements, type Leaf, leavesOf } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import { createActionsStep } from '../../../src/tasks/actions/prefix_cache';
import { recordActionsStep } from '../../../src/tasks/actions/step';
import { device } from '../../gpu';
import { OPTIMIZER } from '../../model/small';
import { PI0_SHAPE, randomActionsBatch, SMALL_PI0, withOwnKeys } from '../../model/small_pi0';

const memories: Memory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

type Values = Float32Array<ArrayBuffer>;

/** One key head for all four heads. */
const SHARED: ModelConfig = {
  ...SMALL_PI0,
  experts: SMALL_PI0.experts.map((expert) => ({ ...expert, numKvHeads: 1 })),
};
const Q = 4;

const valuesOf = ({ path, shape }: Leaf) =>
  normals(elements(shape), randomStream('own keys', path)).map((value) => 0.2 * value);
const shared = new Map(leavesOf(SHARED).map((leaf) => [leaf.path, valuesOf(leaf)]));

/** Layer by layer: the heads of q, then the one key head for each of them, then the value head. */
function fuse(q: Values, kv: Values, layers: number): Values {
  const [ofQ, ofKv] = [q.length / layers, kv.length / layers];
  const parts = Array.from({ length: layers }, (_, layer) => {
    const own = kv.subarray(layer * ofKv, (layer + 1) * ofKv);
    const [key, value] = [own.subarray(0, ofKv / 2), own.subarray(ofKv / 2)];
    const heads = (one: Values) => Array.from({ length: Q }, () => [...one]).flat();
    return [...q.subarray(layer * ofQ, (layer + 1) * ofQ), ...heads(key), ...heads(value)];
  });
  return Float32Array.from(parts.flat());
}

/** What a fused gradient says of q and of shared keys and values: of these, the sum over the heads. */
function split(fused: Values, layers: number) {
  const size = fused.length / layers;
  const head = size / (3 * Q);
  const [q, kv]: [number[], number[]] = [[], []];
  for (let layer = 0; layer < layers; layer++) {
    const at = (n: number, i: number) => fused[layer * size + n * head + i]!;
    for (let i = 0; i < Q * head; i++) q.push(fused[layer * size + i]!);
    for (const first of [Q, 2 * Q])
      for (let i = 0; i < head; i++)
        kv.push(Array.from({ length: Q }, (_, n) => at(first + n, i)).reduce((a, b) => a + b));
  }
  return { q, kv };
}

const ofQ = (path: string) => path.replace('qkv_einsum', 'q_einsum');
const ofKv = (path: string) => path.replace('qkv_einsum', 'kv_einsum');

async function differentiate(config: ModelConfig, values: (leaf: Leaf) => Values) {
  const memory = new Memory(device);
  memories.push(memory);
  const parameters = new Parameters(leavesOf(config), () => false);
  const recorded = recordActionsStep(config, parameters, PI0_SHAPE, OPTIMIZER, { software: false });
  uploadParameters(memory, parameters, values);
  const loss = await (await createActionsStep(memory, recorded)).differentiate(randomActionsBatch(PI0_SHAPE, 3));
  return { loss, gradients: gather(parameters, await readArenas(memory, parameters, 'gradient')) };
}

function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  const all = Array.from(wanted);
  const off = Math.hypot(...all.map((value, i) => value - found[i]!));
  expect(off / (Math.hypot(...all) + 1e-4), what).toBeLessThan(1e-4);
}

test('keys for each head, all alike, compute what one shared key head does, and each gradient is its share', async () => {
  const layers = SHARED.experts[0]!.depth;
  const own = withOwnKeys(SHARED);
  const fused = ({ path }: Leaf) =>
    path.includes('qkv_einsum') ? fuse(shared.get(ofQ(path))!, shared.get(ofKv(path))!, layers) : shared.get(path)!;
  const names = leavesOf(own).map(({ path }) => path);
  expect(names.filter((path) => path.includes('qkv_einsum'))).toHaveLength(6); // w, lora_a, lora_b of two experts
  expect(names.filter((path) => /\/k?q?v?_einsum/.test(path) && !path.includes('qkv'))).toEqual([]);

  const one = await differentiate(SHARED, ({ path }) => shared.get(path)!);
  const other = await differentiate(own, fused);
  expect(Math.abs(other.loss - one.loss) / one.loss).toBeLessThan(1e-5);
  for (const [path, gradient] of other.gradients) {
    if (!path.includes('qkv_einsum')) {
      expectNear(gradient, one.gradients.get(path)!, path);
      continue;
    }
    const { q, kv } = split(gradient, layers);
    expectNear(q, one.gradients.get(ofQ(path))!, `${path}, heads`);
    expectNear(kv, one.gradients.get(ofKv(path))!, `${path}, keys and values`);
  }
}, 60_000);
