import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { root } from '../../tools/setup.mjs';
import { sampleV30 } from '../recording/sample';
import { download, set, show, start, untilEnded } from './person';
import { CAMERA, dropFromDisk, EPISODES, errorRows, film, writeRecording } from './recording';
import { accessibilityFaults, openSite, serveSite, temporaryFolder } from './site';

/* A policy that a person brings, read layer by layer; small enough for a test. */

/** A folder with a policy, whose own folder's name says nothing, and a recording with video. */
async function heap(page: Page): Promise<string> {
  const folder = join(temporaryFolder(), 'robot');
  const video = { path: `videos/${CAMERA}/chunk-000/file-000.mp4`, file: await film(page) };
  const files = [...sampleV30({ episodes: EPISODES, cameras: [CAMERA] }), video];
  await writeRecording(join(folder, 'cubes'), files);
  const tool = ['tools/run.mjs', 'tools/make_policy/main.ts', '--out', join(folder, 'download-7')];
  execFileSync(process.execPath, tool, { cwd: root });
  return folder;
}

/** Starts a run and waits for its end. @returns all that the page said of its progress meanwhile */
async function wordsOfRun(page: Page): Promise<string[]> {
  const seen = await page.evaluateHandle(() => {
    const words: string[] = [];
    const look = () => {
      const panel = document.querySelector('adaptab-app')?.shadowRoot?.querySelector('run-panel')?.shadowRoot;
      const now = panel?.querySelector('[role=status]')?.textContent?.trim() ?? '';
      if (now !== words.at(-1)) words.push(now);
      requestAnimationFrame(look);
    };
    look();
    return words;
  });
  await start(page);
  await page.getByRole('button', { name: 'Stop and keep' }).first().waitFor(); // the run before is shown until then
  expect((await untilEnded(page)).ended).toBe('Finished');
  return seen.jsonValue();
}

/** Tries the latest adapter on the open recording. */
async function tryIt(page: Page) {
  await show(page, 'Adapter');
  await page
    .getByRole('button', { name: /^Try on the recording/ })
    .first()
    .click();
  await page.locator('adapter-panel open-loop').waitFor();
  return errorRows(page, 'adapter-panel');
}

const FRAMES = /^Taking \d+ frames through \d+ layers of the model: \d+ % done$/;

test('who has a policy on disk: drops it with a recording, sees both phases planned, trains, tries the adapter, and trains again without its frames', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await page.getByRole('button', { name: 'Text' }).click();
  await dropFromDisk(page, await heap(page));
  await page.getByRole('heading', { name: 'Recording: robot' }).waitFor();
  await show(page, 'Model');
  await page.getByRole('radio', { name: /download-7/, checked: true }).waitFor();
  await page.locator('own-policy').getByText('download-7: π0 with names of LeRobot').waitFor();
  const layerByLayer = page.getByRole('checkbox', { name: /layer by layer/ });
  expect([await layerByLayer.isChecked(), await layerByLayer.isDisabled()]).toEqual([true, true]);
  expect(await accessibilityFaults(page)).toEqual([]);

  await set(page, { Steps: 2, Batch: 1, 'Warm-up': 0, 'Evaluate every': 2 });
  const plan = page.locator('pass-plan');
  await plan.getByText('not measured yet').waitFor();
  await plan.getByText(/frames to learn from, spread evenly/).waitFor();
  await plan.getByRole('button', { name: 'Measure' }).click();
  await plan.getByText(/^about /).waitFor({ timeout: 120_000 }); // programs are compiled first
  expect((await wordsOfRun(page)).filter((words) => FRAMES.test(words))).not.toEqual([]);

  await page.locator('run-panel open-loop').waitFor();
  const ofRun = await errorRows(page, 'run-panel');
  expect(ofRun.length).toBeGreaterThan(0);
  expect(await tryIt(page)).toEqual(ofRun);
  expect(await accessibilityFaults(page)).toEqual([]);
  const { name, bytes } = await download(page, 'Download robot as .safetensors');
  const file = { name, mimeType: '', buffer: Buffer.from(bytes) };
  await page.locator('adapter-panel input[type=file]:not(.backup)').setInputFiles(file);
  await page.getByText('the file holds the same adapter').waitFor();
  await show(page, 'Model');
  await page
    .locator('kept-prefixes li')
    .getByText(/^download-7 · /)
    .waitFor();
  const [, kept, all] = (await plan.getByText(/are kept already/).textContent())!.match(
    /(\d+) of (\d+) frames are kept/,
  )!;
  expect(kept).toBe(all);
  await plan.getByText('none', { exact: true }).waitFor();

  const again = await wordsOfRun(page);
  expect(again).toContain('Compiling GPU programs');
  expect(again.filter((words) => FRAMES.test(words))).toEqual([]);
  await show(page, 'Model');
  await page
    .locator('kept-prefixes')
    .getByRole('button', { name: /^Delete the frames of download-7/ })
    .click();
  await page.locator('kept-prefixes li').waitFor({ state: 'detached' });
  expect(await tryIt(page)).toEqual(ofRun); // its frames go through the model again
  await show(page, 'Model');
  await page
    .locator('kept-prefixes li')
    .getByText(/^download-7 · /)
    .waitFor();
  expect(faults).toEqual([]);
}, 300_000);
