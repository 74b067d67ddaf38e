import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../tools/setup.mjs';
import { type RunRecord, trainCommand } from './command';
import { shortRunFlags, writeColours } from './data';
import { temporaryFolder } from './site';

const TRAIN = join(root, 'tools', 'train.mjs');

/** Starts a program in a group of its own, and sends it a signal when it has said `words`. */
async function endedAt(words: string, signal: NodeJS.Signals, program: string, args: readonly string[]) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  onTestFinished(() => {
    if (child.stderr.readable) process.kill(-Number(child.pid), 'SIGKILL');
  });
  let said = '';
  const exited = once(child, 'exit');
  const closed = once(child, 'close'); // when nobody writes to it any more, grandchildren included
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const before = said.includes(words);
    said += text;
    if (!before && said.includes(words)) child.kill(signal); // npm alone, not those that it has started
  });
  const [code, by] = await exited;
  await closed;
  return { code, by, said };
}

const lossesOf = (record: RunRecord) => record.train.map(({ step, loss }) => [step, loss]);

test('npm run train, ended by signals: the same command goes on, with the losses of a run that nobody ended', async () => {
  const folder = temporaryFolder();
  const flags = [writeColours(folder), ...shortRunFlags, '--checkpoint-every', '4'];
  const whole = await trainCommand(join(folder, 'whole'), flags);
  expect(readdirSync(join(folder, 'whole'))).not.toContain('unfinished');

  const out = join(folder, 'out');
  const args = [...flags, '--out', out];
  const terminated = await endedAt('step 3/16', 'SIGTERM', 'npm', ['run', 'train', '--', ...args]);
  expect(terminated.said).toMatch(/Step (\d+) is kept: the same command goes on from there/);
  expect(terminated.said).not.toMatch(/^ +at /m);
  const early = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunRecord & { ended: string };
  expect(early).toMatchObject({ ended: 'stopped' });
  expect(existsSync(join(out, early.adapter))).toBe(true);

  // Another command does not go on with it, nor throw it away.
  await expect(trainCommand(out, [...flags, '--steps', '20'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it is another one: steps differs.'),
  });

  const interrupted = await endedAt('step 7/16', 'SIGINT', process.execPath, [TRAIN, '--resume', out]);
  expect(interrupted).toMatchObject({
    code: 130,
    said: expect.stringContaining(`Going on after step ${early.steps} of 16`),
  });

  const killed = await endedAt('step 13/16', 'SIGKILL', process.execPath, [TRAIN, ...args]);
  expect(killed.by).toBe('SIGKILL');

  const resumed = await trainCommand(out, flags);
  expect(lossesOf(resumed)).toEqual(lossesOf(whole));
  expect(resumed.kept).toEqual(whole.kept);
  expect(readdirSync(out)).not.toContain('unfinished');
}, 600_000);

test('a mistake and a file that is not there: exit 2 and 1, without a browser', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'a.txt');
  writeFileSync(data, 'text');
  await expect(trainCommand(folder, [data, '--step', '3'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The nearest is --steps N'),
  });
  await expect(trainCommand(folder, [join(folder, 'none.txt')])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no file .*none\.txt\.\n$/),
  });
});
