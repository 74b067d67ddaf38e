import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { onTestFinished } from 'vitest';
import { findFirefox, firefoxEnvironment, firefoxPreferences } from '../../tools/firefox.mjs';
import { temporaryFolder } from '../e2e/site';
import { listenOutside } from './outside';

/** A Firefox of its own, gone when the test has ended. */
export interface Firefox {
  readonly browser: Browser;
  /** Folder that its downloads go to. */
  readonly downloads: string;
  /** Requests to other machines, by whatever in the browser; grows as they happen. */
  readonly asked: readonly string[];
  /** Errors on the console, uncaught errors and refusals by the policy; grows as they happen. */
  readonly faults: readonly string[];
  /** Opens a page and watches it. */
  newPage(url: string): Promise<Page>;
}

/**
 * Starts a headless Firefox. `profile` is a folder that keeps its storage.
 * @throws {Error} that says what to do where there is none
 */
export async function startFirefox(profile = temporaryFolder()): Promise<Firefox> {
  const executablePath = findFirefox();
  if (!executablePath) {
    throw new Error(
      'No Firefox found. Install one (on Debian: sudo apt-get install firefox-esr mesa-vulkan-drivers), or set FIREFOX to the path of a Firefox with WebGPU.',
    );
  }
  const downloads = temporaryFolder();
  const outside = await listenOutside();
  onTestFinished(outside.close);
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    userDataDir: profile,
    env: firefoxEnvironment(temporaryFolder()),
    defaultViewport: { width: 1280, height: 800 },
    handleSIGINT: false,
    extraPrefsFirefox: {
      ...firefoxPreferences,
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.sessionstore.resume_from_crash': false,
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': outside.port,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': outside.port,
    },
  });
  onTestFinished(() => browser.close());
  const faults: string[] = [];
  const newPage = async (url: string) => {
    const page = await browser.newPage();
    watch(page, new URL(url).origin, faults);
    await page.goto(url);
    return page;
  };
  return { browser, downloads, asked: outside.asked, faults, newPage };
}

/** Collects what must not happen on a page. */
function watch(page: Page, origin: string, faults: string[]): void {
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return;
    if (url.origin !== origin) faults.push(`request to another origin: ${request.method()} ${url}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`));
}

/** Ends the browser as a crash does: nothing is asked, nothing is flushed. */
export async function crash({ browser }: Firefox): Promise<void> {
  const running = browser.process();
  if (!running) throw new Error('this Firefox was not started here');
  const gone = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await gone;
}
