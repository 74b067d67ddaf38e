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
  ['no tree', () => ['--freeze', 'Nothing'], /--tree is missing/],
  ['no filter', () => ['--tree', treeFile('full')], /One of --freeze and --freeze-file/],
  ['two filters', () => ['--tree', treeFile('full'), '--freeze', 'x', '--freeze-file', 'y'], /One of --freeze/],
  ['an unknown option', () => ['--model', 'pi0'], /--model/],
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
  const { code, answer } = await run(...args());
  expect(code).toBe(1);
  expect(Object.keys(answer)).toEqual(['error']);
  expect(Object.keys(answer.error)).toEqual(['what', 'where', 'fix']);
  expect(Object.values(answer.error).join(' ')).toMatch(expected);
});

test('as a person starts it', () => {
  const args = ['--silent', 'run', 'filter', '--', '--tree', treeFile('full'), '--freeze', 'PathRegex(".*img.*")'];
  const root = new URL('../..', import.meta.url).pathname;
  expect(JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))).toMatchObject({ frozen_leaves: 23 });
}, 60_000);
