import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { drop, figure, set, start, untilEnded } from './person';
import { accessibilityFaults, openSite, serveSite } from './site';

/* What the readers find in texts, as a person meets it: windows that fit, what is cut, evaluations of many windows. */

const words = ['river', 'mill', 'hill', 'boat', 'bridge', 'hay', 'stone', 'farmer'];
const sentence = (n: number, length: number) =>
  Array.from({ length }, (_, i) => words[(n * 5 + i * 3) % words.length]).join(' ');
const lines = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');

/** Conversations of four exchanges, longer than the window that was usual before; one is longer than any window of the base. */
const talks = {
  name: 'talks.jsonl',
  text: lines(
    Array.from({ length: 10 }, (_, n) => ({
      messages: Array.from({ length: n === 9 ? 30 : 4 }, (_, turn) => [
        { role: 'user', content: `${sentence(n + turn, 6)}?` },
        { role: 'assistant', content: `Yes, the ${words[(n + turn) % words.length]}.` },
      ]).flat(),
    })),
  ),
};
const longPrompts = {
  name: 'prompts.jsonl',
  text: lines(Array.from({ length: 12 }, (_, n) => ({ prompt: `${sentence(n, 24)}?`, completion: `Yes ${n}.` }))),
};
const book = { name: 'book.txt', text: Array.from({ length: 5200 }, (_, n) => `${sentence(n, 7)}.`).join('\n') };

const window = (page: Page) => page.locator('data-panel').getByLabel('Window', { exact: true });

test('the window fits the data, long talks go over several; what a typed one cuts is said there and beside the result', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await drop(page, [talks]);
  expect(await figure(page, 'Examples')).toBe(10);
  expect(await window(page).inputValue()).toBe('');
  expect(Number(await window(page).getAttribute('placeholder'))).toBe(256); // the longest that the base has room for
  expect((await figure(page, 'Training windows')) + (await figure(page, 'Held-out windows'))).toBeGreaterThan(10);
  const cut = page.getByText(/had something cut, which no window of/);
  expect(await cut.count()).toBe(0);

  await page.getByRole('button', { name: 'Remove talks.jsonl' }).click();
  await drop(page, [longPrompts]);
  expect(Number(await window(page).getAttribute('placeholder'))).toBeLessThan(256);
  await window(page).fill('24');
  await cut.first().waitFor();
  await page.getByRole('button', { name: /^Use windows of \d+ tokens$/ }).click();
  await cut.first().waitFor({ state: 'detached' });
  expect(Number(await window(page).inputValue())).toBeGreaterThan(24);
  await window(page).fill('24');
  await cut.first().waitFor();
  const sentenceOfData = (await cut.first().textContent())?.trim() ?? '';
  expect(sentenceOfData).toMatch(/^12 examples had .* window of 24 tokens .*: \d+ % of all tokens/);
  expect(await accessibilityFaults(page)).toEqual([]);

  await set(page, { Steps: 2, Batch: 1, 'Evaluate every': 1, 'Warm-up': 0 });
  await start(page);
  await untilEnded(page);
  await page.locator('run-panel').getByText(sentenceOfData).waitFor();
  expect(faults).toEqual([]);
}, 300_000);

test('an evaluation of a long text takes some of its held-out windows, and the page says how many of how many', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await drop(page, [book]);
  const heldout = await figure(page, 'Held-out windows');
  expect(heldout).toBeGreaterThan(64);
  await page.locator('data-panel').getByText('each evaluation takes 64').waitFor();
  await set(page, { Steps: 2, Batch: 1, 'Evaluate every': 2, 'Warm-up': 0 });
  await start(page);
  await page
    .locator('run-panel')
    .getByText(`Held-out loss on 64 of the ${heldout} windows that are held out, the same each time.`)
    .waitFor();
  await untilEnded(page);
  expect(faults).toEqual([]);
}, 300_000);
