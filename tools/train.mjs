// npm run train -- --task text --data FILE [--data FILE …] [--out DIR] [--steps N] …
// Trains with the app's own build and worker in a headless Chromium, and writes the adapter and run.json.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { progressBar } from './progress.mjs';
import { ensureBuilt, install, isMain, root } from './setup.mjs';

/** Flags that set a number of the run. @type {Readonly<Record<string, keyof import('../src/worker/api').RunSettings>>} */
const NUMBERS = {
  steps: 'steps',
  batch: 'batchSize',
  accumulation: 'accumulation',
  length: 'sequenceLength',
  lr: 'learningRate',
  warmup: 'warmupSteps',
  'end-lr': 'endLearningRate',
  'weight-decay': 'weightDecay',
  clip: 'clipNorm',
  rank: 'loraRank',
  alpha: 'loraAlpha',
  seed: 'seed',
  'evaluate-every': 'evaluateEvery',
  patience: 'patience',
};

const USAGE = `npm run train -- --task text --data FILE [--data FILE …] [--out DIR]
  --out DIR            where adapter and run.json go (default: trained)
  --name NAME          name of the adapter
  --base ID            embedded base to adapt
  --freeze EXPRESSION  what stays as it is
  --heldout SHARE      share of the examples kept for the held-out loss, 0 to 0.5 (default: 0.1)
  --recompute          compute activations twice instead of keeping them
  --no-early-stop      go on although the held-out loss does not improve
  --no-keep-best       keep the last weights instead of the best
  Numbers: ${Object.keys(NUMBERS)
    .map((flag) => `--${flag}`)
    .join(' ')}`;

/** An error that the person at the command line can act on. */
class Refusal extends Error {}

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new Refusal(message);
}

/** @param {string[]} argv @returns {{ files: string[], out: string, heldout: number, settings: Partial<import('../src/worker/api').RunSettings> }} */
export function readArguments(argv) {
  const { values } = parse(argv);
  const settings = /** @type {Record<string, unknown>} */ ({});
  for (const [flag, key] of Object.entries(NUMBERS)) {
    const text = /** @type {Record<string, unknown>} */ (values)[flag];
    if (text !== undefined) settings[key] = numberOf(flag, String(text));
  }
  for (const key of /** @type {const} */ (['name', 'base', 'freeze'])) if (values[key]) settings[key] = values[key];
  if (values.recompute) settings.recompute = true;
  if (values['no-early-stop']) settings.earlyStop = false;
  if (values['no-keep-best']) settings.keepBest = false;
  if (values.task !== 'text') refuse(`There is no task "${values.task}". The task is: text.`);
  const files = (values.data ?? []).map((file) => resolve(file));
  if (files.length === 0) refuse(`Which file should it learn from? Name one with --data.\n\n${USAGE}`);
  for (const file of files) {
    if (!existsSync(file)) refuse(`There is no file ${file}.`);
    if (!statSync(file).isFile()) refuse(`${file} is a folder. Name the files in it, each with --data.`);
  }
  return { files, out: resolve(values.out), heldout: numberOf('heldout', values.heldout), settings };
}

/** @param {string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: argv,
      options: {
        ...Object.fromEntries(Object.keys(NUMBERS).map((flag) => [flag, { type: /** @type {const} */ ('string') }])),
        task: { type: 'string', default: 'text' },
        data: { type: 'string', multiple: true },
        out: { type: 'string', default: 'trained' },
        heldout: { type: 'string', default: '0.1' },
        name: { type: 'string' },
        base: { type: 'string' },
        freeze: { type: 'string' },
        recompute: { type: 'boolean' },
        'no-early-stop': { type: 'boolean' },
        'no-keep-best': { type: 'boolean' },
      },
    });
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/** @param {string} flag @param {string} text */
function numberOf(flag, text) {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : refuse(`--${flag} is "${text}", which is no number.`);
}

/** @param {import('../src/worker/api').Problem} problem */
const inWords = ({ what, where, fix }) =>
  [what, where && `  where: ${where}`, fix && `  what to do: ${fix}`].filter(Boolean).join('\n');

/** @template T @param {import('../src/worker/api').Outcome<T>} outcome @returns {T} */
const taken = (outcome) => (outcome.ok ? outcome.value : refuse(inWords(outcome.problem)));

/**
 * Trains in `page`, which shows train.html.
 * @param {import('playwright-core').Page} page
 * @param {ReturnType<typeof readArguments>} run
 */
async function trainIn(page, { files, out, heldout, settings }) {
  const defaults = await page.evaluate(() => window.trainDriver.defaults);
  const device = taken(await page.evaluate(() => window.trainDriver.device()));
  if (!device.usable) refuse(inWords(device.problem ?? { what: 'This browser has no usable GPU.' }));
  await page.setInputFiles('#data', files);
  const dataset = taken(
    await page.evaluate(([s, h]) => window.trainDriver.openFiles(s, h), /** @type {const} */ ([settings, heldout])),
  );
  for (const problem of dataset.files.flatMap((file) => file.problems)) console.error(inWords(problem));
  console.error(
    `${dataset.examples} examples, ${dataset.windows} windows to train on, ${dataset.heldoutWindows} held out, on ${device.name}`,
  );

  const bar = progressBar(process.stderr, settings.steps ?? defaults.steps);
  await page.exposeFunction('onTrainEvent', bar.onEvent);
  process.once('SIGINT', () => {
    bar.note('stopping after this step, keeping the adapter');
    void page.evaluate(() => window.trainDriver.stop());
  });
  const summary = taken(await page.evaluate((s) => window.trainDriver.train(s), settings));
  bar.end();

  mkdirSync(out, { recursive: true });
  const adapter = await save(page, summary.adapterId, 'openpi', out);
  const peft = await save(page, summary.adapterId, 'peft', out);
  return { settings: { ...defaults, ...settings }, device: device.name, summary, adapter, peft };
}

/** @param {import('playwright-core').Page} page @param {string} id @param {import('../src/worker/api').ExportFormat} format @param {string} out @returns {Promise<string>} the file's name */
async function save(page, id, format, out) {
  const offered = await page.evaluate(([i, f]) => window.trainDriver.offer(i, f), /** @type {const} */ ([id, format]));
  const name = basename(taken(offered));
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#result')]);
  await download.saveAs(join(out, name));
  return name;
}

/** What run.json holds. @param {Awaited<ReturnType<typeof trainIn>>} result */
function record({ settings, device, summary, adapter, peft }) {
  const { history } = summary;
  return {
    task: settings.task,
    base: settings.base,
    steps: summary.steps,
    seconds: summary.seconds,
    ended: summary.ended,
    train: history.train.map(({ step, loss, gradNorm, learningRate }) => ({
      step,
      loss,
      grad_norm: gradNorm,
      lr: learningRate,
    })),
    heldout: history.heldout.map(({ step, loss }) => ({ step, loss })),
    baseline_heldout: summary.baselineHeldout,
    kept: { step: summary.keptStep, heldout: summary.heldout },
    tokens_per_s: history.tokensPerSecond,
    bytes: { planned: history.plannedBytes, allocated: history.allocatedBytes, by_kind: history.byKind },
    device,
    adapter,
    peft,
  };
}

/** @param {string[]} argv */
async function main(argv) {
  const run = readArguments(argv);
  if (!install() || !ensureBuilt()) refuse('The app could not be built: see the message above.');
  const [{ serve }, { open }] = await Promise.all([import('./serve.mjs'), import('./browser.mjs')]);
  const served = await serve({ root: join(root, 'dist') });
  const opened = await open(`${served.url}train.html`);
  try {
    const result = await trainIn(opened.page, run);
    writeFileSync(join(run.out, 'run.json'), `${JSON.stringify(record(result), null, 2)}\n`);
    const { summary, adapter, peft } = result;
    console.error(
      `${summary.ended} after ${summary.steps} steps; held-out loss ${summary.baselineHeldout.toFixed(4)} → ${summary.heldout.toFixed(4)} (step ${summary.keptStep})`,
    );
    console.log([adapter, peft, 'run.json'].map((name) => join(run.out, name)).join('\n'));
    if (opened.faults.length > 0) refuse(opened.faults.join('\n'));
    if (summary.ended === 'not finite') process.exitCode = 1;
  } finally {
    await opened.close();
    await served.close();
  }
}

if (isMain(import.meta.filename)) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  });
}
