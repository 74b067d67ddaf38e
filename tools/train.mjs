// npm run train -- --task text FILE… [--out DIR] [--steps N] …
// npm run train -- --task actions FOLDER [--out DIR] [--steps N] …
// npm run train -- --resume DIR
// Trains with the app's own build and worker in a headless Chromium, and writes the adapter and run.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inWords } from './data/ways.mjs';
import { helpIfAsked, UsageError } from './flags.mjs';
import { provideFor } from './machine.mjs';
import { quietWhenClosed } from './output.mjs';
import { doneLine, planLines } from './pass_lines.mjs';
import { progressBar } from './progress.mjs';
import { ensureBuilt, isMain, root } from './setup.mjs';
import { exitCodeOf, whenStopped } from './stopped.mjs';
import { Refusal, refuse } from './train_arguments.mjs';
import { command } from './train_flags.mjs';
import { endLine, openLoopLine, openLoopTable, pausedLine, recordOf } from './train_record.mjs';
import { commandOf, unfinishedIn } from './unfinished.mjs';

/** @typedef {import('./train_arguments.mjs').TrainArguments} TrainArguments */
/** @typedef {import('../src/worker/api').TrainEvent} TrainEvent */
/** @typedef {import('playwright-core').Page} Page */

/** Its storage belongs to an address, which must be the same when the run goes on: no port is in it. */
const ADDRESS = 'http://adaptab.localhost/';

/** How long a page may take for anything but training, milliseconds: the machine may be busy. */
const PATIENCE = 180_000;

/** @template T @param {import('../src/worker/api').Outcome<T>} outcome @returns {T} */
const taken = (outcome) => (outcome.ok ? outcome.value : refuse(inWords(outcome.problem)));

/** Opens the model that is the base. @param {Page} page @param {TrainArguments} run */
async function openModel(page, { model, task }) {
  await page.setInputFiles(
    '#model',
    model.map(({ onDisk }) => onDisk),
  );
  const paths = model.map(({ path }) => path);
  const opened = taken(await page.evaluate((p) => window.trainDriver.openModel(p), paths));
  const { name, family, parameters, notes } = opened;
  if (opened.task !== task) refuse(`${name} is a model of ${opened.task}: write --task ${opened.task}.`);
  for (const note of notes) console.error(inWords(note));
  console.error(`${name}: ${family}, ${(parameters / 1e6).toFixed(1)} million parameters`);
}

/** Reads text files. @param {Page} page @param {TrainArguments} run @returns {Promise<string>} what was read, in a line */
async function openFiles(page, { heldout, text, settings }) {
  const options = { ...text, heldoutFraction: heldout };
  const dataset = taken(
    await page.evaluate(([s, o]) => window.trainDriver.openFiles(s, o), /** @type {const} */ ([settings, options])),
  );
  for (const problem of dataset.files.flatMap((file) => file.problems)) console.error(inWords(problem));
  const { examples, windows, heldoutWindows, evaluatedWindows = heldoutWindows } = dataset;
  const evaluated = evaluatedWindows < heldoutWindows ? `, ${evaluatedWindows} of them in each evaluation` : '';
  const held = heldoutWindows === 0 ? 'nothing held out' : `${heldoutWindows} held out${evaluated}`;
  return `${examples} examples, ${windows} windows to train on, ${held}`;
}

/** Reads a recording. @param {Page} page @param {TrainArguments} run @returns {Promise<string>} what was read, in a line */
async function openRecording(page, { files, heldout, recording: chosen, settings }) {
  const paths = files.map(({ path }) => path);
  const options = { ...chosen, heldoutFraction: heldout };
  const recording = taken(
    await page.evaluate(
      ([s, o, p]) => window.trainDriver.openRecording(s, o, p),
      /** @type {const} */ ([settings, options, paths]),
    ),
  );
  for (const problem of recording.problems) console.error(inWords(problem));
  const available = recording.cameras.filter((camera) => camera.available).map(({ name }) => name);
  tellChoices(
    settings,
    recording,
    taken(
      await page.evaluate(
        ([s, names]) => window.trainDriver.toldAs(s, names),
        /** @type {const} */ ([settings, available]),
      ),
    ),
  );
  const held = recording.episodes.filter((episode) => episode.heldout).map(({ index }) => index);
  return (
    `${recording.layout}: ${recording.episodes.length} episodes (held out: ${held.join(', ') || 'none'}), ` +
    `${recording.frames} frames, ${recording.joints.action.length} joints, ${available.length} of ${recording.cameras.length} cameras`
  );
}

/**
 * Says what is decided where nobody chose, and by what.
 * @param {TrainArguments['settings']} settings
 * @param {import('../src/worker/api').RecordingReport} recording
 * @param {import('../src/train_page').AsTold} trained
 */
function tellChoices(settings, { states, suggestedState }, trained) {
  const asTrained = 'as the base was trained.';
  const form = settings.state ?? trained.state ?? suggestedState.form;
  if (settings.state === undefined) {
    console.error(`State: ${trained.state ? `${trained.state}, ${asTrained}` : suggestedState.why}`);
  }
  if (settings.delta === undefined) {
    console.error(`Differences: ${states.find((state) => state.form === form)?.delta.why}`);
  }
  if (settings.normalization === undefined) console.error(`Normalisation: ${trained.normalization}, ${asTrained}`);
  if (settings.statistics === undefined && trained.bringsStatistics)
    console.error(
      'Statistics: of the recording. The base brings those that it was trained with: --statistics checkpoint takes them.',
    );
  for (const { place, camera, why } of settings.cameras === undefined ? trained.cameras : []) {
    if (camera !== null) console.error(`Camera in ${place}: ${camera}. ${why}`);
  }
}

/** Phases in which nothing is trained that a checkpoint has not. @type {readonly (string | undefined)[]} */
const BEFORE_TRAINING = [undefined, 'loading', 'planning', 'compiling'];

/** The phase in which frames go through a model layer by layer: those that are done are kept, without a checkpoint. */
const FRAMES = 'frames';

/**
 * What a signal does to a run: the first one keeps a checkpoint and the adapter so far, a second one ends the process at
 * once. Before there is something to keep, the first one ends it too.
 */
class Ending {
  /** @type {NodeJS.Signals | undefined} */
  signal;
  /** @type {string | undefined} */
  phase;
  /** @type {Page | undefined} */
  page;

  constructor() {
    whenStopped(
      (signal) => this.#first(signal),
      (signal) => process.exit(exitCodeOf(signal)),
    );
  }

  /** Whether a signal came while frames went through the model. */
  get inFrames() {
    return this.signal !== undefined && this.phase === FRAMES;
  }

  /** @param {NodeJS.Signals} signal */
  #first(signal) {
    this.signal = signal;
    if (BEFORE_TRAINING.includes(this.phase) || !this.page) {
      console.error('\nEnded before there was anything new to keep.');
      process.exit(exitCodeOf(signal));
    }
    console.error(
      this.inFrames
        ? '\nEnding after this frame. Once more ends it at once.'
        : '\nEnding after this step, with a checkpoint. Once more ends it at once.',
    );
    void this.page.evaluate(() => window.trainDriver.pause());
  }
}

/** What is kept of a run beside its adapter is less than what it tells at its end. */
const UNTOLD = 'What was wrong with it and its errors joint by joint are not kept with it.';

/**
 * Trains in `page`, which shows train.html. Null where it was ended before its first step.
 * @param {Page} page @param {TrainArguments} run @param {Ending} ending
 */
async function trainIn(page, run, ending) {
  const { task, out, files } = run;
  const device = taken(await page.evaluate(() => window.trainDriver.device()));
  if (!device.usable) refuse(inWords(device.problem ?? { what: 'This browser has no usable GPU.' }));
  const [unfinished] = taken(await page.evaluate((t) => window.trainDriver.unfinishedRuns(t), task));
  const concluded = unfinished ? null : taken(await page.evaluate((t) => window.trainDriver.concludedRun(t), task));
  if (run.model.length > 0) await openModel(page, run);
  if (unfinished) console.error(`Going on after step ${unfinished.step} of ${unfinished.steps}, on ${device.name}.`);
  if (!unfinished || task === 'actions') {
    // a run that is streamed may need pictures again
    await page.setInputFiles(
      '#data',
      files.map(({ onDisk }) => onDisk),
    );
    const read = await (task === 'text' ? openFiles(page, run) : openRecording(page, run));
    console.error(`${read}, on ${device.name}`);
  }
  if (concluded) {
    console.error(`The run had come to its end, and its adapter is kept: its files are written. ${UNTOLD}`);
    return written(page, { ...concluded, device: device.name }, out);
  }
  const given = { ...run.settings, stages: run.stages };
  const settings =
    unfinished?.settings ??
    (await page.evaluate(([t, s]) => window.trainDriver.settingsOf(t, s), /** @type {const} */ ([task, given])));
  if (task === 'actions') await tellPass(page, settings, !device.software);
  const steps = settings.stages.reduce((sum, stage) => sum + stage.steps, settings.steps);
  const bar = progressBar(process.stderr, steps);
  await page.exposeFunction('onTrainEvent', (/** @type {TrainEvent} */ event) => {
    if (event.kind === 'phase') ending.phase = event.phase;
    tell(bar, event, settings.stages.length + 1);
    if (event.kind === 'paused' && ending.signal) {
      bar.note(pausedLine(event, ending.phase === FRAMES, out));
      void page.evaluate(() => window.trainDriver.stop(true));
    }
  });
  ending.page = page;
  const ended = await (unfinished
    ? page.evaluate((id) => window.trainDriver.resume(id), unfinished.runId)
    : page.evaluate((s) => window.trainDriver.train(s), settings));
  bar.end();
  if (ending.inFrames) return null;
  return written(page, { settings, device: device.name, summary: taken(ended) }, out);
}

/**
 * Says what goes before the steps, where the model is read layer by layer.
 * @param {Page} page @param {import('../src/worker/api').TaskSettings} settings
 * @param {boolean} measured whether to measure how long it takes: for a second or two on a graphics card, for long without
 */
async function tellPass(page, settings, measured) {
  const plan = await page.evaluate(
    ([s, m]) => window.trainDriver.passPlan(s, m),
    /** @type {const} */ ([settings, measured]),
  );
  if (plan.ok && plan.value) console.error(planLines(plan.value).join('\n')); // what has no plan does not run, which says why
}

/**
 * Writes the files of a run's adapter.
 * @param {Page} page
 * @param {Pick<Parameters<typeof recordOf>[0], 'settings' | 'device' | 'summary'>} result
 * @param {string} out
 */
async function written(page, result, out) {
  mkdirSync(out, { recursive: true });
  return { ...result, saved: await saveAll(page, result.summary.adapterId, out) };
}

/** @param {ReturnType<typeof progressBar>} bar @param {TrainEvent} event @param {number} stages */
function tell(bar, event, stages) {
  if (event.kind === 'problem') bar.note(inWords(event.problem));
  else if (event.kind === 'prefix') bar.note(event.reason);
  else if (event.kind === 'pass') bar.note(doneLine(event));
  else if (event.kind === 'open loop') bar.note(`step ${event.step}: ${openLoopLine(event.openLoop)}`);
  else if (event.kind === 'memory') tellStage(bar, event, stages);
  else bar.onEvent(event);
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
    // PEFT has no place for what some runs train, and openpi none for some recordings; every other format holds any adapter that it applies to.
    if (file.ok || (format !== 'peft' && format !== 'server')) saved[format] = taken(file);
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

/** Opens train.html with the storage of the run in `profile`. @param {string} profile */
async function openPage(profile) {
  const [{ serve }, { open }] = await Promise.all([import('./serve.mjs'), import('./browser.mjs')]);
  const served = await serve({ root: join(root, 'dist') });
  const { host } = new URL(ADDRESS);
  const args = [`--host-resolver-rules=MAP ${host}:80 127.0.0.1:${served.port}`];
  const opened = await open(`${ADDRESS}train.html`, { profile, args });
  opened.page.setDefaultTimeout(PATIENCE);
  const close = async () => {
    await opened.close();
    await served.close();
  };
  return { page: opened.page, faults: opened.faults, close };
}

/**
 * @param {ReturnType<typeof commandOf>} command @param {Ending} ending @returns {Promise<number>} the exit code
 */
async function train({ run, argv }, ending) {
  const unfinished = unfinishedIn(run);
  const { page, faults, close } = await openPage(unfinished.begin(argv));
  try {
    const result = await trainIn(page, run, ending);
    if (result === null) return exitCodeOf(/** @type {NodeJS.Signals} */ (ending.signal));
    writeFileSync(join(run.out, 'run.json'), `${JSON.stringify(recordOf(result), null, 2)}\n`);
    const { summary, saved } = result;
    if (summary.openLoop) console.error(`mean absolute error on held-out episodes\n${openLoopTable(summary.openLoop)}`);
    console.error(endLine(summary, result.settings.keepBest));
    if (summary.verdict.problem) console.error(inWords(summary.verdict.problem));
    const written = [...Object.values(saved), 'run.json'];
    console.log(written.map((name) => join(run.out, name)).join('\n'));
    if (faults.length > 0) refuse(faults.join('\n'));
    if (summary.ended === 'stopped' && ending.signal) return exitCodeOf(ending.signal);
    return summary.ended === 'not finite' ? 1 : 0;
  } finally {
    const kept = await page.evaluate((t) => window.trainDriver.unfinishedRuns(t), run.task).catch(() => null);
    await close();
    if (kept?.ok && kept.value.length === 0 && !ending.inFrames) unfinished.forget();
  }
}

/** @param {string[]} argv @returns {Promise<number>} the exit code */
async function main(argv) {
  helpIfAsked(command, argv);
  quietWhenClosed();
  const asked = commandOf(argv);
  const ending = new Ending();
  provideFor('train');
  if (!ensureBuilt()) refuse('The app could not be built: see the message above.');
  return train(asked, ending);
}

/** @param {unknown} error @returns {string} a sentence, without the calls that led to it */
function sentenceOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal || error instanceof UsageError) return message;
  if (!/has been closed|crashed|Target closed/i.test(message)) return message;
  return `The browser has ended in the middle of the run (${message.split('\n')[0]}). The same command goes on from its last checkpoint, and so does --resume with its folder.`;
}

if (isMain(import.meta.filename)) {
  const code = await main(process.argv.slice(2)).catch((error) => {
    console.error(sentenceOf(error));
    return error instanceof UsageError ? 2 : 1;
  });
  process.exit(code); // with the browser, where it has not ended when it was asked to
}
