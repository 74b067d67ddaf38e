// npm run record: the runs that the first screen plays, one of each task's sample, trained by the production build.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../commands.mjs';
import { readOrRefuse } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, root } from '../setup.mjs';
import { recorded } from './recorded.mjs';

/** @typedef {import('../../src/worker/api').TrainEvent} TrainEvent */
/** @typedef {{ readonly id: string, readonly task: 'text' | 'actions', readonly file: string, readonly prompts: readonly string[] }} Sample */

/** As the page holds aside, where nobody chose otherwise. */
const HELDOUT = 0.1;

readOrRefuse(commandOf('record'));
provideFor('record');
if (!ensureBuilt()) throw new Error('The app could not be built: see the message above.');
const { open } = await import('../browser.mjs');

/** @template T @param {import('../../src/worker/api').Outcome<T>} outcome @returns {T} */
function taken(outcome) {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.problem.what} ${outcome.problem.where ?? ''}`);
}

/** Trains on a sample with the defaults. @param {string} url @param {Sample} sample */
async function record(url, { id, task, file, prompts }) {
  const { page, faults, close } = await open(`${url}train.html`);
  try {
    const device = taken(await page.evaluate(() => window.trainDriver.device()));
    await page.setInputFiles('#data', join(root, 'public/samples', file));
    const options = { heldoutFraction: HELDOUT };
    const opened =
      task === 'text'
        ? page.evaluate((o) => window.trainDriver.openFiles({}, o), options)
        : page.evaluate((o) => window.trainDriver.openRecording({}, o, []), options);
    taken(/** @type {import('../../src/worker/api').Outcome<unknown>} */ (await opened));
    const given = { stages: [], ...(task === 'text' ? { samplePrompts: prompts.slice(0, 1) } : {}) };
    const { events, summary } = await page.evaluate(
      async ([t, g]) => {
        /** @type {TrainEvent[]} */
        const events = [];
        window.onTrainEvent = (event) => void events.push(event);
        return { events, summary: await window.trainDriver.train(window.trainDriver.settingsOf(t, g)) };
      },
      /** @type {const} */ ([task, given]),
    );
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return recorded({
      ...{ task, sample: id, now: new Date(), device },
      ...{ events, summary: taken(summary) },
    });
  } finally {
    await close();
  }
}

/** @type {Sample[]} */
const samples = JSON.parse(readFileSync(join(root, 'public/samples/index.json'), 'utf8'));
const asked = process.argv.slice(2);
const served = await serve({ root: join(root, 'dist') });
mkdirSync(join(root, 'public/recorded'), { recursive: true });
try {
  for (const task of ['text', 'actions'].filter((one) => asked.length === 0 || asked.includes(one))) {
    const sample = samples.find((one) => one.task === task);
    if (!sample) throw new Error(`No sample of ${task}.`);
    const run = await record(served.url, sample);
    const path = join(root, 'public/recorded', `${task}.json`);
    writeFileSync(path, `${JSON.stringify(run)}\n`);
    console.error(`${path}: ${run.events.length} events of ${run.steps} steps, ${run.seconds} s`);
  }
} finally {
  await served.close();
}
