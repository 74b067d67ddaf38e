/** @typedef {import('../src/worker/api').TrainEvent} TrainEvent */

/**
 * Where progress is shown: standard error, as a rule.
 * @typedef {{ write(text: string): unknown, readonly isTTY?: boolean, readonly columns?: number }} Stream
 */

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(seconds / 60);
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How an evaluation stands against the base, which step 0 is. @param {Extract<TrainEvent, { kind: 'heldout' }>} event */
function standing({ step, best, aboveBase }) {
  if (step === 0) return ', of the base';
  if (aboveBase) return ', worse than the base';
  return best ? ', the best so far' : '';
}

/** @param {TrainEvent & { kind: 'phase' }} event */
function phaseWords({ phase, done, of, layers, secondsLeft }) {
  if (layers === undefined) return `${phase} ${done} of ${of}`;
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `${phase}: ${of / layers} through ${layers} layers, ${Math.floor((100 * done) / of)} %${left}`;
}

/** Lines of a phase whose frames go through layers, where the stream is no terminal. */
const LINES = 10;

const BAR = 24;
const LEAST_BAR = 8;

/**
 * A line of at most `columns` letters: the bar, then as many of the words as there is room for.
 * @param {number} share of the whole that is done @param {readonly string[]} words what matters most first
 * @param {number} columns @param {(text: string) => string} [paint] what is done of the bar
 */
export function barLine(share, words, columns, paint = (text) => text) {
  const kept = [...words];
  const lengthOf = (/** @type {number} */ bar) => bar + 2 + kept.reduce((sum, word) => sum + word.length + 2, 0) - 1;
  while (kept.length > 1 && lengthOf(LEAST_BAR) > columns) kept.pop();
  const width = Math.min(BAR, LEAST_BAR + Math.max(0, columns - lengthOf(LEAST_BAR)));
  const full = Math.max(0, Math.min(width, Math.round(width * share)));
  const bar = `[${paint('█'.repeat(full))}${'·'.repeat(width - full)}]`;
  return lengthOf(width) > columns ? kept.join('  ').slice(0, columns) : [bar, kept.join('  ')].join(' ');
}

/**
 * Shows a run on a terminal: one line that is drawn anew, or a line now and then where `stream` is no terminal.
 * @param {Stream} stream
 * @param {number} steps planned steps
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function progressBar(stream, steps, env = process.env) {
  const live = stream.isTTY === true && env.TERM !== 'dumb';
  const paint = live && !env.NO_COLOR ? (/** @type {string} */ text) => `\x1b[32m${text}\x1b[39m` : undefined;
  const every = Math.max(1, Math.round(steps / 20));
  let drawn = false;
  let phase = '';

  /** @param {string} text */
  const draw = (text) => {
    stream.write(`\r\x1b[K${text}`);
    drawn = true;
  };
  /** @param {string} text */
  const note = (text) => {
    stream.write(`${drawn ? '\r\x1b[K' : ''}${text}\n`);
    drawn = false;
  };
  // The last column stays free: some terminals begin a new line there.
  const columns = () => (stream.columns ?? 80) - 1;

  /** @param {TrainEvent & { kind: 'step' }} event */
  const onStep = ({ step, loss, tokensPerSecond, secondsLeft }) => {
    const words = [`${step}/${steps}`, `loss ${loss.toFixed(4)}`, `${duration(secondsLeft)} left`];
    const all = [...words, `${Math.round(tokensPerSecond)} tokens/s`];
    if (live) draw(barLine(step / steps, all, columns(), paint));
    else if (step % every === 0 || step === steps) note(`step ${all.join(', ')}`);
  };

  /** @param {TrainEvent} event */
  const onEvent = (event) => {
    if (event.kind === 'phase' && event.phase !== 'training') {
      const { layers, done, of } = event;
      const mark = layers === undefined ? event.phase : `${event.phase} ${Math.floor((LINES * done) / of)}`;
      if (live) draw(phaseWords(event).slice(0, columns()));
      else if (mark !== phase) note(layers === undefined ? event.phase : phaseWords(event));
      phase = mark;
    }
    if (event.kind === 'heldout') note(`step ${event.step}: held-out loss ${event.loss.toFixed(4)}${standing(event)}`);
    if (event.kind === 'skipped') note(`step ${event.step} skipped: ${event.reason}`);
    if (event.kind === 'step') onStep(event);
  };
  return {
    onEvent,
    note,
    end: () => {
      if (drawn) stream.write('\n');
      drawn = false;
    },
  };
}
