// npm run bench: prints JSON. Our kernels against jax-js's, and training steps with the prefix kept against those that
// compute it, taking turns in one headless Chromium; memory against the plan; each task's default run; reading a recording.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { open } from '../browser.mjs';
import { benchActionsRun, benchDefaultRun, benchImport } from './default_run.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
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
  const results = await page.evaluate('window.bench()');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await close(); // before the runs: they want the processor for themselves
  const recording_import = benchImport();
  const runs = { default_run: await benchDefaultRun(), default_actions_run: benchActionsRun() };
  console.log(JSON.stringify({ ...results, recording_import, ...runs }, null, 2));
} finally {
  await close();
  await server.close();
}
