import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';
import { findFirefox, firefoxEnvironment, firefoxPreferences } from '../firefox.mjs';
import { keepWorkers, killProcesses, PATIENCE, type TestedBrowser, type TestedPage } from './browser';

/** What its processes are for, as their command lines say; a page's is a tab's. */
interface FirefoxProcess {
  readonly id: number;
  readonly kind: string;
}

/** A Firefox with this profile, and a folder for downloads beside it. @throws Error where there is none */
export function openFirefox(profile: string): TestedBrowser {
  const downloads = `${profile}-downloads`;
  const home = `${profile}-home`;
  for (const folder of [profile, downloads, home]) mkdirSync(folder, { recursive: true });
  let browser: Browser | null = null;
  let page: Page | null = null;

  const processOf = (running: Browser | null) => {
    const id = running?.process()?.pid;
    if (id === undefined) throw new Error('This Firefox is not running.');
    return id;
  };
  const endBrowser = async () => {
    const id = processOf(browser);
    const gone = new Promise((resolve) => browser?.process()?.once('exit', resolve));
    killProcesses([id, ...childrenOf(id).map((child) => child.id)]);
    await gone;
    browser = null;
    page = null;
  };
  /** Until Firefox has noticed: a new page might be given to one of them. */
  const endProcesses = async (ids: readonly number[]) => {
    killProcesses(ids);
    const isThere = () => childrenOf(processOf(browser)).some(({ id }) => ids.includes(id));
    while (isThere()) await wait(50);
  };
  const childrenFor = (kind: string) => childrenOf(processOf(browser)).filter((child) => child.kind === kind);
  const newPage = async (running: Browser, url: string) => {
    const opened = await running.newPage();
    opened.setDefaultTimeout(PATIENCE);
    await opened.evaluateOnNewDocument(keepWorkers);
    await opened.goto(url);
    return opened;
  };
  return {
    name: 'firefox',
    async open(url) {
      browser ??= await start(profile, downloads, home);
      await page?.close().catch(() => undefined); // one whose process was killed may be gone already
      page = await newPage(browser, url);
      return pageOf(page, downloads);
    },
    async victims() {
      const gpu = browser ? childrenFor('gpu') : [];
      return ['tab', 'renderer', 'worker', 'browser', ...(gpu.length > 0 ? (['gpu'] as const) : [])];
    },
    async kill(victim) {
      if (!page) throw new Error('No page is open.');
      if (victim === 'browser') await endBrowser();
      else if (victim === 'tab') await page.close();
      else if (victim === 'worker') await page.evaluate(() => window.endWorkers());
      else await endProcesses(childrenFor(victim === 'gpu' ? 'gpu' : 'tab').map(({ id }) => id));
    },
    async close() {
      await browser?.close();
      browser = null;
      page = null;
    },
  };
}

function start(profile: string, downloads: string, home: string): Promise<Browser> {
  const executablePath = findFirefox();
  if (!executablePath) throw new Error('There is no Firefox.');
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    userDataDir: profile,
    env: firefoxEnvironment(home),
    handleSIGINT: false,
    extraPrefsFirefox: {
      ...firefoxPreferences,
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.sessionstore.resume_from_crash': false,
      'toolkit.startup.max_resumed_crashes': -1, // however often it was killed, it does not ask about a safe mode
    },
  });
}

/** Processes that a Firefox has started, or that those have, with what they are for, which their command lines end with. */
function childrenOf(parent: number): FirefoxProcess[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const all = list.split('\n').flatMap((line) => {
    const [, id, by, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return id ? [{ id: Number(id), by: Number(by), kind: args.trim().split(' ').at(-1) ?? '' }] : [];
  });
  const below = (id: number): FirefoxProcess[] =>
    all.filter(({ by }) => by === id).flatMap((child) => [child, ...below(child.id)]);
  return below(parent);
}

function pageOf(page: Page, downloads: string): TestedPage {
  return {
    evaluate: (work, argument) => page.evaluate(work as (argument: unknown) => never, argument),
    async choose(selector, paths) {
      const input = await page.waitForSelector(selector);
      await (input as ElementHandle<HTMLInputElement> | null)?.uploadFile(...paths);
    },
    async download(selector, name) {
      const path = join(downloads, name);
      rmSync(path, { force: true });
      await page.click(selector);
      // Firefox makes the file at once, empty, and fills another beside it until the download is whole.
      const whole = () => existsSync(path) && !existsSync(`${path}.part`) && readFileSync(path).length > 0;
      for (let tries = 0; !whole(); tries++) {
        if (tries === 300) throw new Error(`${name} was not downloaded.`);
        await wait(100);
      }
      return new Uint8Array(readFileSync(path));
    },
  };
}
