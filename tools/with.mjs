// Runs programs of the npm packages, after seeing to what they need: node tools/with.mjs dev ARGUMENT…
// The first word is a command of commands.mjs; its programs run as npm's scripts do, with node_modules/.bin on the PATH.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { commandOf, programs } from './commands.mjs';
import { helpIfAsked } from './flags.mjs';
import { provideFor } from './machine.mjs';
import { root } from './setup.mjs';
import { exitCodeOf, whenStopped } from './stopped.mjs';

const [name = '', ...args] = process.argv.slice(2);
helpIfAsked(commandOf(name), args);
provideFor(/** @type {keyof typeof import('./machine.mjs').commands} */ (name));

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let stopped = false;
whenStopped((signal) => {
  stopped = true;
  child?.kill(signal);
});

/** @param {readonly string[]} words a program and its arguments @returns {Promise<number>} its exit code */
function runs([program = '', ...given]) {
  return new Promise((resolve) => {
    child = spawn(program, given, {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` },
      shell: process.platform === 'win32', // a package's program is a .cmd there
    });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? exitCodeOf(signal ?? 'SIGTERM')));
  });
}

const all = programs[name] ?? [];
for (const [place, words] of all.entries()) {
  const code = await runs(place === all.length - 1 ? [...words, ...args] : words);
  process.exitCode = code;
  if (code !== 0 || stopped) break;
}
