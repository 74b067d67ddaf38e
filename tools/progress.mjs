/** @typedef {import('../src/worker/api').TrainEvent} TrainEvent */

/** @param {number} seconds */
const duration = (seconds) =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** How an evaluation stands against the base, which step 0 is. @param {Extract<TrainEvent, { kind: 'heldout' }>} event */
function standing({ step, best, aboveBase }) {
  if (step === 0) return ', of the base';
  if (aboveBase) return ', worse than the base';
  return best ? ', the best so far' : '';
}

/**
 * Shows a run on a terminal: one line that is drawn anew, or a line now and then where `stream` is no terminal.
 * @param {NodeJS.WriteStream} stream
 * @param {number} steps planned steps
 */
export function progressBar(stream, steps) {
  const width = 24;
  const every = stream.isTTY ? 1 : Math.max(1, Math.round(steps / 20));
  let drawn = false;
  let phase = '';

  /** @param {string} text */
  const draw = (text) => {
    if (stream.isTTY) stream.write(`\r\x1b[K${text}`);
    else stream.write(`${text}\n`);
    drawn = stream.isTTY;
  };
  /** @param {string} text */
  const note = (text) => stream.write(`${drawn ? '\r\x1b[K' : ''}${text}\n`);

  /** @param {TrainEvent} event */
  const onEvent = (event) => {
    if (event.kind === 'phase' && event.phase !== 'training' && (stream.isTTY || event.phase !== phase)) {
      phase = event.phase;
      draw(stream.isTTY ? `${phase} ${event.done} of ${event.of}` : phase);
    }
    if (event.kind === 'heldout') note(`step ${event.step}: held-out loss ${event.loss.toFixed(4)}${standing(event)}`);
    if (event.kind === 'skipped') note(`step ${event.step} skipped: ${event.reason}`);
    if (event.kind !== 'step' || (event.step % every !== 0 && event.step !== steps)) return;
    const full = Math.round((width * event.step) / steps);
    draw(
      `[${'█'.repeat(full)}${'·'.repeat(Math.max(0, width - full))}] ${event.step}/${steps}  loss ${event.loss.toFixed(4)}  ` +
        `${Math.round(event.tokensPerSecond)} tokens/s  ${duration(event.secondsLeft)} left`,
    );
  };
  return { onEvent, note, end: () => stream.write(drawn ? '\n' : '') };
}
