import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { expect, test } from 'vitest';
import { colourFile } from '../e2e/data';
import { serveSite } from '../e2e/site';
import { startFirefox } from './browser';
import { choose, deviceReport, drop, figure, find, press, show } from './person';

test('the device report says what this browser lacks, and what happens in its place', async () => {
  const { url } = await serveSite();
  const { newPage, faults, asked } = await startFirefox();
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

test('a file can be chosen as well as dropped; the sample recording opens, and a folder may be chosen', async () => {
  const { url } = await serveSite();
  const { newPage, faults } = await startFirefox();
  const page = await newPage(url);
  await press(page, /^Text$/);
  await choose(page, colourFile);
  expect(await figure(page, 'Examples')).toBe(40);
  await press(page, /^Close this data$/);
  await drop(page, [colourFile]);
  expect(await figure(page, 'Examples')).toBe(40);
  await press(page, /^Actions$/);
  await find(page, 'button:enabled', /^Choose a folder…$/);
  await press(page, /^Only open /);
  await find(page, 'h3', /^Recording: /);
  expect(await page.$$eval('>>> recording-panel >>> problem-note', (notes) => notes.length)).toBe(0);
  expect(faults).toEqual([]);
});

test('a request to another origin is refused, and the watch sees the attempt', async () => {
  const { url } = await serveSite();
  const { newPage, faults, asked } = await startFirefox();
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

test('axe-core finds nothing in light and in dark, and nothing is cut off, wide and 360 px wide', async () => {
  const { url } = await serveSite();
  const { newPage } = await startFirefox();
  const page = await newPage(url);
  const found: string[] = [];
  for (const [theme, width] of [
    ['Light', 1280],
    ['Dark', 360],
  ] as const) {
    await press(page, new RegExp(`^Theme: ${theme}$`));
    await page.setViewport({ width, height: 800 });
    for (const task of ['Actions', 'Text'] as const) {
      await press(page, new RegExp(`^${task}$`));
      for (const panel of ['Data', 'Model', 'Freeze', 'Train', 'Adapter'] as const) {
        await show(page, panel);
        const faults = await accessibilityFaults(page);
        const [whole = 0, seen = 0] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth];
        });
        if (whole > seen) faults.push(`${whole} px wide in ${seen}`);
        found.push(...faults.map((fault) => `${theme}, ${task}, ${panel}: ${fault}`));
      }
    }
  }
  expect(found).toEqual([]);
});
