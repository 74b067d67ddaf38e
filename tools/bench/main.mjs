// npm run bench: prints JSON. Our kernels against jax-js's, and training steps with the prefix kept against those that
// compute it, taking turns in one headless Chromium; memory against the plan; each task's default run; reading a recording;
// the page's own thread.
import { resolve } from 'node:path';
import { readOrRefuse } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { root } from '../setup.mjs';
import { command, IN_ONE_PAGE, MEASURES } from './flags.mjs';

const { only = MEASURES } = /** @type {{ only?: readonly string[] }} */ (readOrRefuse(command).values);
provideFor('bench');
const { createServer } = await import('vite');
const { open } = await import('../browser.mjs');
const { benchActionsRun, benchDefaultRun, benchImport, benchPage } = await import('./default_run.mjs');
const { benchTyping } = await import('./typing.mjs');

/** @type {Record<string, () => unknown>} */
const others = {
  recording_import: benchImport,
  page_speed: async () => ({ ...(await benchPage()), typing: await benchTyping() }),
  default_run: benchDefaultRun,
  default_actions_run: benchActionsRun,
};

/** @type {Record<string, unknown>} */
const results = {};
/** @param {string} name @param {() => unknown} measure */
const take = async (name, measure) => {
  console.error(`== ${name}`); // standard output is for the figures
  results[name] = await measure();
};

await benchInOnePage(IN_ONE_PAGE.filter((name) => only.includes(name)));
for (const [name, measure] of Object.entries(others)) if (only.includes(name)) await take(name, measure);
console.log(JSON.stringify(results, null, 2));

/** Closes the page at the end: what follows wants the processor for itself. @param {readonly string[]} names */
async function benchInOnePage(names) {
  if (names.length === 0) return;
  const server = await createServer({
    root,
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'error',
    server: { port: 0, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: ['@jax-js/jax', 'webgpu-utils'] },
  });
  await server.listen();
  const [url] = server.resolvedUrls?.local ?? [];
  const { page, faults, close } = await open(new URL('tools/bench/page.html', url).href);
  try {
    await page.waitForFunction('window.bench');
    for (const name of ['gpu', ...names]) await take(name, () => page.evaluate(`window.bench('${name}')`));
    if (faults.length > 0) throw new Error(faults.join('\n'));
  } finally {
    await close();
    await server.close();
  }
}
