// Runs the main() of a TypeScript tool through the project's own build settings, so that tools import
// src/ and .wgsl files just as the page does: node tools/run.mjs tools/golden/main.ts ARGUMENT…
// A main.ts has its command's flags in the flags.mjs beside it, so that --help needs nothing installed.
import { basename, dirname, parse, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { helpIfAsked } from './flags.mjs';
import { commands, provideFor } from './machine.mjs';
import { quietWhenClosed } from './output.mjs';
import { root } from './setup.mjs';

const [file = '', ...args] = process.argv.slice(2);
// A tool is called after its file, or after its folder where the file is main.ts.
const isMain = parse(file).name === 'main';
const name = isMain ? basename(dirname(file)) : parse(file).name;
if (isMain) {
  const { command } = await import(pathToFileURL(resolve(root, dirname(file), 'flags.mjs')).href);
  helpIfAsked(command, args);
}
provideFor(name in commands ? /** @type {keyof typeof commands} */ (name) : 'tool');

quietWhenClosed();
const { createServer } = await import('vite');
const server = await createServer({
  root,
  configFile: resolve(root, 'vite.config.ts'),
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { main } = await server.ssrLoadModule(resolve(root, file));
/** @type {number} */
const code = await main(args).catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
await server.close();
process.exit(code);
