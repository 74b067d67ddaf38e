import { expect, test, vi } from 'vitest';
import type { PlannedModelId } from '../../src/model/true_size';
import { plannedModels } from '../../src/model/true_size';
import type { PlanReport } from '../../src/plan/report';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import type { TaskSettings } from '../../src/settings/task';
import { HOST_BYTES } from '../../src/tasks/actions/prefix_cache';
import { planTrueSize, prepareTrueSize } from '../../src/tasks/true_size';
import { rows } from '../filter/trees';

vi.setConfig({ testTimeout: 60_000 }); // for machines that have other work to do

const settings = { ...defaultActionsSettings, batchSize: 1, horizon: 50 };
const known = new Set<string>(plannedModels.map(({ id }) => id));

/** What always stays: everything but what a step needs. */
const stateBytes = ({ byKind }: PlanReport) => byKind.frozen + byKind.trainable + byKind.moments;

test.each(rows.filter(({ tree }) => known.has(tree)))(
  '$name: leaves, parameters and bytes as flax counts them',
  (row) => {
    const plan = planTrueSize(row.tree as PlannedModelId, { ...settings, freeze: row.freeze });
    expect({
      frozen_leaves: plan.frozenLeaves,
      frozen_params: plan.frozenParameters,
      trainable_leaves: plan.trainableLeaves,
      trainable_params: plan.trainableParameters,
      resident_state_bytes: plan.openpiResidentBytes,
    }).toEqual({
      frozen_leaves: row.frozen_leaves,
      frozen_params: row.frozen_params,
      trainable_leaves: row.trainable_leaves,
      trainable_params: row.trainable_params,
      resident_state_bytes: row.resident_state_bytes,
    });
    // Ours is that, rounded up where a slice begins.
    expect(stateBytes(plan)).toBeGreaterThanOrEqual(row.resident_state_bytes);
    expect(stateBytes(plan)).toBeLessThan(row.resident_state_bytes * 1.01);
    expect(Object.values(plan.byKind).reduce((sum, bytes) => sum + bytes, 0)).toBe(plan.totalBytes);
    expect(plan.liveBytes).toBeLessThanOrEqual(plan.totalBytes);
  },
);

test('all rows are planned', () => expect(rows.filter(({ tree }) => !known.has(tree))).toEqual([]));

test('freezing SigLIP too saves what the article hoped for', () => {
  const planned = (name: RegExp) => {
    const row = rows.find((one) => name.test(one.name));
    return planTrueSize('ae_lora', { ...settings, freeze: row?.freeze ?? '' });
  };
  const [empty, meant] = [planned(/second recipe/), planned(/what the seed wanted/)];
  expect(empty.totalBytes / meant.totalBytes).toBeGreaterThan(5);
  expect(empty.flopsPerStep / meant.flopsPerStep).toBeGreaterThan(50);
});

test('batch, horizon, cameras, accumulation and re-computation are those of the settings', () => {
  const planOf = (changes: Partial<typeof settings>) =>
    planTrueSize('all_lora', { ...settings, freeze: 'Nothing()', ...changes });
  const one = planOf({});
  expect(planOf({ batchSize: 2 }).byKind.activations / one.byKind.activations).toBeCloseTo(2, 2);
  expect(planOf({ recompute: true }).byKind.activations).toBeLessThan(one.byKind.activations / 4);
  expect(planOf({ horizon: 10 }).byKind.activations).toBeLessThan(one.byKind.activations);
  expect(planOf({ cameras: ['a'] }).byKind.activations).toBeLessThan(one.byKind.activations / 2);
  expect(planOf({ accumulation: 3 }).byKind.staging).toBeGreaterThan(one.byKind.staging);
  // Adapters are the model's own.
  expect(planOf({ loraRank: 64, backboneLora: false })).toEqual(one);
});

test('what is kept of prefixes is told: on the GPU, in memory up to a bound, and what is computed each time', () => {
  const meant = defaultActionsSettings.freeze; // images and prompt go through frozen leaves alone
  const told = (prefixes: number) => {
    const prepared = prepareTrueSize('ae_lora', { ...settings, freeze: meant }, { prefixes });
    return 'prefixReason' in prepared ? String(prepared.prefixReason) : '';
  };
  const anew = /(\d+) of 1000 on the GPU and (\d+) in memory; the other (\d+) each time anew/;
  const [rows, host, others] = (anew.exec(told(1000))?.slice(1) ?? []).map(Number) as [number, number, number];
  expect(rows + host + others).toBe(1000);
  const bytes = 18 * 816 * 2 * 256 * 4; // of one sample, in float32
  expect(host).toBe(Math.floor(HOST_BYTES / bytes));
  expect(told(rows)).toContain('kept, on the GPU:');
  expect(told(rows + 1)).toContain(`${rows} of ${rows + 1} on the GPU, the others in memory`);
  const { byKind } = prepareTrueSize('ae_lora', { ...settings, freeze: meant }, { prefixes: 1000 });
  expect(byKind.prefix).toBe(rows * bytes);
  // Without a recording nobody knows how many there are.
  expect(planTrueSize('ae_lora', { ...settings, freeze: meant, steps: 1000 }).byKind.prefix).toBe(0);
});

test('the text model has a plan too', () => {
  const plan = planTrueSize('text_2b_lora', defaultSettings);
  expect(plan.trainableParameters).toBe(27_869_184);
  expect(plan.openpiResidentBytes).toBe(2 * 2_508_531_712 + 12 * 27_869_184);
});

test.each<[string, PlannedModelId, TaskSettings, RegExp]>([
  ['another task', 'text_2b_lora', settings, /no model of this task/],
  ['no horizon', 'full', { ...settings, horizon: 0 }, /Chunk cannot be 0/],
  ['half a batch', 'full', { ...settings, batchSize: 0.5 }, /Batch cannot be 0\.5/],
  ['a window of one', 'text_2b_lora', { ...defaultSettings, sequenceLength: 1 }, /Window cannot be 1/],
])('%s is refused in words', (_, id, changed, message) => {
  expect(() => planTrueSize(id, changed)).toThrow(message);
});
