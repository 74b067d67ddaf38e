import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { deltaNorms } from '../../src/adapter/delta_norms';
import type { LeafNorms } from '../../src/adapter/summary';
import { GEMMA, projectionsOf } from '../../src/leaves/gemma';
import { pathOf } from '../../src/leaves/row';
import { openpiConfig } from '../../src/model/config';
import { expertLengths } from '../../src/model/lengths';
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
])('norms of %s are those of the product, written out', (_, one, other, expert) => {
  const norms = deltaNorms(one, other);
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

test('of a model of the hub, with scale by the root of the rank and modules of their own rank', () => {
  const others = { 'layers.0.self_attn.q_proj': { rank: 2, alpha: 5 }, 'layers.1.mlp.up_proj': null };
  const one = hubAdapter({ lora: lora({ rootScaled: true, others }) });
  const other = hubAdapter({ lora: lora({ alpha: 2 }) });
  const norms = deltaNorms(one, other);
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

test('an adapter is no distance from itself', () => {
  for (const { layers } of deltaNorms(sampleAdapter(), sampleAdapter()))
    for (const { first, second, apart } of layers) {
      expect(first).toBeGreaterThan(0);
      expect(second).toBe(first);
      expect(apart).toBe(0);
    }
});

test('of a leaf that was trained whole the change is not known; the difference is where both trained it', () => {
  const path = pathOf(GEMMA.q.weight);
  const norm = pathOf(GEMMA.attentionNorm);
  const one = sampleAdapter({ also: [path, norm] });
  const other = changed(one);
  const norms = deltaNorms(one, other);
  const at = { ...leafOf(norms, path).layers[1]! };
  expect(at).toMatchObject({ first: null, second: null });
  const merged = [one, other].map((adapter) => {
    const { values, shape } = adapter.tensors[path]!;
    const delta = explicit(adapter, 0, 1).get(path)!;
    return [...values.slice(values.length / shape[0]!)].map((value, n) => value + delta[n]!);
  }) as [number[], number[]];
  expect(at.apart! / rootMean(minus(...merged))).toBeCloseTo(1, 6); // merged weights are float32
  expect(leafOf(norms, norm).layers[0]!.apart).toBeGreaterThan(0);

  const alone = leafOf(deltaNorms(one, sampleAdapter()), norm).layers[0]!;
  expect(alone).toEqual({ first: null, second: 0, apart: null });

  const gate = 'model.layers.1.mlp.gate_proj.weight';
  const [hub, hubOther] = [hubAdapter({ also: [gate] }), changed(hubAdapter({ also: [gate] }))];
  const layers = leafOf(deltaNorms(hub, hubOther), 'model.layers.mlp.gate_proj.weight').layers;
  expect(layers[0]!.first).toBeGreaterThan(0);
  expect(layers[1]!.first).toBe(null);
  const transposed = ([hub, hubOther] as const).map((adapter) => {
    const delta = deltasOf(adapter).get('layers.1.mlp.gate_proj')!;
    return [...adapter.tensors[gate]!.values].map((value, n) => value + delta[n]!);
  }) as [number[], number[]];
  expect(layers[1]!.apart! / rootMean(minus(...transposed))).toBeCloseTo(1, 6);
});

test('adapters of different bases are not compared', () => {
  expect(() => deltaNorms(sampleAdapter(), { ...sampleAdapter(), baseHash: 'ef'.repeat(32) })).toThrow(ProblemError);
  expect(() => deltaNorms(sampleAdapter(), hubAdapter({ config: llama }))).toThrow('different bases');
  expect(base.hash).toBe(sampleAdapter().baseHash);
});
