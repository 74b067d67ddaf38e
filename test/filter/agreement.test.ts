import { expect, test, vi } from 'vitest';
import { freezeReport, freezeTree } from '../../src/filter/freeze_report';
import { namedIn } from '../../src/model/configured';
import { isPlanned, leavesOfModel, type ModelId } from '../../src/model/true_size';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { planTrueSize } from '../../src/tasks/true_size';
import { main as filter } from '../../tools/filter/main';
import { main as plan } from '../../tools/plan/main';

vi.setConfig({ testTimeout: 60_000 });

async function run(command: typeof filter, ...args: string[]) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await command(args);
  const printed = log.mock.calls.map(([line]) => line).join('\n');
  log.mockRestore();
  return { code, printed };
}

const STOCK =
  'def get_freeze_filter(self):\n  if "lora" in self.action_expert_variant: return PathRegex(".*llm.*_1/w")\n  return Nothing';
const CONFIG =
  'TrainConfig(model=Pi0Config(action_expert_variant="gemma_300m_lora"), freeze_filter=PathRegex(".*llm.*/w"))';

test.each<[string, string, number]>([
  ['full', 'Everything()', 1],
  ['full', 'Not(PathRegex(".*lora.*"))', 1],
  ['ae_lora', 'PathRegex("(?!.*lora).*")', 0],
  ['ae_lora', 'filters.append(PathRegex(".*img.*") | PathRegex(".*llm.*/w"))', 0],
  ['ae_lora', STOCK, 0],
  ['full', STOCK, 0],
  ['ae_lora', CONFIG, 0],
  ['ae_lora', 'PathRegex(', 1],
])('%s, %s: filter and plan agree, exit code too', async (model, freeze, code) => {
  const found = await run(filter, '--model', model, '--freeze', freeze);
  const planned = await run(plan, '--model', model, '--freeze', freeze, '--batch', '1');
  expect([found.code, planned.code]).toEqual([code, code]);
  const [{ error, resident_state_bytes, ...ours }, theirs] = [JSON.parse(found.printed), JSON.parse(planned.printed)];
  if (code === 1) expect(theirs).toEqual({ error });
  else {
    const { frozen_leaves, frozen_params, trainable_leaves, trainable_params } = ours;
    expect(theirs).toMatchObject({ frozen_leaves, frozen_params, trainable_leaves, trainable_params });
    expect(theirs.openpi_resident_state_bytes).toBe(resident_state_bytes);
    expect(theirs.openpi_ema_bytes).toBe(ours.ema_bytes);
  }
});

test('plan --ema', async () => {
  const { printed } = await run(
    plan,
    '--model',
    'ae_lora',
    '--ema',
    '--batch',
    '1',
    '--freeze',
    'PathRegex(".*img.*")',
  );
  expect(JSON.parse(printed).openpi_ema_bytes).toBeGreaterThan(12e9);
});

test('what the page is told of a filter that leaves nothing to train is what the commands say', async () => {
  const { error } = JSON.parse(
    (await run(filter, '--model', 'full', '--freeze', 'Not(PathRegex(".*lora.*"))')).printed,
  );
  const { filter: read } = freezeReport(freezeTree(leavesOfModel('full')), 'Not(PathRegex(".*lora.*"))');
  expect(read?.findings[0]).toMatchObject({ rule: 'nothing-trains', severity: 'error', message: error.what });
});

/** What the page is told: of the filter, and of the plan where there is one. */
function onPage(model: ModelId, freeze: string) {
  const settings = { ...defaultActionsSettings, batchSize: 1, horizon: 50, freeze };
  const { filter: found, mistake } = freezeReport(freezeTree(leavesOfModel(model)), freeze);
  const plan = found && isPlanned(model) ? planTrueSize(model, settings) : null;
  return { found, mistake, plan, named: namedIn(settings) };
}

const WITHOUT_SELF =
  'filters = []\nif "lora" in paligemma_variant:\n  filters.append(PathRegex(".*llm.*"))\nelse:\n  filters.append(PathRegex(".*img.*"))\nreturn nnx.All(*filters)';
const OF_PI05 =
  'TrainConfig(model=Pi0Config(pi05=True, paligemma_variant="gemma_2b_lora"), batch_size=4, freeze_filter=PathRegex(".*llm.*/w"), ema_decay=None)';

test.each<[ModelId, string]>([
  ['ae_lora', STOCK],
  ['full', STOCK],
  ['ae_lora', CONFIG],
  ['pg_lora', WITHOUT_SELF],
  ['ae_lora', WITHOUT_SELF],
  ['all_lora', 'super().get_freeze_filter()'],
  ['full', 'self.model.get_freeze_filter()'],
  ['pi05_all_lora', 'super().get_freeze_filter()'],
  ['pi05_pg_lora', OF_PI05],
  [
    'pi0_fast_lora',
    'TrainConfig(model=Pi0FASTConfig(paligemma_variant="gemma_2b_lora"), freeze_filter=PathRegex(".*img.*"))',
  ],
  ['full', 'PathRegex(f"a")'],
  ['ae_lora', 'All(PathRegex(".*llm.*"), PathRegex(".*img.*"), Not(PathRegex(".*llm.*_1.*lora.*")))'],
])('%s, %s: the page, filter and plan say the same', async (model, freeze) => {
  const [found, planned] = [
    await run(filter, '--model', model, '--freeze', freeze),
    await run(plan, '--model', model, '--freeze', freeze, '--batch', '1'),
  ];
  const [ofFilter, ofPlan] = [JSON.parse(found.printed), JSON.parse(planned.printed)];
  const page = onPage(model, freeze);
  if (!page.found) {
    expect([ofFilter.error, ofPlan.error]).toEqual([page.mistake?.problem, page.mistake?.problem]);
    expect([found.code, planned.code]).toEqual([1, 1]);
    return;
  }
  const { frozenLeaves, frozenParameters, trainableLeaves, trainableParameters } = page.found;
  const counts = {
    frozen_leaves: frozenLeaves,
    frozen_params: frozenParameters,
    trainable_leaves: trainableLeaves,
    trainable_params: trainableParameters,
  };
  expect(ofFilter).toMatchObject(counts);
  expect(ofPlan).toMatchObject(counts);
  const { openpiResidentBytes, openpiEmaBytes } = page.found;
  const keeps = openpiResidentBytes + (page.named?.ema ? openpiEmaBytes : 0);
  expect([ofFilter.resident_state_bytes, ofPlan.openpi_resident_state_bytes]).toEqual([keeps, keeps]);
  const ofPage = page.found.findings.map(({ message }) => message);
  for (const { findings } of [ofFilter, ofPlan])
    expect(findings.map(({ message }: { message: string }) => message)).toEqual(ofPage);
  expect(page.plan).toEqual(
    isPlanned(model)
      ? expect.objectContaining({ frozenLeaves, trainableParameters, openpiResidentBytes, openpiEmaBytes })
      : null,
  );
  expect([found.code, planned.code]).toEqual([0, isPlanned(model) ? 0 : 1]);
});

test('without --model both take the model that the text names, and say which', async () => {
  for (const command of [filter, plan]) {
    const { printed } = await run(command, '--freeze', OF_PI05);
    expect(JSON.parse(printed)).toMatchObject({ model: 'pi05_pg_lora' });
  }
  expect(namedIn({ ...defaultActionsSettings, freeze: OF_PI05 })).toMatchObject({
    model: 'pi05_pg_lora',
    batch: 4,
    ema: false,
  });
});
