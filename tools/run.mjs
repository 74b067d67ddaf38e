// Runs the main() of a TypeScript tool through the project's own build settings, so that tools import
// src/ and .wgsl files just as the page does: node tools/run.mjs tools/golden/main.ts ARGUMENT…
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const [file = '', ...args] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const server = await createServer({
  root,
  configFile: resolve(root, 'vite.config.ts'),
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { main } = await server.ssrLoadModule(resolve(root, file));
const code = await main(args);
await server.close();
process.exit(code);
