// npm run bench: prints JSON. Our kernels against jax-js's, and training steps with the prefix kept against those that
// compute it, taking turns in one headless Chromium; memory against the plan; each task's default run; reading a recording;
// the page's own thread.
import { resolve } from 'node:path';
import { commandOf } from '../commands.mjs';
import { readOrRefuse } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { root } from '../setup.mjs';

readOrRefuse(commandOf('bench'));
provideFor('bench');
const { createServer } = await import('vite');
const { open } = await import('../browser.mjs');
const { benchActionsRun, benchDefaultRun, benchImport, benchPage } = await import('./default_run.mjs');
const { benchTyping } = await import('./typing.mjs');
const tell = (/** @type {string} */ what) => console.error(`== ${what}`); // standard output is for the figures

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
  tell('memory, kernels and steps, in one page');
  await page.waitForFunction('window.bench');
  const results = await page.evaluate('window.bench()');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await close(); // before the runs: they want the processor for themselves
  tell('reading recordings');
  const recording_import = benchImport();
  tell('the page: long tasks, and a key in the filter at full size');
  const page_speed = { ...(await benchPage()), typing: await benchTyping() };
  tell('the default run');
  const default_run = await benchDefaultRun();
  tell('the default actions run');
  const runs = { default_run, default_actions_run: benchActionsRun() };
  console.log(JSON.stringify({ ...results, recording_import, page_speed, ...runs }, null, 2));
} finally {
  await close();
  await server.close();
}
