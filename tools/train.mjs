// npm run train -- --task text --data FILE [--data FILE …] [--out DIR] [--steps N] …
// npm run train -- --task actions --data FOLDER [--out DIR] [--steps N] …
// Trains with the app's own build and worker in a headless Chromium, and writes the adapter and run.json.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { provideFor } from './machine.mjs';
import { progressBar } from './progress.mjs';
import { ensureBuilt, isMain, root } from './setup.mjs';
import { Refusal, readArguments, refuse } from './train_arguments.mjs';

/** @typedef {import('./train_arguments.mjs').TrainArguments} TrainArguments */
/** @typedef {import('playwright-core').Page} Page */

/** @param {import('../src/worker/api').Problem} problem @returns {string} */
const inWords = ({ what, where, fix, columns, others = [] }) =>
  [
    what,
    where && `  where: ${where}`,
    fix && `  what to do: ${fix}`,
    columns && '  with: --state-column NAME and --action-column NAME, each as often as needed',
    ...others.map(inWords),
  ]
    .filter(Boolean)
    .join('\n');

/** @template T @param {import('../src/worker/api').Outcome<T>} outcome @returns {T} */
const taken = (outcome) => (outcome.ok ? outcome.value : refuse(inWords(outcome.problem)));

/** Reads text files. @param {Page} page @param {TrainArguments} run @returns {Promise<string>} what was read, in a line */
async function openFiles(page, { files, heldout, settings }) {
  await page.setInputFiles('#data', files);
  const dataset = taken(
    await page.evaluate(([s, h]) => window.trainDriver.openFiles(s, h), /** @type {const} */ ([settings, heldout])),
  );
  for (const problem of dataset.files.flatMap((file) => file.problems)) console.error(inWords(problem));
  return `${dataset.examples} examples, ${dataset.windows} windows to train on, ${dataset.heldoutWindows} held out`;
}

/** Reads a recording. @param {Page} page @param {TrainArguments} run @returns {Promise<string>} what was read, in a line */
async function openRecording(page, { files, heldout, fps, columns, joints, prompt, settings }) {
  const isFolder = statSync(/** @type {string} */ (files[0])).isDirectory();
  await page.setInputFiles(isFolder ? '#folder' : '#data', isFolder ? /** @type {string} */ (files[0]) : files);
  const options = {
    heldoutFraction: heldout,
    ...(fps === undefined ? {} : { fps }),
    ...(columns ? { columns } : {}),
    ...(joints ? { joints } : {}),
    ...(prompt === undefined ? {} : { prompt }),
  };
  const recording = taken(
    await page.evaluate(([s, o]) => window.trainDriver.openRecording(s, o), /** @type {const} */ ([settings, options])),
  );
  for (const problem of recording.problems) console.error(inWords(problem));
  if (settings.state === undefined) console.error(`State: ${recording.suggestedState.why}`);
  const told = recording.states.find(({ form }) => form === (settings.state ?? recording.suggestedState.form));
  if (settings.delta === undefined) console.error(`Differences: ${told?.delta.why}`);
  const held = recording.episodes.filter((episode) => episode.heldout).map(({ index }) => index);
  const cameras = recording.cameras.filter(({ available }) => available).length;
  return (
    `${recording.layout}: ${recording.episodes.length} episodes (held out: ${held.join(', ') || 'none'}), ` +
    `${recording.frames} frames, ${recording.joints.action.length} joints, ${cameras} of ${recording.cameras.length} cameras`
  );
}

/** Trains in `page`, which shows train.html. @param {Page} page @param {TrainArguments} run */
async function trainIn(page, run) {
  const { task, out } = run;
  const defaults = await page.evaluate((t) => window.trainDriver.defaults[t], task);
  const own = { ...defaults, ...run.settings };
  const stages = run.stages.map((stage) => ({ warmupSteps: own.warmupSteps, ...stage }));
  const settings = { ...own, stages };
  const device = taken(await page.evaluate(() => window.trainDriver.device()));
  if (!device.usable) refuse(inWords(device.problem ?? { what: 'This browser has no usable GPU.' }));
  const read = await (task === 'text' ? openFiles(page, run) : openRecording(page, run));
  console.error(`${read}, on ${device.name}`);

  const steps = stages.reduce((sum, stage) => sum + stage.steps, settings.steps);
  const bar = progressBar(process.stderr, steps);
  await page.exposeFunction('onTrainEvent', (/** @type {import('../src/worker/api').TrainEvent} */ event) => {
    if (event.kind === 'problem') bar.note(inWords(event.problem));
    else if (event.kind === 'prefix') bar.note(event.reason);
    else if (event.kind === 'open loop') bar.note(`step ${event.step}: ${openLoopLine(event.openLoop)}`);
    else if (event.kind === 'memory') tellStage(bar, event, stages.length + 1);
    else bar.onEvent(event);
  });
  process.once('SIGINT', () => {
    bar.note('stopping after this step, keeping the adapter');
    void page.evaluate(() => window.trainDriver.stop());
  });
  const summary = taken(
    await page.evaluate(
      ([t, s]) => window.trainDriver.train(t, s),
      /** @type {const} */ ([task, { ...run.settings, stages }]),
    ),
  );
  bar.end();

  mkdirSync(out, { recursive: true });
  return { settings, device: device.name, summary, saved: await saveAll(page, summary.adapterId, out) };
}

/**
 * Saves an adapter in every format that applies to it.
 * @param {Page} page @param {string} id @param {string} out
 */
async function saveAll(page, id, out) {
  /** @type {Partial<Record<import('../src/worker/api').ExportFormat, string>>} names of files, by format */
  const saved = {};
  for (const format of taken(await page.evaluate((i) => window.trainDriver.formats(i), id))) {
    const file = await save(page, id, format, out);
    // PEFT has no place for what some runs train; every other format holds any adapter that it applies to.
    if (file.ok || format !== 'peft') saved[format] = taken(file);
    else console.error(inWords(file.problem));
  }
  return saved;
}

/**
 * Saves an adapter in one of its forms.
 * @param {Page} page @param {string} id @param {import('../src/worker/api').ExportFormat} format @param {string} out
 * @returns {Promise<import('../src/worker/api').Outcome<string>>} the file's name
 */
async function save(page, id, format, out) {
  const offered = await page.evaluate(([i, f]) => window.trainDriver.offer(i, f), /** @type {const} */ ([id, format]));
  if (!offered.ok) return offered;
  const name = basename(offered.value);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#result')]);
  await download.saveAs(join(out, name));
  return { ok: true, value: name };
}

/**
 * Says what each stage holds on the GPU, where there are several.
 * @param {ReturnType<typeof progressBar>} bar @param {import('../src/worker/api').MemorySample} sample @param {number} stages
 */
function tellStage(bar, { moment, stage, step, allocatedBytes, plannedBytes }, stages) {
  if (stages === 1 || moment !== 'stage begins') return;
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(2);
  const same = allocatedBytes === plannedBytes ? 'as planned' : `${megabytes(plannedBytes)} MB planned`;
  bar.note(`step ${step}: stage ${stage} of ${stages}, ${megabytes(allocatedBytes)} MB on the GPU, ${same}`);
}

/** What run.json holds. @param {Awaited<ReturnType<typeof trainIn>>} result */
function record({ settings, device, summary, saved }) {
  const { history, openLoop } = summary;
  const { joints, mae, hold, mean, base } = openLoop ?? {};
  return {
    task: settings.task,
    base: settings.base,
    steps: summary.steps,
    ...(settings.stages.length > 0 ? { stages: stagesTold(settings) } : {}),
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
    ...(openLoop ? { open_loop: { joints, mae, hold, mean, base } } : {}),
    tokens_per_s: history.tokensPerSecond,
    bytes: { planned: history.plannedBytes, allocated: history.allocatedBytes, by_kind: history.byKind },
    device,
    adapter: saved.openpi,
    peft: saved.peft ?? null,
  };
}

/** @param {import('../src/worker/api').TaskSettings} settings */
const stagesTold = ({ steps, freeze, learningRate, warmupSteps, stages }) =>
  [{ steps, freeze, learningRate, warmupSteps }, ...stages].map((stage) => ({
    steps: stage.steps,
    freeze: stage.freeze,
    lr: stage.learningRate,
    warmup: stage.warmupSteps,
  }));

/** The error against that of holding the last action. @param {import('../src/worker/api').OpenLoop} openLoop */
function openLoopLine({ mae, hold }) {
  const share = mae.reduce((sum, error, joint) => sum + error / (hold[joint] ?? Number.NaN), 0) / mae.length;
  const better = mae.filter((error, joint) => error < (hold[joint] ?? Number.NaN)).length;
  return `open-loop error ${share.toFixed(3)} × that of holding the last action; less on ${better} of ${mae.length} joints`;
}

/** Errors joint by joint, as a table. @param {import('../src/worker/api').OpenLoop} openLoop */
function openLoopTable({ joints, mae, hold, mean, base }) {
  const width = Math.max(5, ...joints.map((name) => name.length));
  const row = (/** @type {string} */ name, /** @type {(string | number)[]} */ cells) =>
    name.padEnd(width) +
    cells.map((cell) => (typeof cell === 'number' ? cell.toPrecision(4) : cell).padStart(12)).join('');
  return [
    row('joint', ['adapter', 'hold', 'mean', 'base']),
    ...joints.map((name, n) =>
      row(
        name,
        [mae, hold, mean, base].map((errors) => errors[n] ?? Number.NaN),
      ),
    ),
  ].join('\n');
}

/** @param {string[]} argv */
async function main(argv) {
  const run = readArguments(argv);
  provideFor('train');
  if (!ensureBuilt()) refuse('The app could not be built: see the message above.');
  const [{ serve }, { open }] = await Promise.all([import('./serve.mjs'), import('./browser.mjs')]);
  const served = await serve({ root: join(root, 'dist') });
  const opened = await open(`${served.url}train.html`);
  try {
    const result = await trainIn(opened.page, run);
    writeFileSync(join(run.out, 'run.json'), `${JSON.stringify(record(result), null, 2)}\n`);
    const { summary, saved } = result;
    if (summary.openLoop) console.error(`mean absolute error on held-out episodes\n${openLoopTable(summary.openLoop)}`);
    console.error(
      `${summary.ended} after ${summary.steps} steps; held-out loss ${summary.baselineHeldout.toFixed(4)} → ${summary.heldout.toFixed(4)} (step ${summary.keptStep})`,
    );
    const written = [...Object.values(saved), 'run.json'];
    console.log(written.map((name) => join(run.out, name)).join('\n'));
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
