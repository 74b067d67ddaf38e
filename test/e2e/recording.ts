import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import type { GivenFile } from '../../src/recording/files';
import { descriptionOf, encodeGrey, samplesOf } from '../recording/encode';
import { mp4 } from '../recording/mp4';
import { FPS } from '../recording/sample';

/* Recordings as small as they can be and still teach something, on the disk and in a page. */

export const CAMERA = 'observation.images.top';

/** Three episodes of a smooth motion, asked for in two ways. */
export const EPISODES = [0, 1, 2].map((index) => ({ index, frames: 24, task: index % 2 }));

/** Writes a recording's files; answers with its folder. */
export async function writeRecording(folder: string, files: readonly GivenFile[]): Promise<string> {
  for (const { path, file } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), new Uint8Array(await file.arrayBuffer()));
  }
  return folder;
}

/** A video of all frames of EPISODES, encoded by the page's browser. */
export async function film(page: Page): Promise<Blob> {
  const [width, height] = [64, 48];
  const frames = EPISODES.reduce((sum, episode) => sum + episode.frames, 0);
  const encoded = await page.evaluate(encodeGrey, {
    ...{ frames, width, height, fps: FPS, keyEvery: 10 },
    codec: 'av01.0.00M.08',
    levels: [20, 1] as const,
  });
  return new Blob([
    mp4(samplesOf(encoded), { kind: 'av01', description: descriptionOf(encoded), width, height, rate: FPS }),
  ]);
}

/** Drops a file or folder of the disk on the page, as from the desktop. */
export async function dropFromDisk(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  }
  await session.detach();
}

/** A figure of what was read, as "Episodes". */
export async function recordingFact(page: Page, name: string): Promise<string> {
  const fact = page.locator('recording-report dl.facts div').filter({ has: page.getByText(name, { exact: true }) });
  return (await fact.locator('dd').textContent()) ?? '';
}

/** The table of errors: joint, then adapter, hold, mean, base. */
export const errorRows = (page: Page, within: string): Promise<(string | number)[][]> =>
  page
    .locator(`${within} open-loop tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('th, td')].map((cell, n) =>
          n === 0 ? (cell.textContent?.trim() ?? '') : Number(cell.textContent?.replace('best:', '')),
        ),
      ),
    );
