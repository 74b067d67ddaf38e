/**
 * Calls `stop` once, when this process is asked to end: by a signal, or by the end of the shell that npm started it in.
 * npm hands a signal to that shell alone, and a shell that a signal ends does not pass it on.
 * @param {(signal: NodeJS.Signals) => void} stop
 */
export function whenStopped(stop) {
  let asked = false;
  const once = (/** @type {NodeJS.Signals} */ signal) => {
    if (asked) return;
    asked = true;
    stop(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, once);
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) once('SIGTERM');
  }, 500).unref();
}
