// The default run on the sample, as a stranger starts it: one press on the page of the production build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '../browser.mjs';
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
    const out = join(profile, 'out');
    const data = join(root, 'public/samples/ships_log.jsonl');
    const command = ['tools/train.mjs', '--task', 'text', '--data', data, '--no-early-stop', '--out', out];
    // Its progress is for the eyes; standard output is this command's JSON.
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error('npm run train failed');
    const run = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'));
    const heldout = run.heldout.at(-1).loss;
    return {
      open_to_first_step_seconds: first_step_seconds,
      steps: run.steps,
      seconds: run.seconds,
      tokens_per_second: run.tokens_per_s,
      baseline_heldout: run.baseline_heldout,
      heldout,
      heldout_fall: 1 - heldout / run.baseline_heldout,
      bytes: run.bytes,
    };
  } finally {
    await stop();
    rmSync(profile, { recursive: true, force: true });
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
