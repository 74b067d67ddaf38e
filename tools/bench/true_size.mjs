// A model of true size in a tab of the production build, as a person has it: opened, planned, trained.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { open } from '../browser.mjs';
import { watchSpeed } from '../page_speed.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, root } from '../setup.mjs';
import { watchMemory } from './tab_memory.mjs';

/** @typedef {import('playwright-core').Page} Page */

const TEXT = join(root, 'public/samples/lighthouse_diary.txt');

/** What the run's form says besides. Nothing is held out: an evaluation takes as long as a step. */
const FIELDS = { batchSize: 1, accumulation: 1, warmupSteps: 0, learningRate: 0.001, heldoutPercent: 0 };

/**
 * Opens a model's folder and trains on it. Memory is that of the tab's own process, which on a software GPU is not the
 * one that has the GPU's memory; it is known on Linux alone.
 * @param {string} folder @param {{ steps: number, length: number }} run steps: none where it is 0; length: tokens a window
 */
export async function benchModel(folder, { steps, length }) {
  if (!ensureBuilt()) throw new Error('The app could not be built: see the message above.');
  const served = await serve({ root: join(root, 'dist') });
  const opened = await open(`${served.url}notices.txt`);
  const { page, browser, close } = opened;
  /** @type {Awaited<ReturnType<typeof watchMemory>> | undefined} */
  let memory;
  try {
    const untilNow = await watchSpeed(opened);
    await page.goto(`${served.url}#model?task=text`, { waitUntil: 'networkidle' });
    memory = await watchMemory(browser);
    const chosen = await page.evaluate(() => performance.now());
    const open_seconds = await openFolder(page, folder);
    const tasks = (await untilNow()).tasks.filter(({ at }) => at >= chosen);
    const most_until_open = memory.growth();
    const trained =
      steps > 0 ? await train(page, { ...FIELDS, steps, checkpointEvery: steps, sequenceLength: length }) : {};
    return {
      model: basename(folder),
      open_seconds,
      tasks_of_the_page_over_50_ms: tasks.map(({ ms, busy }) => ({ ms: Math.round(ms), busy: Math.round(busy) })),
      tab_above_its_start_mb: {
        most_until_open,
        most: memory.growth(),
      },
      ...trained,
    };
  } finally {
    memory?.end();
    await close();
    await served.close();
  }
}

/** Chooses the folder under Model. @param {Page} page @param {string} folder @returns {Promise<number>} seconds until it is a base */
async function openFolder(page, folder) {
  const started = performance.now();
  await page.locator('bring-model input#folder').setInputFiles(folder);
  await page.getByRole('radio', { name: basename(folder), checked: true }).waitFor({ timeout: 120_000 });
  return Number(((performance.now() - started) / 1000).toFixed(2));
}

/** Trains with what the form says. @param {Page} page @param {Readonly<Record<string, number>> & { sequenceLength: number }} fields */
async function train(page, fields) {
  // A window or two, which the steps see again: of a longer text, made-up weights would learn nothing in ten of them.
  const text = readFileSync(TEXT, 'utf8').slice(0, 3 * fields.sequenceLength);
  const started = performance.now();
  await page.evaluate(begin, { text, fields });
  let told = 0;
  for (;;) {
    const { status, losses, ...bytes } = await page.evaluate(runOf);
    if (losses.length > told) console.error(`step ${losses.length}: ${losses.at(-1)} nats a token`);
    told = losses.length;
    if (status === 'ended')
      return { steps: losses.length, seconds: Math.round((performance.now() - started) / 1000), losses, ...bytes };
    if (status !== 'running') throw new Error(`the run is ${status}: ${await page.evaluate(problemsOf)}`);
    await page.waitForTimeout(1000);
  }
}

/* What runs in the page. */

/** @param {{ text: string, fields: Readonly<Record<string, number>> }} run */
async function begin({ text, fields }) {
  const { bench } = /** @type {import('../../src/ui/app/adaptab-app').AdaptabApp} */ (
    document.querySelector('adaptab-app')
  );
  const typed = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]));
  bench.edit({ text: { ...bench.form.text, ...typed } });
  await bench.take([new File([text], 'diary.txt')]);
  void bench.start();
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

function runOf() {
  const { bench } = /** @type {import('../../src/ui/app/adaptab-app').AdaptabApp} */ (
    document.querySelector('adaptab-app')
  );
  const { status, train: points, memory } = bench.runs.state;
  return {
    status,
    losses: points.map(({ loss }) => Number(loss.toFixed(3))),
    planned_bytes: memory?.plannedBytes,
    allocated_bytes: memory?.allocatedBytes,
  };
}

const problemsOf = () => {
  const { bench } = /** @type {import('../../src/ui/app/adaptab-app').AdaptabApp} */ (
    document.querySelector('adaptab-app')
  );
  return JSON.stringify(bench.problems);
};
