import { expect, test } from 'vitest';
import { runStages } from '../../tools/test_stages.mjs';

const SENTENCE = 'This needs Firefox: as root, type: apt-get install firefox-esr';
const run = () => ({ passed: 3, failed: 0 });

/** Runs stages on a machine that lacks Firefox; a stage takes no time. */
const summed = async (...stages: Parameters<typeof runStages>[0][number][]) =>
  await runStages(stages, {
    provide: (needs) => (needs.includes('firefox') ? SENTENCE : undefined),
    print: () => undefined,
    now: () => 0,
  });

test('counts are added up, and each stage has its line', async () => {
  const failing = { name: 'b', needs: [], run: async () => ({ passed: 1, failed: 2 }) };
  expect(await summed({ name: 'a', needs: ['packages'], run }, failing)).toEqual({
    passed: 4,
    failed: 2,
    lines: ['ok     a: 3 passed, 0 failed, 0.0 s', 'FAILED b: 1 passed, 2 failed, 0.0 s'],
  });
});

test('an optional stage that cannot run is named last as not run, and is no failure', async () => {
  const { passed, failed, lines } = await summed(
    { name: 'in Firefox', needs: ['firefox'], optional: true, run },
    { name: 'in Chromium', needs: ['chromium'], optional: true, run },
  );
  expect({ passed, failed }).toEqual({ passed: 3, failed: 0 });
  expect(lines.at(-1)).toBe(`not run: in Firefox. ${SENTENCE}`);
});

test('a stage that has to run and cannot has failed, once, with what to type', async () => {
  const { passed, failed, lines } = await summed({ name: 'in Firefox', needs: ['firefox'], run });
  expect({ passed, failed }).toEqual({ passed: 0, failed: 1 });
  expect(lines).toEqual([`FAILED in Firefox: 0 passed, 1 failed, 0.0 s. ${SENTENCE}`]);
});
