import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { speedInWords, watchSpeed } from '../../tools/page_speed.mjs';
import { untilEnded } from './person';
import { openSite, serveSite } from './site';

/*
 * How long the page keeps a person's key waiting, printed and never judged: a slow processor takes longer for the same. What counts is the
 * processor time of a task; by the clock, another program on the machine may be what it waited for.
 */

/** Keeps the page's main thread for a second: some of it is processor time on any machine. */
const hold = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        setTimeout(() => {
          const end = performance.now() + 1000;
          while (performance.now() < end);
          resolve();
        }),
      ),
  );

test.each([
  ['Text', '#data?task=text&steps=8&evaluateEvery=4'],
  ['Actions', '#data?task=actions&steps=2&evaluateEvery=2'],
])(
  '%s, from opening to the end of a run: long tasks are counted, and the work is the worker’s',
  async (task, setup) => {
    const { url } = await serveSite();
    const opened = await openSite(`${url}notices.txt`);
    const { page, context, faults } = opened;
    const untilNow = await watchSpeed(opened);
    await context.addInitScript(() => {
      const { requestAdapter } = GPU.prototype;
      Object.assign(window, { adaptersAsked: 0 });
      GPU.prototype.requestAdapter = function (...options) {
        Object.assign(window, { adaptersAsked: 1 });
        return requestAdapter.apply(this, options);
      };
    });
    await page.goto(`${url}${setup}`);
    await page.getByRole('button', { name: task, pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Fine-tune the sample now' }).click();
    expect((await untilEnded(page)).ended).not.toBe('');
    console.log(`${task}: ${speedInWords(await untilNow())}`);
    const held = await watchSpeed(opened);
    await hold(page);
    const { busy } = await held(); // who counts sees a task that is long for certain
    expect(Math.max(...busy.map(({ ms }) => ms))).toBeGreaterThanOrEqual(1000);
    expect(await page.evaluate('adaptersAsked')).toBe(0);
    expect(page.workers()).toHaveLength(1);
    // Of a plain text, a browser looks for the icon at the root.
    expect(faults.filter((fault) => !fault.includes('/favicon.ico'))).toEqual([]);
  },
  240_000,
);
