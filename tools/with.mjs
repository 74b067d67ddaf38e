// Runs a program of the npm packages, after seeing to what it needs: node tools/with.mjs dev vite ARGUMENT…
// The first word is a command of machine.mjs; the rest runs as npm's scripts do, with node_modules/.bin on the PATH.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { provideFor } from './machine.mjs';
import { root } from './setup.mjs';
import { whenStopped } from './stopped.mjs';

const [command = '', program = '', ...args] = process.argv.slice(2);
provideFor(/** @type {keyof typeof import('./machine.mjs').commands} */ (command));

const child = spawn(program, args, {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` },
  shell: process.platform === 'win32', // a package's program is a .cmd there
});
whenStopped((signal) => child.kill(signal));
child.on('error', (error) => {
  console.error(`${program}: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
