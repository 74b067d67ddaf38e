import { readFileSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumArguments, findChromium } from '../chromium.mjs';
import { keepWorkers, killProcesses, PATIENCE, type TestedBrowser, type TestedPage, type Victim } from './browser';

/** After some deaths of its GPU process a Chromium would go on without one. */
const ARGUMENTS = [...chromiumArguments, '--disable-gpu-process-crash-limit'];

/** What Chromium calls the process of a victim. */
const PROCESS: Readonly<Partial<Record<Victim, string>>> = { renderer: 'renderer', gpu: 'GPU' };

export interface ChromiumPage extends TestedPage {
  readonly page: Page;
}

export interface TestedChromium extends TestedBrowser {
  open(url: string): Promise<ChromiumPage>;
}

/** A Chromium that is not running yet. */
export function openChromium(profile: string): TestedChromium {
  let context: BrowserContext | null = null;
  let page: Page | null = null;

  const start = async (): Promise<BrowserContext> => {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('There is no Chromium.');
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    const started = await chromium.launchPersistentContext(profile, { executablePath, args: ARGUMENTS, ...signals });
    started.setDefaultTimeout(PATIENCE);
    await started.addInitScript(keepWorkers);
    return started;
  };
  const processes = async () => {
    const session = await context?.browser()?.newBrowserCDPSession();
    if (!session) throw new Error('This Chromium is not running.');
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo;
  };
  const endBrowser = async () => {
    const all = await processes();
    const gone = new Promise((resolve) => context?.once('close', resolve));
    killProcesses(all.map(({ id }) => id));
    await gone;
    context = null;
    page = null;
  };
  return {
    name: 'chromium',
    async open(url) {
      context ??= await start();
      await page?.close();
      page = await context.newPage();
      await page.goto(url);
      return pageOf(page);
    },
    victims: async () => ['tab', 'renderer', 'worker', 'gpu', 'browser'],
    async kill(victim) {
      if (!page) throw new Error('No page is open.');
      if (victim === 'browser') await endBrowser();
      else if (victim === 'tab') await page.close();
      else if (victim === 'worker') await page.evaluate(() => window.endWorkers());
      else killProcesses((await processes()).filter(({ type }) => type === PROCESS[victim]).map(({ id }) => id));
    },
    async close() {
      await context?.close();
      context = null;
      page = null;
    },
  };
}

function pageOf(page: Page): ChromiumPage {
  return {
    page,
    evaluate: (work, argument) => page.evaluate(work as (argument: unknown) => never, argument),
    choose: (selector, paths) => page.setInputFiles(selector, [...paths]),
    async download(selector) {
      const [file] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
      return new Uint8Array(readFileSync(await file.path()));
    },
  };
}
