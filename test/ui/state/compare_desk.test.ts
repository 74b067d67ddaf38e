import { expect, test, vi } from 'vitest';
import { changeWords, largest, neighbour, shadeOf, shortLeaves } from '../../../src/ui/adapter/delta_cells';
import { CompareDesk } from '../../../src/ui/bench/compare_desk';
import type { Desk } from '../../../src/ui/bench/desk';
import { norms } from '../compare_double';
import { adapterNamed, TrainerDouble } from '../trainer_double';

const list = ['a', 'b', 'c'].map((id) => adapterNamed(id, id.toUpperCase()));

function desk() {
  const trainer = new TrainerDouble();
  const around: Desk = { trainer, changed: vi.fn(), report: vi.fn(), clear: vi.fn(), note: vi.fn() };
  const compared = new CompareDesk(around);
  compared.follow(list);
  const tick = (n: number, on = true) => compared.choose(list[n]!, on);
  const ids = () => compared.pair?.map(({ id }) => id);
  return { trainer, compared, tick, ids };
}

test('two are compared in the order in which they were chosen; a third takes the place of the second', () => {
  const { compared, tick, ids } = desk();
  tick(1);
  expect(compared.pair).toBe(null);
  tick(0);
  expect(ids()).toEqual(['b', 'a']);
  tick(2);
  expect(ids()).toEqual(['b', 'c']);
  tick(1, false);
  expect(compared.pair).toBe(null);
  expect(compared.count).toBe(1);
});

test('an answer about a pair that is no longer chosen is dropped', async () => {
  const { trainer, compared, tick } = desk();
  let answer: (() => void) | undefined;
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { comparison } = trainer;
  let late = false;
  trainer.compareAdapters = async (_, second) => {
    if (second === 'b') await slow.then(() => setTimeout(() => (late = true)));
    return { ok: true, value: { ...comparison, histories: second === 'b' ? [null, null] : comparison.histories } };
  };
  tick(0);
  tick(1);
  tick(2);
  await vi.waitFor(() => expect(compared.comparison).not.toBe(null));
  answer?.();
  await vi.waitFor(() => expect(late).toBe(true));
  expect(compared.comparison?.histories).toBe(comparison.histories);
});

test('one that is deleted is no longer compared; a new name is taken over', () => {
  const { compared, tick } = desk();
  tick(0);
  tick(1);
  compared.follow([{ ...list[0]!, name: 'New' }, list[1]!]);
  expect(compared.pair?.[0].name).toBe('New');
  compared.follow(list.slice(1));
  expect(compared.pair).toBe(null);
  expect(compared.count).toBe(1);
});

test('shades go from nothing, which is its own, to the largest of all maps; what is not known is none of them', () => {
  const most = largest(norms);
  expect(most).toBeCloseTo(0.06, 12);
  expect([0, 1e-9, most / 2, most].map((value) => shadeOf(value, most))).toEqual([
    'shade-0',
    'shade-1',
    'shade-4',
    'shade-8',
  ]);
  expect(shadeOf(null, most)).toBe('unknown');
  expect(shadeOf(0, 0)).toBe('shade-0');
  expect([null, 0, 0.0123].map(changeWords)).toEqual(['not known', 'unchanged', '0.0123']);
});

test('leaves are called without the folders that all of them share', () => {
  expect(shortLeaves(norms).slice(0, 2)).toEqual(['final_norm/scale', 'layers/attn/q_einsum/w']);
  expect(shortLeaves(norms.slice(1)).at(-1)).toBe('mlp/linear');
  expect(shortLeaves(norms.slice(1, 2))).toEqual(['q_einsum/w']);
});

test('arrows lead from square to square and not over the edge', () => {
  expect(neighbour(norms, { row: 1, layer: 5 }, 'ArrowRight')).toEqual({ row: 1, layer: 5 });
  expect(neighbour(norms, { row: 1, layer: 5 }, 'ArrowUp')).toEqual({ row: 0, layer: 0 }); // it has no layers
  expect(neighbour(norms, { row: 5, layer: 2 }, 'ArrowDown')).toEqual({ row: 5, layer: 2 });
  expect(neighbour(norms, { row: 5, layer: 2 }, 'a')).toBe(null);
});
