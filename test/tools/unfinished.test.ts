import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../tools/flags.mjs';
import { Refusal, readArguments } from '../../tools/train_arguments.mjs';
import { commandOf, unfinishedIn } from '../../tools/unfinished.mjs';

const folder = mkdtempSync(join(tmpdir(), 'adaptab-unfinished-'));
afterAll(() => rmSync(folder, { recursive: true }));

const data = join(folder, 'a.txt');
writeFileSync(data, 'text');

const command = (out: string, ...flags: string[]) =>
  readArguments([data, '--steps', '3', '--out', join(folder, out), ...flags]);

test('the same command finds its run again, until it has ended; another one is refused', () => {
  const first = unfinishedIn(command('one'));
  expect(unfinishedIn(command('one')).begin([])).toBe(first.begin([]));
  expect(() => unfinishedIn(command('one', '--steps', '4', '--lr', '1'))).toThrow(UsageError);
  expect(() => unfinishedIn(command('one', '--steps', '4', '--lr', '1'))).toThrow('steps, learningRate differ.');
  writeFileSync(data, 'other text');
  expect(() => unfinishedIn(command('one'))).toThrow('it is another one: files differs.');
  const anew = unfinishedIn(command('one', '--restart'));
  expect(existsSync(join(folder, 'one', 'unfinished'))).toBe(false);
  anew.begin([]);
  expect(() => unfinishedIn(command('one'))).not.toThrow();
  anew.forget();
  expect(existsSync(join(folder, 'one'))).toBe(false); // nothing else was in it
});

test('a run that is at work is left alone; one whose process has ended is not', () => {
  unfinishedIn(command('two')).begin([]);
  const file = join(folder, 'two', 'unfinished', 'command.json');
  writeFileSync(file, JSON.stringify({ pid: process.ppid, command: {} }));
  expect(() => unfinishedIn(command('two', '--restart'))).toThrow(Refusal);
  expect(() => unfinishedIn(command('two'))).toThrow(`is at work in ${join(folder, 'two')} (process ${process.ppid})`);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(file, JSON.stringify({ pid, command: {} }));
  expect(() => unfinishedIn(command('two', '--restart'))).not.toThrow();
});

test('--resume DIR is the command of the run that has not ended there, from the folder where it was written', () => {
  const out = join(folder, 'three');
  const argv = ['a.txt', '--steps', '3', '--out', 'three', '--restart'];
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(folder);
  const begun = commandOf(argv);
  expect(begun.argv).toBe(argv);
  unfinishedIn(begun.run).begin(begun.argv);
  process.chdir(before);
  const resumed = commandOf(['--resume', out]);
  expect(resumed).toEqual({ run: { ...begun.run, restart: false }, argv });
  expect(() => unfinishedIn(resumed.run)).not.toThrow();

  expect(() => commandOf(['--resume', out, '--steps', '4'])).toThrow(UsageError);
  expect(() => commandOf(['--resume', out, data])).toThrow('Write --resume DIR alone');
  expect(() => commandOf(['--resume', join(folder, 'nowhere')])).toThrow('is no run that has not ended');
  writeFileSync(join(out, 'unfinished', 'command.json'), JSON.stringify({ pid: 1, command: {} }));
  expect(() => commandOf(['--resume', out])).toThrow('write the command as it was');
});
