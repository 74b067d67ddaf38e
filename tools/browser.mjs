import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from './chromium.mjs';
import { provide } from './machine.mjs';

/**
 * A page of a served build in a Chromium of its own.
 * @typedef {object} Opened
 * @property {import('playwright-core').Page} page
 * @property {import('playwright-core').BrowserContext} context
 * @property {import('playwright-core').Browser} browser
 * @property {string[]} faults what went wrong so far: requests to other origins, errors on the console, uncaught errors
 * @property {() => Promise<void>} close
 */

/** Milliseconds in which a browser that is asked to end has ended, or is left to the end of its program: a download that is under way may hold it for ever. */
const ENDS_WITHIN = 30_000;

/** @returns {string} the path of Chromium @throws {Error} if there is none, with what to do */
function chromiumPath() {
  const sentence = provide(['chromium']);
  if (sentence) throw new Error(sentence);
  return /** @type {string} */ (findChromium());
}

/**
 * Opens `url` in a headless Chromium.
 * @param {string} url
 * @param {{ profile?: string, webgpu?: boolean, args?: readonly string[], context?: import('playwright-core').BrowserContextOptions }} [options]
 *   profile: a folder that keeps the browser's storage; without it the storage ends with the browser
 *   args: more of Chromium's arguments
 *   webgpu: false for a browser that offers no adapter, at least where there is no graphics card
 * @returns {Promise<Opened>}
 */
export async function open(url, { profile, webgpu = true, args: more = [], context: contextOptions } = {}) {
  const own = chromiumArguments.filter((argument) => webgpu || argument !== '--enable-unsafe-webgpu');
  const args = [...own, ...more];
  // A signal is for the program: it ends the browser when it has what it wants of it. A browser ends with its program.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const launchOptions = { executablePath: chromiumPath(), args, ...signals };
  const launched = profile ? undefined : await chromium.launch(launchOptions);
  const context = launched
    ? await launched.newContext(contextOptions)
    : await chromium.launchPersistentContext(/** @type {string} */ (profile), { ...launchOptions, ...contextOptions });
  const browser = /** @type {import('playwright-core').Browser} */ (context.browser());
  const faults = watch(context, new URL(url).origin);
  const close = () => Promise.race([browser.close(), wait(ENDS_WITHIN, undefined, { ref: false })]);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(url);
    return { page, context, browser, faults, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Collects what must not happen, for every page, worker and service worker of `context`.
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} origin the only one that may be asked for anything
 * @returns {string[]} grows as it happens
 */
export function watch(context, origin) {
  /** @type {string[]} */
  const faults = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return;
    if (url.origin !== origin) faults.push(`request to another origin: ${request.method()} ${url}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (event) => {
    const error = event.error();
    faults.push(`uncaught: ${error.stack ?? error.message}`);
  });
  return faults;
}

/**
 * Asks Chromium for a GPU through WebGPU, on a page that it makes up itself.
 * @returns {Promise<string>} the program, and the GPU's vendor and architecture
 * @throws {Error} if there is no Chromium, no WebGPU or no adapter
 */
export async function chromiumGpu() {
  const executablePath = chromiumPath();
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  try {
    const page = await browser.newPage();
    // WebGPU is only there in a secure context, which localhost is, even without a server.
    await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto('http://localhost/');
    const gpu = await page.evaluate(async () => {
      const info = (await navigator.gpu?.requestAdapter())?.info;
      return info && `${info.vendor} ${info.architecture}`;
    });
    if (!gpu)
      throw new Error(`${executablePath} offers no WebGPU adapter. Set CHROMIUM to a newer Chromium or Chrome.`);
    return `${executablePath}: ${gpu}`;
  } finally {
    await browser.close();
  }
}
