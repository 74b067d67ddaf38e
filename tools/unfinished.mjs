// Where npm run train keeps a run that has not ended, so that the same command goes on with it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from './flags.mjs';
import { refuse } from './train_arguments.mjs';

/** @typedef {import('./train_arguments.mjs').TrainArguments} TrainArguments */

/**
 * What is kept of the command: another one must not go on with its run.
 * @param {TrainArguments} run @returns {Record<string, unknown>}
 */
function identityOf({ task, files, heldout, text, recording, stages, settings }) {
  const read = files.map(({ path, onDisk }) => {
    const { size, mtimeMs } = statSync(onDisk);
    return [path, onDisk, size, mtimeMs];
  });
  const identity = { task, files: read, heldout, ...text, ...recording, stages, ...settings };
  return JSON.parse(JSON.stringify(identity)); // as it is read back
}

/** @param {number} pid @returns {boolean} whether that process is there; one that has ended and that nobody has asked about is not */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  const told = `/proc/${pid}/stat`;
  return !existsSync(told) || !/\) Z /.test(readFileSync(told, 'utf8'));
}

/**
 * The folder of a run that has not ended, in the folder where its results go.
 * @param {TrainArguments} run
 * @throws {UsageError} where a run of another command is there
 * @throws {import('./train_arguments.mjs').Refusal} where a run is at work there
 */
export function unfinishedIn(run) {
  const folder = join(run.out, 'unfinished');
  const file = join(folder, 'command.json');
  const identity = identityOf(run);
  if (existsSync(file)) {
    const { pid, command } = JSON.parse(readFileSync(file, 'utf8'));
    if (pid !== process.pid && isRunning(pid)) {
      refuse(`npm run train is at work in ${run.out} (process ${pid}). Wait for its end, or write another --out.`);
    }
    if (!run.restart) refuseAnother(run.out, command, identity);
  }
  if (run.restart) rmSync(folder, { recursive: true, force: true });
  return {
    /** @returns {string} the folder of the browser's storage */
    begin() {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, JSON.stringify({ pid: process.pid, command: identity }));
      return join(folder, 'browser');
    },
    /** The run has ended, or there is nothing to go on from. */
    forget() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      if (readdirSync(run.out).length === 0) rmdirSync(run.out);
    },
  };
}

/** @param {string} out @param {Record<string, unknown>} before @param {Record<string, unknown>} now */
function refuseAnother(out, before, now) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const differ = names.filter((name) => !isDeepStrictEqual(before[name], now[name]));
  if (differ.length === 0) return;
  throw new UsageError(
    `In ${out} is a run that has not ended, and it is another one: ${differ.join(', ')} differ${differ.length === 1 ? 's' : ''}.`,
    'Write the command as it was to go on with it, --restart to begin anew, or another --out.',
  );
}
