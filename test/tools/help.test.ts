import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countedModels, plannedModels } from '../../src/model/true_size';
import * as filter from '../../tools/filter/flags.mjs';
import * as plan from '../../tools/plan/flags.mjs';
import { root } from '../../tools/setup.mjs';

const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<string, string>;

/** The tools alone: no package is installed, and nothing is there that could be built. */
function bareTools(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adaptab-help-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const isOurs = (path: string) => !path.endsWith('node_modules'); // as tools/interop may have them
  cpSync(join(root, 'tools'), join(folder, 'tools'), { recursive: true, filter: isOurs });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  return folder;
}

test('--help of every command: on standard output, exit 0, and nothing is installed or built', () => {
  const cwd = bareTools();
  for (const [name, script] of Object.entries(scripts)) {
    const [program, ...args] = script.split(' ');
    expect([name, program]).toEqual([name, 'node']); // one program a command: what is added reaches it
    const flag = name.length % 2 === 0 ? '--help' : '-h';
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, flag], { cwd, encoding: 'utf8' });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^  npm (run )?${name}\\b[\\s\\S]*--help[\\s\\S]*For example\\n  npm `, 'm'));
  }
  expect(readdirSync(cwd).sort()).toEqual(['package.json', 'tools']);
  expect(existsSync(join(cwd, 'tools', 'node_modules'))).toBe(false);
});

test('the models that help lists are those that there are', () => {
  const trueSize = [...plannedModels, ...countedModels].map(({ id }) => id);
  expect(filter.MODELS).toEqual(trueSize);
  expect(plan.MODELS).toEqual(['text', 'actions', ...trueSize]);
});
