import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type Opened, open } from '../../tools/browser.mjs';
import { type Served, serve } from '../../tools/serve.mjs';
import { root } from '../../tools/setup.mjs';

/** The built site, which `npm run build` makes. */
export const dist = join(root, 'dist');

/** A path that a host may put the site at: nothing may depend on being at the root. */
const BASE = '/people/someone/adaptab/';

/** A folder that is gone when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adaptab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Serves the build, or the copy of it in `folder`, under a sub-path, until the test has ended. */
export async function serveSite(folder = dist): Promise<Served> {
  if (!existsSync(join(folder, 'index.html'))) throw new Error('dist/ is empty: run `npm run build` first.');
  const served = await serve({ root: folder, base: BASE });
  onTestFinished(served.close);
  return served;
}

/** A copy of the build that a test may change. */
export function copyOfSite(): string {
  const folder = temporaryFolder();
  cpSync(dist, folder, { recursive: true });
  return folder;
}

/** Opens a page of the site in a Chromium of its own, until the test has ended. */
export async function openSite(url: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> {
  const opened = await open(url, options);
  onTestFinished(opened.close);
  return opened;
}

/** Waits until the offline copy is there and serves this page. */
export async function untilOffline(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

/** What axe-core finds wrong on the page, as "rule: selector". */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`));
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
