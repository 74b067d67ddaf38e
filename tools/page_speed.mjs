/**
 * What a page's main thread did since the page was opened.
 * @typedef {object} PageSpeed
 * @property {number} tasks of more than 50 ms
 * @property {number} worst milliseconds of the longest; 0 where there was none
 * @property {number} shifted the sum of layout shifts that no key, press or click came just before
 * @property {readonly string[]} moved what shifted, as "0.056 at 1203 ms: recording-panel > div.drop"
 */

/** Watches every page that `context` opens from now on. @param {import('playwright-core').BrowserContext} context */
export const watchSpeed = (context) => context.addInitScript(install);

/** Runs in the page, before anything of it: what it needs is inside. */
function install() {
  /** @type {PageSpeed & { tasks: number, worst: number, shifted: number, moved: string[] }} */
  const speed = { tasks: 0, worst: 0, shifted: 0, moved: [] };
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
    for (const { duration } of list.getEntries()) {
      speed.tasks += 1;
      speed.worst = Math.max(speed.worst, Math.round(duration));
    }
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift =
        /** @type {PerformanceEntry & { value: number, hadRecentInput: boolean, sources: { currentRect: DOMRectReadOnly }[] }} */ (
          entry
        );
      if (shift.hadRecentInput) continue;
      speed.shifted += shift.value;
      const what = shift.sources.map(({ currentRect }) => named(currentRect)).join(', ');
      speed.moved.push(`${shift.value.toFixed(3)} at ${Math.round(shift.startTime)} ms: ${what}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  Object.assign(window, { pageSpeed: speed });
}

/** What was seen so far. @param {import('playwright-core').Page} page @returns {Promise<PageSpeed>} */
export const speedOf = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const { pageSpeed } = /** @type {Window & { pageSpeed?: PageSpeed }} */ (window);
        if (!pageSpeed) throw new Error('Nobody watches this page.');
        setTimeout(() => resolve(pageSpeed)); // observers hear of a task when it has ended
      }),
  );
