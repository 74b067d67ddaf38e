import { constants } from 'node:os';

/** From one key, Ctrl+C, a process may get two signals: the terminal's and the one that npm hands on. Milliseconds. */
const SAME_KEY = 500;

/**
 * Calls `stop` when this process is asked to end: by a signal, or by the end of the shell that npm started it in.
 * npm hands a signal to that shell alone, and a shell that a signal ends does not pass it on.
 * @param {(signal: NodeJS.Signals) => void} stop called once
 * @param {(signal: NodeJS.Signals) => void} [again] called when a person asks once more
 */
export function whenStopped(stop, again) {
  let asked = 0;
  const ask = (/** @type {NodeJS.Signals} */ signal) => {
    if (asked === 0) {
      asked = performance.now();
      stop(signal);
    } else if (performance.now() - asked > SAME_KEY) again?.(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, ask);
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    if (asked === 0) ask('SIGTERM');
  }, 500).unref();
}

/** The exit code of a process that a signal ended, as shells count. @param {NodeJS.Signals} signal */
export const exitCodeOf = (signal) => 128 + (constants.signals[signal] ?? 15);
