import { expect, test } from 'vitest';
import type { PlanReport } from '../../src/plan/report';
import { readStages } from '../../src/run/stages';
import { defaultSettings } from '../../src/settings/defaults';
import type { TextSettings } from '../../src/settings/text';
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
  const refuse = (changes: Partial<TextSettings>) => {
    const settings = { ...defaultSettings, ...changes };
    return reader().refuseUnasked(settings, readStages(settings, null), plan);
  };
  const refused = refuse({ freeze: TYPO });
  await expect(refused).rejects.toMatchObject({
    problem: {
      what: expect.stringMatching(
        /^This filter freezes nothing, because .* All [\d,]+ parameters would train, using 13 MB\.$/,
      ),
      fix: expect.stringContaining('--train-everything'),
    },
  });
  await refuse({ freeze: TYPO, trainEverything: true });
  await refuse({});
  const later = refuse({ stages: [{ steps: 1, freeze: TYPO, learningRate: 0.01, warmupSteps: 0 }] });
  await expect(later).rejects.toMatchObject({ problem: { where: 'stage 2 of 2, freeze filter' } });
});
