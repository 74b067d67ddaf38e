import { expect, test } from 'vitest';
import { bytesOf } from '../../src/gpu/tensor';
import { GEMMA } from '../../src/leaves/gemma';
import { arenasOf, gather } from '../../src/model/load';
import { Parameters, type ParametersOptions } from '../../src/model/parameters';
import { elements, type Leaf } from '../../src/model/tree';

const row = GEMMA.attentionNorm; // who reads them does not matter here
const LEAVES: Leaf[] = [
  { path: 'stacked', shape: [3, 5, 10], stacked: true, row },
  { path: 'plain', shape: [7], stacked: false, row },
  { path: 'wide', shape: [100], stacked: false, row },
];
const parameters = (frozen: readonly string[], options?: ParametersOptions) =>
  new Parameters(LEAVES, (path) => frozen.includes(path), options);
const places = ({ slices }: Parameters) =>
  slices.map(({ leaf, layer, arena, start }) => [leaf.path, layer, arena, start]);

test('what trains lies side by side, each layer where a binding may begin', () => {
  const all = parameters([]);
  expect(places(all)).toEqual([
    ['stacked', 0, 0, 0],
    ['stacked', 1, 0, 64],
    ['stacked', 2, 0, 128],
    ['plain', 0, 0, 192],
    ['wide', 0, 0, 256],
  ]);
  const [arena] = all.arenas;
  expect([arena?.weights, arena?.gradient, arena?.moment1, arena?.moment2].map((t) => t && bytesOf(t))).toEqual(
    new Array(4).fill(4 * (256 + 128)),
  );
});

test('nothing straddles two arenas, and no arena is larger than a binding may be', () => {
  const paged = parameters([], { arenaBytes: 4 * 150 });
  expect(places(paged).map(([, , arena, start]) => [arena, start])).toEqual([
    [0, 0],
    [0, 64],
    [1, 0],
    [1, 64],
    [2, 0],
  ]);
  expect(paged.arenas.map(({ weights }) => weights.sizes.P)).toEqual([128, 128, 128]);
  expect(() => parameters([], { arenaBytes: 4 * 127 })).toThrow('wide takes 512 bytes, more than one binding');
});

test('a trainable tensor has its gradient at the same place; a frozen one has none, and a buffer of its own', () => {
  const some = parameters(['stacked', 'wide']);
  const trains = some.tensor('plain', 0, 'C', { C: 7 });
  expect(trains).toMatchObject({ type: 'f32', offset: 0, gradient: { offset: 0 } });
  expect(trains.storage.kind).toBe('trainable');
  expect(trains.gradient?.storage.kind).toBe('gradients');
  const layers = [0, 1].map((layer) => some.tensor('stacked', layer, 'A B', { A: 5, B: 10 }));
  expect(layers[0]).toMatchObject({ type: 'bf16', offset: 0, label: 'stacked layer 0' });
  expect(layers[0]?.gradient).toBeUndefined();
  expect(layers[0]?.storage).not.toBe(layers[1]?.storage);
  expect(layers[0]?.storage).toMatchObject({ kind: 'frozen', bytes: 100 });
});

test('a leaf, a layer or a size that the model does not have is named', () => {
  const all = parameters([]);
  expect(() => all.tensor('other', 0, 'C', { C: 7 })).toThrow('there is no parameter other, layer 0');
  expect(() => all.tensor('stacked', 3, 'C', { C: 50 })).toThrow('there is no parameter stacked, layer 3');
  expect(() => all.tensor('plain', 0, 'C', { C: 8 })).toThrow('plain has 7 elements a layer, (C) has 8');
});

test('what was trained before it was frozen stays in float32', () => {
  const frozen = parameters(['plain', 'wide'], { wasTrained: (path) => path === 'plain' });
  expect(frozen.hasTrained('plain')).toBe(true);
  expect(frozen.hasTrained('wide')).toBe(false);
  expect(frozen.tensor('plain', 0, 'C', { C: 7 })).toMatchObject({ type: 'f32', storage: { bytes: 28 } });
});

test('two models share the buffers of what both freeze alike, and nothing else', () => {
  const shared = parameters(['stacked', 'plain']);
  const other = parameters(['stacked', 'plain', 'wide'], { shared, wasTrained: (path) => path === 'plain' });
  const storages = (path: string) => [shared, other].map((model) => model.slicesOf(path, 0)[0]?.storage);
  const [ofStacked, again] = storages('stacked');
  expect(again).toBe(ofStacked);
  const [packed, exact] = storages('plain'); // bfloat16 here, float32 there
  expect(exact).not.toBe(packed);
  expect(exact?.bytes).toBe(28);
  const [, own] = storages('wide'); // trains in the first
  expect(own?.kind).toBe('frozen');
});

const TABLE: Leaf = { path: 'table', shape: [700, 5], stacked: false, row: GEMMA.embedding };

/** A table of 700 rows beside the others, under a binding of so many bytes. */
const withTable = (frozen: readonly string[], arenaBytes: number, options: ParametersOptions = {}) =>
  new Parameters([...LEAVES, TABLE], (path) => frozen.includes(path), { arenaBytes, ...options });

test('a table that no binding holds is in pieces of whole rows, in multiples of 128; what trains and what is frozen', () => {
  const rows = (of: Parameters) => of.pieces('table', { V: 700, C: 5 }).map(({ sizes }) => sizes.V);
  const frozen = withTable(['table'], 4000); // 400 rows of bf16
  expect(rows(frozen)).toEqual([384, 316]);
  expect(frozen.slicesOf('table', 0).map(({ first, elements, storage }) => [first, elements, storage?.bytes])).toEqual([
    [0, 1920, 3840],
    [1920, 1580, 3160],
  ]);
  const exact = withTable(['table'], 4000, { wasTrained: () => true }); // 200 rows of float32
  expect(rows(exact)).toEqual([128, 128, 128, 128, 128, 60]);

  const trains = withTable([], 4000);
  expect(rows(trains)).toEqual(rows(exact));
  const pieces = trains.pieces('table', { V: 700, C: 5 });
  for (const { offset, sizes, storage, gradient } of pieces) {
    expect(offset % 256).toBe(0);
    expect(offset + sizes.V * 5 * 4).toBeLessThanOrEqual(storage.bytes);
    expect(gradient).toMatchObject({ offset, sizes });
  }
  expect(trains.arenas.every(({ weights }) => bytesOf(weights) <= 4000)).toBe(true);

  expect(rows(withTable(['table'], 7168))).toEqual([700]);
  expect(rows(withTable([], 4 * 3520))).toEqual([700]);
});

test('the largest vocabulary that people bring, under WebGPU’s default limits', () => {
  const leaf: Leaf = { path: 'embedding', shape: [262_144, 640], stacked: false, row: GEMMA.embedding };
  const of = (isFrozen: boolean) => new Parameters([leaf], () => isFrozen);
  const pieces = (model: Parameters) => model.pieces('embedding', { V: 262_144, C: 640 });
  expect(pieces(of(true)).map(({ sizes }) => sizes.V)).toEqual([104_832, 104_832, 52_480]);
  expect(pieces(of(false)).map(({ sizes }) => sizes.V)).toEqual([52_352, 52_352, 52_352, 52_352, 52_352, 384]);
  const { arenas } = of(false);
  expect(Math.max(...arenas.map(({ weights }) => bytesOf(weights)))).toBeLessThanOrEqual(2 ** 27);
});

test('a table in pieces is no one tensor, and only a table is cut', () => {
  const cut = withTable(['table', 'stacked'], 600);
  expect(() => cut.tensor('table', 0, 'V C', { V: 700, C: 5 })).toThrow('table is in 6 pieces');
  expect(cut.slicesOf('stacked', 0)).toHaveLength(1);
  expect(() => cut.pieces('table', { V: 600, C: 5 })).toThrow('table has 3500 elements a layer, (V C) has 3000');
  expect(() => withTable([], 600)).toThrow('table takes 2560 bytes, more than one binding may');
});

test('what is gathered from the arenas is what was spread over them, of layers and pieces alike', () => {
  const trains = withTable(['plain'], 4000);
  const values = Object.fromEntries(
    trains.leaves.filter(({ path }) => path !== 'plain').map(({ path, shape }, n) => [path, counting(shape, n)]),
  );
  expect(Object.fromEntries(gather(trains, arenasOf(trains, values)))).toEqual(values);
});

const counting = (shape: readonly number[], n: number) =>
  Float32Array.from({ length: elements(shape) }, (_, i) => i + 0.25 * n);

test('two models that cut a table alike share its pieces, and else none', () => {
  const shared = withTable(['table'], 4000);
  const storages = (of: Parameters) => of.slicesOf('table', 0).map(({ storage }) => storage);
  expect(storages(withTable(['table'], 4000, { shared }))).toEqual(storages(shared));
  for (const [n, storage] of storages(withTable(['table'], 4000, { shared })).entries())
    expect(storage).toBe(storages(shared)[n]);
  for (const storage of storages(withTable(['table'], 3000, { shared })))
    expect(storages(shared).includes(storage)).toBe(false);
});

test('leaves and parameters are counted on either side', () => {
  expect(parameters(['stacked']).counts()).toEqual({
    frozenLeaves: 1,
    frozenParameters: 150,
    trainableLeaves: 2,
    trainableParameters: 107,
  });
});
