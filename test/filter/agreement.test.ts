import { expect, test, vi } from 'vitest';
import { freezeReport, freezeTree } from '../../src/filter/freeze_report';
import { leavesOf } from '../../src/model/tree';
import { trueSizeModel } from '../../src/model/true_size';
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

test('plan --help and --ema', async () => {
  const help = await run(plan, '--help');
  expect(help.code).toBe(0);
  expect(help.printed).toMatch(/--model NAME +text, actions, full[\s\S]*Exit 0/);
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
  const { filter: read } = freezeReport(
    freezeTree(leavesOf(trueSizeModel('full').config)),
    'Not(PathRegex(".*lora.*"))',
  );
  expect(read?.findings[0]).toMatchObject({ rule: 'nothing-trains', severity: 'error', message: error.what });
});
