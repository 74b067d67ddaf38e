import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../../tools/filter/main';
import { rows, shapesOf } from './trees';

const folder = mkdtempSync(join(tmpdir(), 'adaptab-filter-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const treeFile = (tree: string) => file(`${tree}.json`, JSON.stringify(shapesOf(tree)));

/** What the command prints, and its exit code. */
async function run(...args: string[]) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await main(args);
  const printed = log.mock.calls.map(([line]) => line).join('\n');
  log.mockRestore();
  return { code, answer: JSON.parse(printed) };
}

test.each(rows)('$name: as flax', async ({ name: _, tree, freeze, ...expected }) => {
  const { code, answer } = await run('--tree', treeFile(tree), '--freeze', freeze);
  const { findings, ...counts } = answer;
  expect(code).toBe(0);
  expect(counts).toEqual(expected);
  for (const finding of findings) {
    expect(Object.keys(finding)).toEqual(['rule', 'severity', 'at', 'message', 'repair']);
  }
});

test('pasted Python from a file', async () => {
  const python = file(
    'freeze.py',
    '\ufefffilters = []\nfilters.append(PathRegex(".*img.*"))\nreturn nnx.All(*filters)\n',
  );
  const { code, answer } = await run('--tree', treeFile('full'), '--freeze-file', python);
  expect([code, answer.frozen_leaves]).toEqual([0, 23]);
});

test.each<[string, () => string[], RegExp]>([
  ['a bad filter', () => ['--tree', treeFile('full'), '--freeze', 'Al()'], /"Al".*line 1, column 1/],
  ['a bad pattern', () => ['--tree', treeFile('full'), '--freeze', 'PathRegex("a(?>b)")'], /atomic group.*column 13/],
  [
    'a file that is not there',
    () => ['--tree', join(folder, 'none.json'), '--freeze', 'x'],
    /cannot be read.*none\.json/,
  ],
  ['a tree that is no JSON', () => ['--tree', file('bad.json', '{'), '--freeze', 'x'], /not JSON.*bad\.json/],
  ['a tree without leaves', () => ['--tree', file('none.json', '{}'), '--freeze', 'x'], /no leaves/],
  ['a list', () => ['--tree', file('list.json', '[]'), '--freeze', 'x'], /map paths to shapes/],
  [
    'trees in a tree',
    () => ['--tree', file('two.json', '{"full": {"a": [1]}}'), '--freeze', 'x'],
    /"full" has no shape/,
  ],
  ['a shape of text', () => ['--tree', file('text.json', '{"a": ["1"]}'), '--freeze', 'x'], /"a" has no shape/],
])('%s: exit 1, and what, where and how to go on', async (_, args, expected) => {
  await refused(1, args(), expected);
});

test.each<[string, () => string[], RegExp]>([
  ['no tree', () => ['--freeze', 'Nothing'], /--model is missing, and no configuration/],
  [
    'a tree and a model',
    () => ['--tree', 'x', '--model', 'full', '--freeze', 'Nothing'],
    /--model and --tree are two trees/,
  ],
  ['a model that is none', () => ['--model', 'pi1', '--freeze', 'Nothing'], /no model "pi1".*full, /],
  ['no filter', () => ['--tree', treeFile('full')], /One of --freeze and --freeze-file/],
  ['two filters', () => ['--tree', treeFile('full'), '--freeze', 'x', '--freeze-file', 'y'], /One of --freeze/],
  ['an unknown option', () => ['--modle', 'full'], /--modle/],
])('%s: exit 2, and what, where and how to go on', async (_, args, expected) => {
  await refused(2, args(), expected);
});

async function refused(exit: number, args: string[], expected: RegExp) {
  const { code, answer } = await run(...args);
  expect(code).toBe(exit);
  expect(Object.keys(answer)).toEqual(['error']);
  expect(Object.keys(answer.error)).toEqual(['what', 'where', 'fix']);
  expect(Object.values(answer.error).join(' ')).toMatch(expected);
}

test.each(['full', 'ae_lora'])('%s by its name: as by its tree', async (model) => {
  const freeze = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*_1.*lora.*")))';
  const named = await run('--model', model, '--freeze', freeze);
  const { findings, ...counts } = (await run('--tree', treeFile(model), '--freeze', freeze)).answer;
  expect(named).toMatchObject({ code: 0, answer: counts });
  expect(named.answer.findings.map(({ rule }: { rule: string }) => rule).sort()).toEqual(
    findings.map(({ rule }: { rule: string }) => rule).sort(),
  );
});

test('nothing is left to train: the error, its counts, exit 1', async () => {
  const { code, answer } = await run('--model', 'full', '--freeze', 'Everything()');
  expect(code).toBe(1);
  expect(answer).toMatchObject({
    error: { what: 'Nothing is left to train: all 50 leaves are frozen.', where: 'freeze filter' },
    trainable_params: 0,
    findings: [{ rule: 'nothing-trains', severity: 'error' }],
  });
});

const CONFIG = `TrainConfig(
    name="mine",
    model=pi0_config.Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora"),
    freeze_filter=pi0_config.Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora").get_freeze_filter(),
)`;

test('a configuration keeps a moving average unless it turns it off; --ema says it of a filter alone', async () => {
  const { answer } = await run('--model', 'all_lora', '--freeze', CONFIG);
  expect(answer).toMatchObject({ resident_state_bytes: 18_768_617_728, ema_bytes: 7_512_151_104 });
  const told = answer.findings.find(({ rule }: { rule: string }) => rule === 'ema-copy');
  expect(told).toMatchObject({ severity: 'warning', at: { line: 1, column: 1 } });
  expect(told.repair).toBe(CONFIG.replace('(\n', '(\n    ema_decay=None,\n'));
  expect(told.message).toMatch(/left at its default, 0\.99, .*7\.51 GB more, 18\.8 GB in all; ema_decay=None/);
  for (const freeze of [told.repair, CONFIG.replace('\n)', '    ema_decay=None,\n)')]) {
    const off = await run('--model', 'all_lora', '--freeze', freeze);
    expect(off.answer.resident_state_bytes).toBe(11_256_466_624);
    expect(JSON.stringify(off.answer)).not.toContain('ema');
  }
  const set = CONFIG.replace('\n)', '    ema_decay=0.999,\n)');
  expect((await run('--model', 'all_lora', '--freeze', set)).answer.ema_bytes).toBe(7_512_151_104);
  const alone = await run('--model', 'all_lora', '--ema', '--freeze', 'Not(PathRegex(".*lora.*"))');
  expect(alone.answer.ema_bytes).toBeGreaterThan(6e9);
});

test('as a person starts it', () => {
  const args = ['--silent', 'run', 'filter', '--', '--tree', treeFile('full'), '--freeze', 'PathRegex(".*img.*")'];
  const root = new URL('../..', import.meta.url).pathname;
  expect(JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))).toMatchObject({ frozen_leaves: 23 });
}, 60_000);
