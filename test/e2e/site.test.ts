import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { headerPolicy, metaPolicy } from '../../tools/policy.mjs';
import { colourFile, shortRun } from './data';
import { drop, set, show, start } from './person';
import { accessibilityFaults, copyOfSite, dist, openSite, serveSite, temporaryFolder, untilOffline } from './site';

/** Every file that a page of the app may ask for; train.html is the command line's. */
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((name) => statSync(join(dist, name)).isFile())
  .filter((name) => !/^(sw\.js|train\.html|assets\/train-[\w-]{8}\.js)$/.test(name));

test('the page opens under a sub-path, asks no other origin, and logs no error', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await page.getByRole('main').waitFor();
  expect(await page.title()).toContain('Adaptab');
  await untilOffline(page);
  expect(faults).toEqual([]);
});

test('a first load that is cut in half says so, and a reload mends it', async () => {
  const { url } = await serveSite();
  const { page } = await openSite('about:blank');
  await page.route('**/assets/forms-*.js', (route) => route.abort());
  await page.goto(url);
  await page.getByRole('alert').getByText('A part of this page did not arrive. Reload it').waitFor();
  await page.unroute('**/assets/forms-*.js');
  await page.reload();
  await page.getByRole('main').waitFor();
  await untilOffline(page);
});

test('the policy is in the page and in its header, and allows nothing inline', async () => {
  const { url } = await serveSite();
  const { page } = await openSite(url);
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  expect(await meta.getAttribute('content')).toBe(metaPolicy);
  expect((await fetch(url)).headers.get('content-security-policy')).toBe(headerPolicy);
  expect(metaPolicy).not.toMatch(/unsafe|\*|https?:/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline"';
    document.head.append(script);
    return document.title === 'inline';
  });
  expect(ran).toBe(false);
});

test('the policy stops a request to another origin, and the watch sees the attempt', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  const answered = await page.evaluate(() => fetch('http://127.0.0.1:9/').then(Boolean, () => false));
  expect(answered).toBe(false);
  expect(faults.join('\n')).toContain('127.0.0.1:9');
});

test('it can be installed: the manifest is whole, and its icons have the sizes that it states', async () => {
  const { url } = await serveSite();
  const { page, context } = await openSite(url, { profile: temporaryFolder() });
  await untilOffline(page);
  const session = await context.newCDPSession(page);
  const { errors, data } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);

  const manifest = JSON.parse(data ?? '') as Record<string, string> & {
    icons: { src: string; sizes: string; purpose?: string }[];
  };
  expect(manifest).toMatchObject({ name: 'Adaptab', start_url: './', scope: './', display: 'standalone' });
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  for (const { src, sizes } of manifest.icons) {
    const bytes = readFileSync(join(dist, src));
    if (src.endsWith('.svg')) expect(bytes.toString()).toContain('<svg');
    else expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes); // width and height in a PNG's header
  }
});

test('without a network it opens again, with every file that it may ask for', async () => {
  const served = await serveSite();
  const { page, context, faults } = await openSite(served.url);
  await untilOffline(page);
  await served.close();
  await context.setOffline(true);
  await page.reload();
  await page.getByRole('main').waitFor();
  const missing = await page.evaluate(async (names) => {
    const answers = await Promise.all(
      names.map((name) =>
        fetch(name).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    return names.filter((_, index) => !answers[index]);
  }, files);
  expect(files.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
  expect(faults).toEqual([]);
});

test('the page leads to the licences of what it contains, without a network too', async () => {
  const served = await serveSite();
  const { page } = await openSite(served.url);
  await untilOffline(page);
  await served.close();
  const link = page.getByRole('link', { name: 'Licences' });
  const text = await link.evaluate(async (a: HTMLAnchorElement) => (await fetch(a.href)).text());
  expect(text).toContain('lit-html 3');
  expect(text).toContain('Redistribution and use in source and binary forms');
});

test('a new version waits until it is asked for: neither the open page nor its reload changes', async () => {
  const folder = copyOfSite();
  const { url } = await serveSite(folder);
  const { page, context } = await openSite(url);
  await untilOffline(page);
  const version = () => page.locator('html').getAttribute('data-version');
  const index = join(folder, 'index.html');
  const worker = join(folder, 'sw.js');
  writeFileSync(index, readFileSync(index, 'utf8').replace('<html ', '<html data-version="2" '));
  writeFileSync(worker, readFileSync(worker, 'utf8').replace(/(\{url:"index\.html",revision:")[^"]*/, '$12'));

  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  const update = page.getByRole('button', { name: 'Update', exact: true });
  await update.waitFor();
  await page.reload();
  await update.waitFor();
  expect(await version()).toBeNull();

  const other = await context.newPage();
  await other.goto(url);
  await drop(other, [colourFile]);
  await set(other, { ...shortRun, Steps: 400 });
  await start(other);
  await expect.poll(() => update.isDisabled(), { timeout: 60_000 }).toBe(true); // it would take the parts that the run may still ask for
  await other.close();
  await expect.poll(() => update.isEnabled()).toBe(true);

  await update.click();
  await expect.poll(version, { timeout: 60_000 }).toBe('2');
});

test.each([
  ['light', 1280],
  ['light', 360],
  ['dark', 1280],
  ['dark', 360],
] as const)(
  'axe-core finds nothing on any panel, and nothing is cut off: %s, %i px wide',
  async (colorScheme, width) => {
    const { url } = await serveSite();
    const { page } = await openSite(url, { context: { colorScheme, viewport: { width, height: 800 } } });
    const found: string[] = [];
    for (const panel of ['Data', 'Model', 'Freeze', 'Train', 'Adapter'] as const) {
      await show(page, panel);
      found.push(...(await accessibilityFaults(page)).map((fault) => `${panel}: ${fault}`));
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      if (scrollWidth > clientWidth) found.push(`${panel}: ${scrollWidth} px wide in ${clientWidth}`);
    }
    expect(found).toEqual([]);
  },
);

test('what a visitor loads is small: 250 kB of compressed script before the trainer starts, 17 MB in all', () => {
  const scripts = [...readFileSync(join(dist, 'index.html'), 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)];
  expect(scripts.length).toBeGreaterThan(0);
  const compressed = scripts.map(([, name]) => gzipSync(readFileSync(join(dist, name ?? ''))).length);
  expect(compressed.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  expect(files.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)).toBeLessThan(17_000_000);
});
