import { expect, test } from 'vitest';
import { freezeReport, freezeTree } from '../../../src/filter/freeze_report';
import { countedModels, leavesOfModel, plannedModels } from '../../../src/model/true_size';
import { neighbour, type Place, treemapOf } from '../../../src/ui/freeze/treemap';
import type { FreezeLeaf, ModelId } from '../../../src/worker/api';

const leavesAt = (model: ModelId, filter = 'Nothing'): readonly FreezeLeaf[] =>
  freezeReport(freezeTree(leavesOfModel(model)), filter).leaves;

const models = [...plannedModels, ...countedModels].map(({ id }) => id);
const tilesOf = (leaves: readonly FreezeLeaf[]) => treemapOf(leaves).flatMap(({ tiles }) => tiles);
const overlap = (one: Place, other: Place): number =>
  Math.max(0, Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)) *
  Math.max(0, Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y));
const inside = (inner: Place, outer: Place): boolean =>
  inner.x >= outer.x - 1e-9 &&
  inner.y >= outer.y - 1e-9 &&
  inner.x + inner.width <= outer.x + outer.width + 1e-9 &&
  inner.y + inner.height <= outer.y + outer.height + 1e-9;

test.each(models)('every leaf of %s has a tile of its own whose area is its share of the parameters', (model) => {
  const leaves = leavesAt(model);
  const tiles = tilesOf(leaves);
  expect(tiles.map(({ leaf }) => leaf).sort((one, other) => one - other)).toEqual([...leaves.keys()]);
  const all = leaves.reduce((sum, { parameters }) => sum + parameters, 0);
  for (const { leaf, width, height } of tiles) {
    const share = leaves[leaf]!.parameters / all;
    expect(Math.abs((width * height) / share - 1), leaves[leaf]!.path).toBeLessThan(1e-6);
  }
});

test.each(models)('the tiles of %s lie in their areas, the areas in the picture, and none over another', (model) => {
  const areas = treemapOf(leavesAt(model));
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  for (const area of areas) {
    expect(inside(area, whole)).toBe(true);
    for (const tile of area.tiles) expect(inside(tile, area)).toBe(true);
  }
  for (const places of [areas, areas.flatMap(({ tiles }) => tiles)])
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1)) expect(overlap(one, other)).toBeLessThan(1e-9);
});

test('the picture is the model’s: another filter moves nothing, and each module has its area', () => {
  const areas = treemapOf(leavesAt('ae_lora', 'Nothing'));
  expect(treemapOf(leavesAt('ae_lora', 'PathRegex(".*img.*")'))).toEqual(areas);
  expect(areas.map(({ module }) => module)).toEqual(['backbone', 'image tower', 'action expert', 'projections']);
});

test('tiles that can be seen are not slivers', () => {
  for (const { width, height } of tilesOf(leavesAt('ae_lora'))) {
    if (width * height < 0.02) continue;
    const form = (2 * width) / height;
    expect(Math.max(form, 1 / form)).toBeLessThan(6);
  }
});

test('leaves side by side stand in rows of several, each with its area', () => {
  const sizes = [6, 6, 4, 3, 2, 2, 1];
  const { leaves } = freezeTree(sizes.map((size, index) => ({ path: `leaf${index}`, shape: [size] })));
  const tiles = tilesOf(leaves);
  for (const { leaf, width, height } of tiles) {
    expect(width * height).toBeCloseTo(sizes[leaf]! / 24, 9);
    const form = (2 * width) / height;
    expect(Math.max(form, 1 / form)).toBeLessThan(2.5);
  }
  expect(new Set(tiles.map(({ x }) => x.toFixed(6))).size).toBeLessThan(tiles.length);
});

test('a name is as short as it can be without being another’s', () => {
  const areas = treemapOf(leavesAt('ae_lora'));
  for (const { tiles } of areas) expect(new Set(tiles.map(({ name }) => name)).size).toBe(tiles.length);
  const names = areas.flatMap(({ tiles }) => tiles.map(({ name }) => name));
  expect(names).toContain('input_embedding');
  expect(names).toContain('q_einsum/w');
});

test('arrow keys reach every tile, and end at the edges', () => {
  const tiles = tilesOf(leavesAt('ae_lora'));
  const reached = new Set([tiles[0]!]);
  for (const tile of reached)
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) {
      const next = neighbour(tiles, tile, key);
      if (next) reached.add(next);
    }
  expect(reached.size).toBe(tiles.length);
  const rightmost = tiles.reduce((one, other) => (other.x + other.width / 2 > one.x + one.width / 2 ? other : one));
  expect(neighbour(tiles, rightmost, 'ArrowRight')).toBe(undefined);
  expect(neighbour(tiles, rightmost, 'Tab')).toBe(undefined);
});
