import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../tools/setup.mjs';

/** A server of a kind: says that it runs, and why it ends. */
const PROGRAM = `
  import { whenStopped } from '${join(root, 'tools/stopped.mjs')}';
  setInterval(() => undefined, 1000);
  whenStopped((signal) => { console.log(signal); process.exit(); });
  console.log('runs');
`;

/** Starts the program in a shell, as npm does, and waits until it runs. */
async function started() {
  const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; exit $?', process.execPath, PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
    detached: true, // a group of its own, which can be ended whole
  });
  const group = -Number(shell.pid);
  onTestFinished(() => {
    if (!shell.stdout.closed) process.kill(group, 'SIGKILL');
  });
  const said: string[] = [];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await once(shell.stdout, 'data');
  return { shell, group, said };
}

test('a command ends when the shell that npm started it in has ended', async () => {
  const { shell, said } = await started();
  shell.kill('SIGTERM'); // to the shell alone
  await once(shell.stdout, 'close'); // the program held it open
  expect(said.join('')).toBe('runs\nSIGTERM\n');
});

test('a signal to all of them, as from Ctrl+C, ends it once', async () => {
  const { shell, group, said } = await started();
  process.kill(group, 'SIGINT');
  await once(shell.stdout, 'close');
  expect(said.join('')).toBe('runs\nSIGINT\n');
});
