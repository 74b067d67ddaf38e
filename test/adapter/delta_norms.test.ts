import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { deltaNorms, type ReadBase } from '../../src/adapter/delta_norms';
import type { LeafNorms } from '../../src/adapter/summary';
import { GEMMA, projectionsOf } from '../../src/leaves/gemma';
import { pathOf } from '../../src/leaves/row';
import { openpiConfig } from '../../src/model/config';
import { expertLengths } from '../../src/model/lengths';
import { elements } from '../../src/model/tree';
import { ProblemError } from '../../src/problem';
import { actionsAdapter } from './actions_sample';
import { deltasOf, hubAdapter, llama, lora } from './hub_sample';
import { base, sampleAdapter } from './sample';

const rootMean = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, n) => value - b[n]!);
const leafOf = (norms: readonly LeafNorms[], leaf: string) => norms.find((one) => one.leaf === leaf)!;

/** Other values in the same places, each a little off by where it stands. */
const changed = (adapter: Adapter): Adapter => ({
  ...adapter,
  tensors: Object.fromEntries(
    Object.entries(adapter.tensors).map(([path, { shape, values }]) => [
      path,
      { shape, values: values.map((value, n) => value * (1 + (n % 5) / 4) - 0.1) },
    ]),
  ),
});

/** scale · A · B of one layer, every element in double precision, by the definition of openpi's einsums. */
function explicit({ modelConfig, tensors }: Adapter, expert: number, layer: number): Map<string, number[]> {
  const config = openpiConfig(modelConfig).experts[expert]!;
  const { rank, alpha } = config.lora!;
  return new Map(
    projectionsOf(expertLengths(config)).map((projection) => {
      const [a, b] = [projection.a, projection.b].map((row) => {
        const { shape, values } = tensors[pathOf(row, expert)]!;
        const size = values.length / shape[0]!;
        return { shape: shape.slice(1), values: values.slice(layer * size, (layer + 1) * size) };
      }) as [{ shape: number[]; values: Float32Array }, { shape: number[]; values: Float32Array }];
      const toStream = projection === GEMMA.out;
      const O = b.shape.at(-1)!;
      const heads = b.values.length / (rank * O);
      const groups = toStream ? 1 : heads;
      const I = a.values.length / (groups * rank);
      const scale = projection === GEMMA.gates || projection === GEMMA.down ? 1 : alpha / rank;
      const delta: number[] = [];
      for (let g = 0; g < groups; g++)
        for (let i = 0; i < I; i++)
          for (let o = 0; o < O; o++) {
            let sum = 0;
            for (const head of toStream ? Array.from({ length: heads }, (_, n) => n) : [g])
              for (let r = 0; r < rank; r++)
                sum += a.values[(g * I + i) * rank + r]! * b.values[(head * rank + r) * O + o]!;
            delta.push(scale * sum);
          }
      return [pathOf(projection.weight, expert), delta];
    }),
  );
}

test.each([
  ['a text adapter', sampleAdapter(), sampleAdapter({ rank: 3, alpha: 4 }), 0],
  ['an actions adapter', actionsAdapter(true), changed(actionsAdapter(true)), 1],
])('norms of %s are those of the product, written out', async (_, one, other, expert) => {
  const norms = await deltaNorms(one, other, null);
  for (const layer of [0, 1]) {
    const [deltas, others] = [one, other].map((adapter) => explicit(adapter, expert, layer)) as [
      Map<string, number[]>,
      Map<string, number[]>,
    ];
    expect(deltas.size).toBe(5);
    for (const [path, delta] of deltas) {
      const { layered, layers } = leafOf(norms, path);
      const digits = path === pathOf(GEMMA.out.weight, expert) ? 6 : 12; // heads are summed in float32
      expect(layered).toBe(true);
      expect(layers).toHaveLength(2);
      expect(layers[layer]!.first! / rootMean(delta)).toBeCloseTo(1, digits);
      expect(layers[layer]!.second! / rootMean(others.get(path)!)).toBeCloseTo(1, digits);
      expect(layers[layer]!.apart! / rootMean(minus(delta, others.get(path)!))).toBeCloseTo(1, Math.min(digits, 10));
    }
  }
});

test('of a model of the hub, with scale by the root of the rank and modules of their own rank', async () => {
  const others = { 'layers.0.self_attn.q_proj': { rank: 2, alpha: 5 }, 'layers.1.mlp.up_proj': null };
  const one = hubAdapter({ lora: lora({ rootScaled: true, others }) });
  const other = hubAdapter({ lora: lora({ alpha: 2 }) });
  const norms = await deltaNorms(one, other, null);
  expect(norms).toHaveLength(7);
  const [deltas, second] = [deltasOf(one), deltasOf(other)];
  const module = (layer: number) => leafOf(norms, 'model.layers.self_attn.q_proj.weight').layers[layer]!;
  for (const layer of [0, 1]) {
    const [mine, theirs] = [deltas, second].map((all) => all.get(`layers.${layer}.self_attn.q_proj`)!) as [
      number[],
      number[],
    ];
    expect(module(layer).first! / rootMean(mine)).toBeCloseTo(1, 12);
    expect(module(layer).second! / rootMean(theirs)).toBeCloseTo(1, 12);
    expect(module(layer).apart! / rootMean(minus(mine, theirs))).toBeCloseTo(1, 10);
  }
  const absent = leafOf(norms, 'model.layers.mlp.up_proj.weight').layers[1]!;
  expect(absent.first).toBe(0); // it has no LoRA there
  expect(absent.apart! / absent.second!).toBeCloseTo(1, 12);
});

test('an adapter is no distance from itself', async () => {
  for (const { layers } of await deltaNorms(sampleAdapter(), sampleAdapter(), null))
    for (const { first, second, apart } of layers) {
      expect(first).toBeGreaterThan(0);
      expect(second).toBe(first);
      expect(apart).toBe(0);
    }
});

test('without its base the change of a leaf that was trained whole is not known; the difference is where both trained it', async () => {
  const path = pathOf(GEMMA.q.weight);
  const norm = pathOf(GEMMA.attentionNorm);
  const one = sampleAdapter({ also: [path, norm] });
  const other = changed(one);
  const norms = await deltaNorms(one, other, null);
  const at = { ...leafOf(norms, path).layers[1]! };
  expect(at).toMatchObject({ first: null, second: null });
  const merged = [one, other].map((adapter) => {
    const { values, shape } = adapter.tensors[path]!;
    const delta = explicit(adapter, 0, 1).get(path)!;
    return [...values.slice(values.length / shape[0]!)].map((value, n) => value + delta[n]!);
  }) as [number[], number[]];
  expect(at.apart! / rootMean(minus(...merged))).toBeCloseTo(1, 6); // merged weights are float32
  expect(leafOf(norms, norm).layers[0]!.apart).toBeGreaterThan(0);

  const alone = leafOf(await deltaNorms(one, sampleAdapter(), null), norm).layers[0]!;
  expect(alone).toEqual({ first: null, second: 0, apart: null });

  const gate = 'model.layers.1.mlp.gate_proj.weight';
  const [hub, hubOther] = [hubAdapter({ also: [gate] }), changed(hubAdapter({ also: [gate] }))];
  const layers = leafOf(await deltaNorms(hub, hubOther, null), 'model.layers.mlp.gate_proj.weight').layers;
  expect(layers[0]!.first).toBeGreaterThan(0);
  expect(layers[1]!.first).toBe(null);
  const transposed = ([hub, hubOther] as const).map((adapter) => {
    const delta = deltasOf(adapter).get('layers.1.mlp.gate_proj')!;
    return [...adapter.tensors[gate]!.values].map((value, n) => value + delta[n]!);
  }) as [number[], number[]];
  expect(layers[1]!.apart! / rootMean(minus(...transposed))).toBeCloseTo(1, 6);
});

const RANDOM_BASE: ReadBase = async ({ shape, stacked }, layer) =>
  Float32Array.from({ length: elements(stacked ? shape.slice(1) : shape) }, (_, n) => Math.sin(n + 10 * layer));

test('with its base it is that of the new values from the old ones, with LoRA on top', async () => {
  const path = pathOf(GEMMA.q.weight);
  const norm = pathOf(GEMMA.attentionNorm);
  const one = sampleAdapter({ also: [path, norm] });
  for (const layer of [0, 1]) one.tensors[norm]!.values.subarray(7 * layer).set([3, 4, 5, 5, 5, 5, 5]); // from 5, but one layer's base is below
  const base: ReadBase = async (leaf, layer) =>
    leaf.path === norm ? new Float32Array(7).fill(layer === 0 ? 5 : 1) : RANDOM_BASE(leaf, layer);
  const other = sampleAdapter({ rank: 3 });
  const norms = await deltaNorms(one, other, base);
  const [first, second] = leafOf(norms, norm).layers;
  expect(first).toEqual({ first: Math.sqrt((4 + 1) / 7), second: 0, apart: Math.sqrt((4 + 1) / 7) });
  expect(second!.first).toBe(Math.sqrt((4 + 9 + 5 * 16) / 7));

  const at = leafOf(norms, path).layers[1]!;
  const { values, shape } = one.tensors[path]!;
  const size = values.length / shape[0]!;
  const [mine, theirs] = [one, other].map((adapter) => explicit(adapter, 0, 1).get(path)!) as [number[], number[]];
  const from = Array.from({ length: size }, (_, n) => Math.sin(n + 10));
  const change = mine.map((delta, n) => values[size + n]! + delta - from[n]!);
  expect(at.first! / rootMean(change)).toBeCloseTo(1, 6);
  expect(at.second! / rootMean(theirs)).toBeCloseTo(1, 12);
  expect(at.apart! / rootMean(minus(change, theirs))).toBeCloseTo(1, 6);

  const gate = 'model.layers.1.mlp.gate_proj.weight';
  const hub = hubAdapter({ also: [gate] });
  const layer = leafOf(await deltaNorms(hub, hub, RANDOM_BASE), 'model.layers.mlp.gate_proj.weight').layers[1]!;
  const delta = deltasOf(hub).get('layers.1.mlp.gate_proj')!;
  const changed = delta.map((value, n) => hub.tensors[gate]!.values[n]! + value - Math.sin(n));
  expect(layer.first! / rootMean(changed)).toBeCloseTo(1, 6);
  expect(layer).toMatchObject({ second: layer.first, apart: 0 });
});

test('a base is read only for what was trained whole', async () => {
  const never: ReadBase = () => Promise.reject(new Error('the base was asked for'));
  await deltaNorms(sampleAdapter(), changed(sampleAdapter()), never);
  await expect(
    deltaNorms(sampleAdapter({ also: [pathOf(GEMMA.attentionNorm)] }), sampleAdapter(), never),
  ).rejects.toThrow('the base was asked for');
});

test('adapters of different bases are not compared', async () => {
  const elsewhere = { ...sampleAdapter(), baseHash: 'ef'.repeat(32) };
  await expect(deltaNorms(sampleAdapter(), elsewhere, null)).rejects.toThrow(ProblemError);
  await expect(deltaNorms(sampleAdapter(), hubAdapter({ config: llama }), null)).rejects.toThrow('different bases');
  expect(base.hash).toBe(sampleAdapter().baseHash);
});
