// Runs every check of the repository, from nothing: `npm test`. The last line says how many passed and failed.
// Starts before anything is installed, so it imports nothing that is not Node's or ours.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium, useSoftwareDriver } from './chromium.mjs';
import { build, install, root, runsPackage } from './setup.mjs';
import { runsOnWgpu } from './wgpu.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

/** @type {(succeeded: boolean) => Count} */
const one = (succeeded) => ({ passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 });

/** @param {() => unknown} work @returns {Promise<boolean>} whether it ended without an error and without `false` */
async function succeeds(work) {
  try {
    return (await work()) !== false;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

/** @param {string} config @returns {boolean} */
const typeCheck = (config) => runsPackage('typescript/bin/tsc', ['-p', config]);

/**
 * Runs one project of the tests. A project without tests has failed, as have a file that does not load and a run that ends badly without naming a test.
 * @param {string} project @param {typeof runsPackage} [runsIn] Node or Deno
 * @returns {Count}
 */
function vitest(project, runsIn = runsPackage) {
  const report = join(root, '.cache', `tests-${project}.json`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const succeeded = runsIn('vitest/vitest.mjs', [
    ...['run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  let count = { passed: 0, failed: 0 };
  try {
    const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    /** @type {{ status: string, assertionResults: unknown[] }[]} */
    const files = testResults;
    const notLoaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    count = { passed: numPassedTests, failed: numTotalTests - numPassedTests + notLoaded };
  } catch (error) {
    console.error(`${project}: no report (${error instanceof Error ? error.message : error})`);
  }
  if (count.failed === 0 && (!succeeded || count.passed === 0)) count.failed = 1;
  return count;
}

/** @type {[name: string, run: () => Count | Promise<Count>][]} */
const stages = [
  ['install', async () => one(await succeeds(install))],
  ['types of the page', () => one(typeCheck('tsconfig.page.json'))],
  ['types of the worker', () => one(typeCheck('tsconfig.worker.json'))],
  ['types of tests and tools', () => one(typeCheck('tsconfig.json'))],
  [
    'format, lint, import direction',
    () => one(runsPackage('@biomejs/biome/bin/biome', ['check', '--error-on-warnings'])),
  ],
  ['build', () => one(build())],
  [
    'Chromium with WebGPU',
    async () =>
      one(
        await succeeds(async () => {
          const chromium = ensureChromium();
          const { gpuOf } = await import('./browser.mjs');
          console.log(`${chromium}: ${await gpuOf(chromium)}`);
          useSoftwareDriver();
        }),
      ),
  ],
  ['tests: node', () => vitest('node')],
  ['tests: wgpu', () => vitest('wgpu', runsOnWgpu)],
  ['tests: browser', () => vitest('browser')],
  ['tests: end to end', () => vitest('e2e')],
];

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const lines = [];
for (const [name, run] of stages) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const { passed, failed } = await run();
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(`${failed ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`);
}
console.log(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
