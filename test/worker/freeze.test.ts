import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import type { PlanReport } from '../../src/worker/api';
import { FreezeReader } from '../../src/worker/freeze';
import { SMALL_BASE } from '../run/small_base';

const reader = () => new FreezeReader({ base: async () => SMALL_BASE });
const plan = async () => ({ totalBytes: 12_345_678 }) as PlanReport;
const TYPO = 'All(PathRegex(".llm."), Not(PathRegex(".*lora.*")))';

test('the tree is that of the base with its adapters, or of the model that is named', async () => {
  const settings = { ...defaultSettings, loraRank: 3 };
  const { leaves, filter } = await reader().inspect(settings);
  expect(leaves).toHaveLength(19);
  expect(leaves.find(({ path }) => path.endsWith('q_einsum/lora_a'))?.shape.at(-1)).toBe(3);
  expect(filter?.frozenLeaves).toBe(9);
  const all = reader();
  expect((await all.inspect(settings, 'full')).leaves).toHaveLength(50);
  expect((await all.inspect(settings, 'all_lora')).leaves).toHaveLength(70);
  expect((await all.inspect({ ...settings, loraRank: 4 })).leaves).toHaveLength(19);
});

test('a run that freezes nothing is refused, with the reason and the bytes, unless it is meant', async () => {
  const refused = reader().refuseUnasked({ ...defaultSettings, freeze: TYPO }, plan);
  await expect(refused).rejects.toMatchObject({
    problem: {
      what: expect.stringMatching(
        /^This filter freezes nothing, because .* All [\d,]+ parameters would train, using 13 MB\.$/,
      ),
      fix: expect.stringContaining('--train-everything'),
    },
  });
  await reader().refuseUnasked({ ...defaultSettings, freeze: TYPO, trainEverything: true }, plan);
  await reader().refuseUnasked(defaultSettings, plan);
});

test('a text that is no filter is left to the plan, which says where it is wrong', async () => {
  await reader().refuseUnasked({ ...defaultSettings, freeze: 'All(' }, plan);
});
