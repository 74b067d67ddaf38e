import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Worker } from 'playwright-core';
import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { type Elsewhere, serveElsewhere, servePlain } from './elsewhere';
import { drop, set, start, untilEnded } from './person';
import { copyOfSite, openSite, untilOffline } from './site';

/*
 * Nothing leaves the tab, on a host that sends no headers. The other origin must hear nothing from the trainer's
 * worker; what the same script may do in a worker that is started from its own address shows that it could hear.
 */

const PROBE = 'assets/ways_out.js';

/** The build with the probe in it, on a host without headers. */
async function plainSite(): Promise<{ url: string; folder: string }> {
  const folder = copyOfSite();
  copyFileSync(join(import.meta.dirname, 'ways_out.js'), join(folder, PROBE));
  return { url: await servePlain(folder), folder };
}

/** The trainer's worker, which a page starts on its own. */
const trainerOf = async (page: Page): Promise<Worker> => page.workers()[0] ?? (await page.waitForEvent('worker'));

/** Code that tries every way out to `elsewhere`, as the site's own script; text, for a bundler would change its import. */
const trying = (url: string, { http, quic }: Elsewhere, prefix: string) =>
  `import(${JSON.stringify(url + PROBE)}).then(({ tryAll }) => tryAll(${JSON.stringify({ http: `${http}${prefix}/`, quic })}))`;

/** What came in under this prefix, by way. */
const askedBy = ({ asked }: Elsewhere, prefix: string) =>
  asked.filter((path) => path.startsWith(`/${prefix}/`)).map((path) => path.slice(prefix.length + 2));

/** Tries every way out from the trainer's worker: each must be refused, and the other origin must hear nothing. */
async function expectSealed(page: Page, url: string, elsewhere: Elsewhere): Promise<void> {
  const results = await (await trainerOf(page)).evaluate<Record<string, string>>(trying(url, elsewhere, 'sealed'));
  expect(Object.keys(results)).toEqual(expect.arrayContaining(['fetch', 'websocket', 'import', 'beacon', 'nested']));
  expect(Object.entries(results).filter(([, result]) => result !== 'refused')).toEqual([]);
  expect(elsewhere.reached).toEqual({ connections: 0, datagrams: 0 });
}

/** Starts the trainer's script from its own address, and tries every way out there. */
async function tryUnsealed(page: Page, url: string, folder: string, elsewhere: Elsewhere): Promise<void> {
  const script = readdirSync(join(folder, 'assets')).find((name) => /^entry-.*\.js$/.test(name));
  const started = page.waitForEvent('worker');
  await page.evaluate((address) => {
    window.unsealed = new Worker(address, { type: 'module' });
  }, `${url}assets/${script}`);
  // Not awaited in there: nobody answers WebTransport.
  await (await started).evaluate(`void ${trying(url, elsewhere, 'unsealed')}`);
}

const CAN_ASK = ['fetch', 'post', 'xhr', 'websocket', 'eventsource', 'import', 'cache', 'font'];

test.each(['', 'train.html', 'download.html'])(
  'first visit, no headers: the worker of "%s" reaches no other origin',
  async (path) => {
    const { url, folder } = await plainSite();
    const elsewhere = await serveElsewhere();
    const { page } = await openSite(url + path, { context: { serviceWorkers: 'block' } });
    expect((await fetch(url + path)).headers.get('content-security-policy')).toBeNull();
    await expectSealed(page, url, elsewhere);

    await tryUnsealed(page, url, folder, elsewhere);
    await expect
      .poll(() => askedBy(elsewhere, 'unsealed'), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(CAN_ASK));
    await expect.poll(() => elsewhere.reached.datagrams, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(askedBy(elsewhere, 'sealed')).toEqual([]);
  },
);

test('with the service worker in charge it reaches none either, and that refuses what no policy binds', async () => {
  const { url, folder } = await plainSite();
  const elsewhere = await serveElsewhere();
  const { page } = await openSite(url);
  await untilOffline(page);
  await page.reload();
  await untilOffline(page);
  await expectSealed(page, url, elsewhere);

  await tryUnsealed(page, url, folder, elsewhere);
  await expect.poll(() => askedBy(elsewhere, 'unsealed'), { timeout: 30_000 }).toContain('websocket');
  await expect.poll(() => elsewhere.reached.datagrams, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(askedBy(elsewhere, 'unsealed')).toEqual(['websocket']); // a service worker sees neither this nor WebTransport
  expect(askedBy(elsewhere, 'sealed')).toEqual([]);
});

test.each(['', 'download.html'])(
  'the page "%s" reaches no other origin, in ways that a page without the policy has',
  async (path) => {
    const { url, folder } = await plainSite();
    const elsewhere = await serveElsewhere();
    writeFileSync(join(folder, 'open.html'), '<!doctype html><title>No policy</title><body>');
    const { page, context } = await openSite(url + path, { context: { serviceWorkers: 'block' } });
    await page.evaluate(`void ${trying(url, elsewhere, 'sealed')}`);

    const open = await context.newPage();
    await open.goto(`${url}open.html`);
    await open.evaluate(`void ${trying(url, elsewhere, 'open')}`);
    const pageCanAsk = 'beacon image script style prefetch preload video frame object form'.split(' ');
    await expect
      .poll(() => askedBy(elsewhere, 'open'), { timeout: 30_000 })
      .toEqual(expect.arrayContaining([...CAN_ASK.filter((way) => way !== 'font'), ...pageCanAsk]));
    expect(askedBy(elsewhere, 'sealed')).toEqual([]);
  },
);

test('on a host without headers it trains, on the first visit and from the offline copy', async () => {
  const { url } = await plainSite();
  const { page, faults } = await openSite(url);
  for (const visit of [1, 2]) {
    await drop(page, [colourFile]);
    await set(page, { ...shortRun, Steps: 2, 'Warm-up': 1 });
    await start(page);
    expect((await untilEnded(page)).ended, `visit ${visit}`).toBe('Finished');
    await untilOffline(page);
    await page.reload();
  }
  expect(faults).toEqual([]);
});

declare global {
  interface Window {
    /** Kept, or the browser may end it. */
    unsealed: globalThis.Worker;
  }
}
