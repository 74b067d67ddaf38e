// A policy of true size in a tab of the production build: opened, two frames taken through what comes before its expert layer by
// layer, and the expert trained on them.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { open } from '../browser.mjs';
import { inWords } from '../data/ways.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, root } from '../setup.mjs';
import { watchMemory } from './tab_memory.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../../src/worker/api').TrainEvent} TrainEvent */

const FRAMES = 2;
const SIDE = 224;
const JOINTS = 6;

/** Adapters as openpi's gemma_300m_lora has them, its projections, and rates at which two frames are learned in a few steps. */
const SETTINGS = {
  horizon: 50,
  batchSize: 1,
  accumulation: 1,
  loraRank: 32,
  loraAlpha: 32,
  warmupSteps: 0,
  learningRate: 1e-4,
  endLearningRate: 1e-4,
  evaluateEvery: 1000,
  seed: 1,
  stages: [],
};

/**
 * Opens the checkpoint, and trains its expert.
 * @param {string} folder @param {{ steps: number }} run
 */
export async function benchPolicy(folder, { steps }) {
  if (!ensureBuilt()) throw new Error('The app could not be built: see the message above.');
  const served = await serve({ root: join(root, 'dist') });
  // A profile on the disk: one without keeps its files in memory.
  const profile = mkdtempSync(join(tmpdir(), 'adaptab-bench-'));
  const recording = join(profile, 'recording');
  writeRecording(recording);
  const { page, browser, close } = await open(`${served.url}train.html`, { profile: join(profile, 'browser') });
  const memory = await watchMemory(browser ?? page.context());
  try {
    const open_seconds = await timed(() => openModel(page, folder));
    await openRecording(page, recording);
    const run = await train(page, steps);
    return { model: folder, open_seconds, ...run, tab_mb: memory.largest() };
  } finally {
    memory.end();
    await close();
    await served.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** @param {() => Promise<unknown>} work @returns {Promise<number>} seconds */
async function timed(work) {
  const started = performance.now();
  await work();
  return Math.round((performance.now() - started) / 100) / 10;
}

/** @template T @param {import('../../src/problem').Outcome<T>} outcome @returns {T} */
function taken(outcome) {
  if (!outcome.ok) throw new Error(inWords(outcome.problem));
  return outcome.value;
}

/** @param {Page} page @param {string} folder */
async function openModel(page, folder) {
  const names = readdirSync(folder);
  await page.setInputFiles(
    '#model',
    names.map((name) => join(folder, name)),
  );
  taken(await page.evaluate((paths) => window.trainDriver.openModel(paths), names));
}

/** @param {Page} page @param {string} folder */
async function openRecording(page, folder) {
  const files = filesIn(folder);
  await page.setInputFiles('#data', files);
  const paths = files.map((path) => relative(dirname(folder), path));
  const options = { heldoutFraction: 0, fps: 10, prompt: 'pick up the cube' };
  taken(
    await page.evaluate(
      ([given, names]) => window.trainDriver.openRecording({}, given, names),
      /** @type {const} */ ([options, paths]),
    ),
  );
}

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });

/** Trains, and says what each phase took. @param {Page} page @param {number} steps */
async function train(page, steps) {
  /** @type {TrainEvent[]} */
  const events = [];
  let told = 0;
  const started = performance.now();
  /** @type {Record<string, number>} seconds at which each phase began */
  const phases = {};
  /** @type {number[]} seconds at which each step was done */
  const stepped = [];
  await page.exposeFunction('onTrainEvent', (/** @type {TrainEvent} */ event) => {
    events.push(event);
    const now = Math.round((performance.now() - started) / 1000);
    if (event.kind === 'phase') phases[event.phase] ??= now;
    if (event.kind === 'phase' && event.phase === 'frames' && now >= told + 10) {
      told = now;
      console.error(`${now} s: ${event.done} of ${event.of} frames × layers`);
    }
    if (event.kind === 'step') stepped.push((performance.now() - started) / 1000);
    if (event.kind === 'step') console.error(`${now} s: step ${event.step}, loss ${event.loss.toFixed(4)}`);
  });
  const settings = await page.evaluate((given) => window.trainDriver.settingsOf('actions', given), {
    ...SETTINGS,
    steps,
    checkpointEvery: steps,
  });
  taken(await page.evaluate((all) => window.trainDriver.train(all), settings));
  const of = (/** @type {TrainEvent['kind']} */ kind) => events.filter((event) => event.kind === kind);
  const pass = /** @type {Extract<TrainEvent, { kind: 'pass' }>} */ (of('pass')[0]);
  const memory = /** @type {Extract<TrainEvent, { kind: 'memory' }>} */ (of('memory')[0]);
  const losses = /** @type {Extract<TrainEvent, { kind: 'step' }>[]} */ (of('step')).map(({ loss }) => loss);
  const [first = 0, ...later] = stepped;
  return {
    pass: {
      frames: pass.frames,
      planned_bytes: pass.plannedBytes,
      counted_bytes: pass.allocatedBytes,
      seconds: Math.round(pass.seconds),
      gflop_per_second: Number((pass.flops / pass.seconds / 1e9).toFixed(2)),
    },
    training: {
      planned_bytes: memory.plannedBytes,
      counted_bytes: memory.allocatedBytes,
      losses: losses.map((loss) => Number(loss.toFixed(5))),
      seconds_per_step: later.length > 0 ? Number((((later.at(-1) ?? 0) - first) / later.length).toFixed(1)) : null,
    },
    phases_began_after_seconds: phases,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

/** Two frames of one camera and six joints, as a Zarr store of robomimic's kind. @param {string} folder */
function writeRecording(folder) {
  const store = join(folder, 'two_frames.zarr');
  const put = (/** @type {string} */ name, /** @type {string | Uint8Array} */ content) => {
    mkdirSync(dirname(join(store, name)), { recursive: true });
    writeFileSync(join(store, name), content);
  };
  const array = (
    /** @type {string} */ name,
    /** @type {string} */ dtype,
    /** @type {number[]} */ shape,
    /** @type {ArrayBufferView} */ values,
  ) => {
    const whole = {
      zarr_format: 2,
      chunks: shape,
      shape,
      dtype,
      compressor: null,
      fill_value: 0,
      filters: null,
      order: 'C',
    };
    put(`${name}/.zarray`, JSON.stringify(whole));
    put(`${name}/${shape.map(() => 0).join('.')}`, new Uint8Array(values.buffer));
  };
  for (const group of ['', 'data/', 'meta/']) put(`${group}.zgroup`, JSON.stringify({ zarr_format: 2 }));
  const wave = (/** @type {number} */ ahead) =>
    Float32Array.from({ length: FRAMES * JOINTS }, (_, i) => Math.sin(i + ahead + Math.floor(i / JOINTS)));
  array('data/state', '<f4', [FRAMES, JOINTS], wave(0));
  array('data/action', '<f4', [FRAMES, JOINTS], wave(1));
  const pixels = Uint8Array.from({ length: FRAMES * SIDE * SIDE * 3 }, (_, i) => (Math.sin(i / 300) + 1) * 127);
  array('data/img', '|u1', [FRAMES, SIDE, SIDE, 3], pixels);
  array('meta/episode_ends', '<i8', [1], BigInt64Array.of(BigInt(FRAMES)));
}
