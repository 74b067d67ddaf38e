// Where npm run train keeps a run that has not ended, so that the same command goes on with it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readFlags, UsageError } from './flags.mjs';
import { readArguments, refuse } from './train_arguments.mjs';
import { command as trainCommand } from './train_flags.mjs';

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

/** @param {string} out the folder of a run's results */
const folderOf = (out) => join(out, 'unfinished');

/** @param {string} folder */
const commandFile = (folder) => join(folder, 'command.json');

/**
 * What is to be done: as it is written, or with --resume as it was written for the run that goes on.
 * @param {readonly string[]} argv
 * @returns {{ run: TrainArguments, argv: readonly string[] }} argv: without --resume
 * @throws {UsageError} for a mistake on the command line
 * @throws {import('./train_arguments.mjs').Refusal} where no run is there to go on with, or its files are gone
 */
export function commandOf(argv) {
  const { values, files } = readFlags(trainCommand, argv);
  if (values.resume === undefined) return { run: readArguments(argv), argv };
  if (files.length > 0 || Object.keys(values).length > 1)
    throw new UsageError(
      '--resume goes on with a run as it was begun.',
      'Write --resume DIR alone, or the whole command as it was.',
      '--resume',
    );
  const out = resolve(String(values.resume));
  const file = commandFile(folderOf(out));
  if (!existsSync(file))
    refuse(`In ${out} is no run that has not ended. To begin one, write --task, its files and --out ${out}.`);
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(kept.argv))
    refuse(`The run in ${out} is of an older version, which has not kept its command: write the command as it was.`);
  if (!existsSync(kept.cwd)) refuse(`The run in ${out} was begun in ${kept.cwd}, which is not there any more.`);
  process.chdir(kept.cwd); // its files are named from there
  return { run: { ...readArguments(kept.argv), out, restart: false }, argv: kept.argv };
}

/**
 * The folder of a run that has not ended, in the folder where its results go.
 * @param {TrainArguments} run
 * @throws {UsageError} where a run of another command is there
 * @throws {import('./train_arguments.mjs').Refusal} where a run is at work there
 */
export function unfinishedIn(run) {
  const folder = folderOf(run.out);
  const file = commandFile(folder);
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
    /**
     * @param {readonly string[]} argv what was written on the command line
     * @returns {string} the folder of the browser's storage
     */
    begin(argv) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, JSON.stringify({ pid: process.pid, cwd: process.cwd(), argv, command: identity }));
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
    `Write --resume ${out}, or the command as it was, to go on with it, --restart to begin anew, or another --out.`,
  );
}
