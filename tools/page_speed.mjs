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
  /** @param {Node | null} node */
  const named = (node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    if (!element) return 'what is gone';
    const root = element.getRootNode();
    const within = root instanceof ShadowRoot ? `${root.host.localName} > ` : '';
    return `${within}${element.localName}${[...element.classList].map((name) => `.${name}`).join('')}`;
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
        /** @type {PerformanceEntry & { value: number, hadRecentInput: boolean, sources: { node: Node | null }[] }} */ (
          entry
        );
      if (shift.hadRecentInput) continue;
      speed.shifted += shift.value;
      const what = shift.sources.map(({ node }) => named(node)).join(', ');
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
