// The default run on the sample, as a stranger starts it: one press on the page of the production build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '../browser.mjs';
import { watchSpeed } from '../page_speed.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, root } from '../setup.mjs';

/**
 * Seconds from opening the page to the end of the first training step, with the page in the browser's cache; then
 * the whole run, from the command line.
 */
export async function benchDefaultRun() {
  ensureBuilt();
  const profile = mkdtempSync(join(tmpdir(), 'adaptab-bench-'));
  const { url, close: stop } = await serve({ root: join(root, 'dist') });
  try {
    await openToFirstStep(url, profile); // fills the caches
    const first_step_seconds = await openToFirstStep(url, profile);
    const data = join(root, 'public/samples/ships_log.jsonl');
    const run = train(join(profile, 'out'), ['--task', 'text', '--data', data]);
    return {
      open_to_first_step_seconds: first_step_seconds,
      ...figuresOf(run),
    };
  } finally {
    await stop();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The default run of the actions task, on a generated recording of a six-joint arm without video. */
export function benchActionsRun() {
  const folder = mkdtempSync(join(tmpdir(), 'adaptab-bench-'));
  try {
    const data = join(folder, 'recording');
    command(['tools/run.mjs', 'tools/bench/recording.ts', 'write', data, '2000']);
    const run = train(join(folder, 'out'), ['--task', 'actions', '--data', data]);
    return { ...figuresOf(run), open_loop: run.open_loop };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens generated recordings without video. */
export const benchImport = () =>
  JSON.parse(command(['--expose-gc', 'tools/run.mjs', 'tools/bench/recording.ts', 'import', '20000', '80000']));

/** Runs `npm run train` to the last step. @param {string} out @param {string[]} flags @returns {any} its run.json */
function train(out, flags) {
  command(['tools/train.mjs', ...flags, '--no-early-stop', '--out', out]);
  return JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'));
}

/** @param {any} run */
function figuresOf(run) {
  const heldout = run.heldout.at(-1).loss;
  return {
    steps: run.steps,
    seconds: run.seconds,
    tokens_per_second: run.tokens_per_s,
    baseline_heldout: run.baseline_heldout,
    heldout,
    heldout_fall: 1 - heldout / run.baseline_heldout,
    bytes: run.bytes,
  };
}

/** Runs a command of Node. Progress is for the eyes, on standard error. @param {string[]} args @returns {string} what it printed */
function command(args) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} failed`);
  return stdout;
}

/**
 * The page's own thread in a run on each task's sample, begun by one press: tasks that keep a key waiting for more than
 * 50 ms, from opening to the run's end, and the sum of layout shifts that nobody asked for.
 */
export async function benchPage() {
  ensureBuilt();
  const { url, close: stop } = await serve({ root: join(root, 'dist') });
  try {
    const text = await pageSpeed(`${url}#data?task=text&steps=20&evaluateEvery=10`, 'Text');
    const actions = await pageSpeed(`${url}#data?task=actions&steps=4&evaluateEvery=2`, 'Actions');
    return { text, actions };
  } finally {
    await stop();
  }
}

/** @param {string} url @param {string} task its button */
async function pageSpeed(url, task) {
  const opened = await open('about:blank');
  const { page, close } = opened;
  try {
    const untilNow = await watchSpeed(opened);
    await page.goto(url);
    await page.getByRole('button', { name: task, pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Fine-tune the sample now' }).click();
    await page
      .getByRole('region', { name: 'Run' })
      .getByText(/^Held-out loss [\d.]+ →/)
      .first()
      .waitFor({ timeout: 300_000 });
    const { tasks, busy, shifted } = await untilNow();
    const longest = (/** @type {number[]} */ times) => Math.round(Math.max(0, ...times));
    return {
      tasks_busy_over_50_ms: busy.length,
      busiest_task_ms: longest(busy.map((one) => one.busy)),
      tasks_over_50_ms_by_the_clock: tasks.length,
      longest_task_ms_by_the_clock: longest(tasks.map((one) => one.ms)),
      layout_shift: Number(shifted.toFixed(4)),
    };
  } finally {
    await close();
  }
}

/** @param {string} url @param {string} profile */
async function openToFirstStep(url, profile) {
  const { page, close } = await open('about:blank', { profile });
  try {
    const started = performance.now();
    await page.goto(url);
    await page.getByRole('button', { name: 'Fine-tune the sample now' }).click();
    await page
      .locator('run-panel .figures')
      .getByText(/Step [1-9]/)
      .waitFor({ timeout: 120_000 });
    const seconds = (performance.now() - started) / 1000;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    return seconds;
  } finally {
    await close();
  }
}
