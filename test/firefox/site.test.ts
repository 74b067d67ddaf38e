import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { expect, test } from 'vitest';
import { colourFile } from '../e2e/data';
import { serveSite, temporaryFolder } from '../e2e/site';
import { startFirefox } from './browser';
import { choose, deviceReport, drop, figure, find, press, show } from './person';

test('the device report says what this browser lacks, and what happens in its place', async () => {
  const { url } = await serveSite();
  const { newPage, faults, asked } = await startFirefox({ profile: temporaryFolder() });
  const page = await newPage(url);
  const report = await deviceReport(page);
  const lacks = [...report].filter(([, { value }]) => value === 'no').map(([name]) => name);
  expect(lacks).toEqual(expect.arrayContaining(['Subgroups', 'Ask where to save', 'Install as an app']));
  expect(lacks).not.toContain('Train adapters');
  for (const [name, { value, meaning }] of report) {
    expect(value, name).not.toBe('');
    expect(meaning, name).toMatch(/\.$/);
  }
  expect(report.get('Subgroups')?.meaning).toMatch(/^Not needed/);
  expect(report.get('Ask where to save')?.meaning).toContain('downloads');
  for (const name of ['Choose a folder', 'Drop a folder', 'Store the page', 'Camera video'])
    expect(report.get(name)?.value, name).toBe('yes');
  expect(faults).toEqual([]);
  expect(asked).toEqual([]);
});

test('a file can be chosen as well as dropped, and the panel of recordings offers its folder', async () => {
  const { url } = await serveSite();
  const { newPage, faults } = await startFirefox({ profile: temporaryFolder() });
  const page = await newPage(url);
  await press(page, /^Text$/);
  await choose(page, colourFile);
  expect(await figure(page, 'Examples')).toBe(40);
  await press(page, /^Close this data$/);
  await drop(page, [colourFile]);
  expect(await figure(page, 'Examples')).toBe(40);
  await press(page, /^Actions$/);
  await find(page, 'button:enabled', /^Choose a folder…$/);
  expect(faults).toEqual([]);
});

test('a request to another origin is refused, and the watch sees the attempt', async () => {
  const { url } = await serveSite();
  const { newPage, faults, asked } = await startFirefox({ profile: temporaryFolder() });
  const page = await newPage(url);
  const answered = await page.evaluate(() => fetch('http://192.0.2.1/').then(Boolean, () => false));
  expect(answered).toBe(false);
  await expect.poll(() => faults.join('\n')).toContain('192.0.2.1');
  expect(asked).toEqual([]);
  const elsewhere = await newPage(`${new URL(url).origin}/`); // not of the site: nothing but its own server's refusal
  await elsewhere.goto('http://192.0.2.1/').catch(() => undefined);
  expect(asked).toContain('192.0.2.1');
});

/** What axe-core finds wrong on the page, as "rule: selector". */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`));
}

test.each([
  { dark: false, width: 1280 },
  { dark: false, width: 360 },
  { dark: true, width: 1280 },
  { dark: true, width: 360 },
])('axe-core finds nothing on any panel, and nothing is cut off: $width px wide, dark: $dark', async (look) => {
  const { url } = await serveSite();
  const { newPage } = await startFirefox({ profile: temporaryFolder(), ...look });
  const page = await newPage(url);
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(look.dark);
  const found: string[] = [];
  for (const task of ['Actions', 'Text'] as const) {
    await press(page, new RegExp(`^${task}$`));
    for (const panel of ['Data', 'Model', 'Freeze', 'Train', 'Adapter'] as const) {
      await show(page, panel);
      found.push(...(await accessibilityFaults(page)).map((fault) => `${task}, ${panel}: ${fault}`));
      const [whole, seen] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      if ((whole ?? 0) > (seen ?? 0)) found.push(`${task}, ${panel}: ${whole} px wide in ${seen}`);
    }
  }
  expect(found).toEqual([]);
});
