// Runs every check of the repository, from nothing: `npm test`. The last line says how many passed and failed.
// Starts before anything is installed, so it imports nothing that is not Node's or ours.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from './commands.mjs';
import { readOrRefuse } from './flags.mjs';
import { commands, provide } from './machine.mjs';
import { build, root, runsPackage } from './setup.mjs';
import { runStages } from './test_stages.mjs';
import { runsOnWgpu } from './wgpu.mjs';

readOrRefuse(commandOf('test'));

/** @typedef {import('./test_stages.mjs').Count} Count */
/** @typedef {import('./machine.mjs').NeedName} NeedName */

/** @type {(succeeded: boolean) => Count} */
const one = (succeeded) => ({ passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 });

/** Asks Chromium for its GPU: without one hundreds of tests would fail, each for a reason of its own. */
async function chromiumHasGpu() {
  try {
    const { chromiumGpu } = await import('./browser.mjs');
    console.log(await chromiumGpu());
    return true;
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
 * @param {readonly string[]} [also] more arguments
 * @returns {Count}
 */
function vitest(project, runsIn = runsPackage, also = []) {
  const report = join(root, '.cache', `tests-${project}.json`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const succeeded = runsIn('vitest/vitest.mjs', [
    ...['run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...also,
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

/** @type {NeedName[]} */
const packages = ['packages'];

/**
 * What is proved, in this order. A stage with `optional: true` is named as not run where the machine cannot have what it needs.
 * @type {import('./test_stages.mjs').Stage<NeedName>[]}
 */
const stages = [
  { name: 'install', needs: packages, run: () => one(true) },
  { name: 'types of the page', needs: packages, run: () => one(typeCheck('tsconfig.page.json')) },
  { name: 'types of the worker', needs: packages, run: () => one(typeCheck('tsconfig.worker.json')) },
  { name: 'types of tests and tools', needs: packages, run: () => one(typeCheck('tsconfig.json')) },
  {
    name: 'format, lint, import direction',
    needs: packages,
    run: () => one(runsPackage('@biomejs/biome/bin/biome', ['check', '--error-on-warnings'])),
  },
  { name: 'build', needs: packages, run: () => one(build()) },
  { name: 'Chromium with WebGPU', needs: ['packages', 'chromium'], run: async () => one(await chromiumHasGpu()) },
  { name: 'tests: node', needs: commands['test:node'], run: () => vitest('node', runsPackage, ['--maxWorkers=100%']) }, // no browser needs a core beside it
  { name: 'tests: wgpu', needs: commands['test:wgpu'], optional: true, run: () => vitest('wgpu', runsOnWgpu) },
  { name: 'tests: browser', needs: commands['test:browser'], run: () => vitest('browser') },
  { name: 'tests: end to end', needs: commands['test:e2e'], run: () => vitest('e2e') },
  { name: 'tests: Firefox', needs: commands['test:firefox'], optional: true, run: () => vitest('firefox') },
];

const { passed, failed, lines } = await runStages(stages, { provide, print: console.log });
console.log(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
