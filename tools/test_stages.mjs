// Runs the stages of `npm test` one after another, and sums up what they proved and what they could not.

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * @template {string} NeedName
 * @typedef {object} Stage
 * @property {string} name
 * @property {readonly NeedName[]} needs what the machine has to have
 * @property {boolean} [optional] where a need cannot be met the stage is named as not run, and is no failure
 * @property {() => Count | Promise<Count>} run
 */

/**
 * @template {string} NeedName
 * @param {readonly Stage<NeedName>[]} stages
 * @param {{ provide: (needs: readonly NeedName[]) => string | undefined, print: (text: string) => void, now?: () => number }} outside
 *   provide: installs what is missing; the sentence about what it cannot install. now: milliseconds
 * @returns {Promise<Count & { lines: string[] }>} lines: one a stage, those not run last
 */
export async function runStages(stages, { provide, print, now = () => performance.now() }) {
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const ran = [];
  /** @type {string[]} */
  const notRun = [];
  for (const { name, needs, optional = false, run } of stages) {
    print(`\n== ${name}`);
    const started = now();
    const lacking = provide(needs);
    if (lacking) print(lacking);
    if (lacking && optional) {
      notRun.push(`not run: ${name}. ${lacking}`);
      continue;
    }
    const { passed, failed } = lacking ? { passed: 0, failed: 1 } : await run();
    total.passed += passed;
    total.failed += failed;
    const seconds = ((now() - started) / 1000).toFixed(1);
    const line = `${failed ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`;
    ran.push(lacking ? `${line}. ${lacking}` : line);
  }
  return { ...total, lines: [...ran, ...notRun] };
}
