// Runs the main() of a TypeScript tool through the project's own build settings, so that tools import
// src/ and .wgsl files just as the page does: node tools/run.mjs tools/golden/main.ts ARGUMENT…
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [file, ...args] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(resolve(file), { root, configFile: resolve(root, 'vite.config.ts'), logLevel: 'error' });
process.exit(await module.main(args));
