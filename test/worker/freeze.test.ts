import { expect, test } from 'vitest';
import type { PlanReport } from '../../src/plan/report';
import { configOfRun, parametersOf, variantsOf } from '../../src/run/prepare';
import { readStages } from '../../src/run/stages';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
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
      fix: expect.stringContaining('everything should train'),
    },
  });
  await refuse({ freeze: TYPO, trainEverything: true });
  await refuse({});
  const later = refuse({ stages: [{ steps: 1, freeze: TYPO, learningRate: 0.01, warmupSteps: 0 }] });
  await expect(later).rejects.toMatchObject({ problem: { where: 'stage 2 of 2, freeze filter' } });
});

const CONDITION =
  'filters = []\nif "lora" in self.paligemma_variant:\n  filters.append(PathRegex(".*llm.*/w"))\nreturn nnx.All(*filters)';

test('a filter that depends on variants is read with those of the model: shown, planned and run alike', async () => {
  const settings = { ...defaultSettings, freeze: CONDITION };
  const { filter, mistake } = await reader().inspect(settings);
  expect([mistake, filter?.parts[0]?.text]).toEqual([null, 'All(PathRegex(".*llm.*/w"))']);
  const variants = variantsOf(configOfRun(SMALL_BASE.config, settings));
  const [stage] = readStages(settings, variants);
  expect(stage?.isFrozen('PaliGemma/llm/layers/attn/q_einsum/w')).toBe(true);
  expect(() => readStages(settings, null)).toThrow(/depends on a condition/);
  const parameters = parametersOf(configOfRun(SMALL_BASE.config, settings), settings, {});
  expect(parameters.counts().frozenLeaves).toBe(filter?.frozenLeaves);
});

test('what a configuration names comes with the answer', async () => {
  const freeze = 'TrainConfig(model=Pi0Config(pi05=True), batch_size=8, freeze_filter=PathRegex(".*img.*"))';
  const settings = { ...defaultActionsSettings, freeze };
  const { named, leaves } = await reader().inspect(settings, 'pi05');
  expect(named).toEqual({ kind: 'π0.5', model: 'pi05', batch: 8, ema: true });
  expect(leaves).toHaveLength(51);
  expect((await reader().inspect({ ...defaultSettings, freeze })).named).toBe(null); // of another task
  expect((await reader().inspect(defaultSettings)).named).toBe(null);
});
