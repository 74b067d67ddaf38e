/** A task of the main thread of more milliseconds than this keeps a key waiting for longer than a person should notice. */
const LONG = 50;

/** What Chromium is asked to write down: tasks of every thread, what they are made of, and the marks of the page. */
const CATEGORIES = ['-*', 'disabled-by-default-devtools.timeline', 'devtools.timeline', 'blink.user_timing'];

/** Set on the thread that is watched, so that the trace tells it from all others. */
const MARK = 'the thread that is watched';

/**
 * A task of the main thread that took more than 50 ms.
 * @typedef {object} LongTask
 * @property {number} at ms since the page was opened
 * @property {number} ms by the clock: another program on the processor may be what most of it waited for
 * @property {number} busy ms of processor time of the thread; by the clock where the trace has none
 * @property {string} what the most of what it was made of, each with its ms by the clock
 */

/**
 * What a page's main thread did while it was watched.
 * @typedef {object} PageSpeed
 * @property {readonly LongTask[]} tasks of more than 50 ms by the clock, in order of time
 * @property {readonly LongTask[]} busy those of more than 50 ms of processor time
 * @property {number} shifted the sum of layout shifts that no key, press or click came just before
 * @property {readonly string[]} moved what shifted, as "0.056 at 1203 ms: recording-panel > div.drop"
 */

/**
 * Watches a page: call it before the page is opened, and the function that it answers with when all is done. A thread that the
 * system stops in the middle of a task has spent no processor time meanwhile, so that on a busy machine `busy` tells the page's own
 * part of it. Tracing costs a few per cent.
 * @param {Pick<import('./browser.mjs').Opened, 'browser' | 'context' | 'page'>} opened
 * @returns {Promise<() => Promise<PageSpeed>>}
 */
export async function watchSpeed({ browser, context, page }) {
  await context.addInitScript(watchShifts);
  await browser.startTracing(undefined, { categories: CATEGORIES });
  return async () => {
    const { shifted, moved } = await shiftsOf(page);
    const since = await page.evaluate((mark) => performance.mark(mark).startTime, MARK);
    /** @type {{ traceEvents: readonly TraceEvent[] }} */
    const trace = JSON.parse((await browser.stopTracing()).toString('utf8'));
    const tasks = longTasks(trace.traceEvents, since);
    return { tasks, busy: tasks.filter(({ busy }) => busy > LONG), shifted, moved };
  };
}

/** "3 tasks of the main thread over 50 ms …", for people. @param {PageSpeed} speed */
export function speedInWords({ tasks, busy, shifted, moved }) {
  const ms = (/** @type {number[]} */ times) => Math.round(Math.max(0, ...times));
  const longest = ms(tasks.map((task) => task.ms));
  const busiest = ms(tasks.map((task) => task.busy));
  return [
    `${busy.length} tasks of the main thread over ${LONG} ms of processor time, the longest ${busiest} ms; by the clock ${tasks.length}, the longest ${longest} ms; ${shifted.toFixed(3)} shifted`,
    ...tasks.map(
      (task) =>
        `${Math.round(task.busy)} ms (by the clock ${Math.round(task.ms)}) at ${Math.round(task.at)} ms: ${task.what}`,
    ),
    ...moved.map((one) => `shift ${one}`),
  ].join('\n  ');
}

/**
 * Of Chromium's trace; times in microseconds. `tdur` is processor time.
 * @typedef {{ name: string, ph: string, ts: number, dur?: number, tdur?: number, pid: number, tid: number,
 *   args?: { data?: { functionName?: string, url?: string, type?: string } } }} TraceEvent
 */

/**
 * Of the thread that set the mark, so many milliseconds after it opened its page.
 * @param {readonly TraceEvent[]} events @param {number} since @returns {readonly LongTask[]} @throws {Error} where the mark is not among them
 */
function longTasks(events, since) {
  const mark = events.findLast(({ name }) => name === MARK);
  if (!mark) throw new Error('The trace does not have the thread that was watched.');
  const opened = mark.ts - since * 1000;
  const own = events.filter(({ ph, pid, tid }) => ph === 'X' && pid === mark.pid && tid === mark.tid);
  own.sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0)); // what holds others stands before them
  return own
    .filter(({ name, ts, dur = 0 }) => name === 'RunTask' && dur > LONG * 1000 && ts + dur > opened)
    .map((task) => {
      const { ts, dur = 0, tdur = dur } = task;
      const within = own.filter((event) => event !== task && event.ts >= ts && event.ts < ts + dur);
      return { at: (ts - opened) / 1000, ms: dur / 1000, busy: tdur / 1000, what: partsOf(within) };
    });
}

/** What a task is made of: what lies in nothing else, the longest first; then what of it was style and layout. @param {readonly TraceEvent[]} events */
function partsOf(events) {
  /** @type {Map<string, number>} */
  const parts = new Map();
  const add = (/** @type {string} */ name, /** @type {number} */ dur) => parts.set(name, (parts.get(name) ?? 0) + dur);
  let end = 0;
  for (const { name, ts, dur = 0, args } of events) {
    if (ts >= end) {
      const { functionName, url, type } = args?.data ?? {};
      add([name, functionName || type, url?.split('/').at(-1)].filter(Boolean).join(' '), dur);
      end = ts + dur;
    } else if (name === 'Layout' || name === 'UpdateLayoutTree') add(`inside: ${name}`, dur);
  }
  return [...parts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([name, dur]) => `${name} ${(dur / 1000).toFixed(1)}`)
    .join(', ');
}

/** Runs in the page, before anything of it: what it needs is inside. */
function watchShifts() {
  const seen = { shifted: 0, moved: /** @type {string[]} */ ([]) };
  /** What lies at the middle of a place: a shift names no element inside a shadow. @param {DOMRectReadOnly} place */
  const named = ({ x, y, width, height }) => {
    /** @type {DocumentOrShadowRoot} */
    let root = document;
    let [element, within] = [/** @type {Element | null} */ (null), ''];
    for (;;) {
      const found = root.elementFromPoint(x + width / 2, y + height / 2);
      if (!found || found === element) break;
      if (element) within = `${element.localName} > `;
      element = found;
      if (!found.shadowRoot) break;
      root = found.shadowRoot;
    }
    const classes = element ? [...element.classList].map((name) => `.${name}`).join('') : '';
    return `${within}${element?.localName ?? 'what is gone'}${classes}`;
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift =
        /** @type {PerformanceEntry & { value: number, hadRecentInput: boolean, sources: { currentRect: DOMRectReadOnly, previousRect: DOMRectReadOnly }[] }} */ (
          entry
        );
      if (shift.hadRecentInput) continue;
      seen.shifted += shift.value;
      if (shift.value < 0.001) continue; // a number that got a digit more
      const where = (/** @type {DOMRectReadOnly} */ { x, y, width, height }) =>
        [x, y, width, height].map(Math.round).join(' ');
      const what = shift.sources.map(
        ({ previousRect, currentRect }) => `${named(currentRect)} (${where(previousRect)} → ${where(currentRect)})`,
      );
      seen.moved.push(`${shift.value.toFixed(3)} at ${Math.round(shift.startTime)} ms: ${what.join(', ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  Object.assign(window, { shiftsSeen: seen });
}

/** @param {import('playwright-core').Page} page @returns {Promise<Pick<PageSpeed, 'shifted' | 'moved'>>} */
const shiftsOf = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const { shiftsSeen } = /** @type {Window & { shiftsSeen?: Pick<PageSpeed, 'shifted' | 'moved'> }} */ (window);
        if (!shiftsSeen) reject(new Error('Nobody watches this page.'));
        else setTimeout(() => resolve(shiftsSeen)); // observers hear of a shift when its frame is drawn
      }),
  );
