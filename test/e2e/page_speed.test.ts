import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { speedOf, watchSpeed } from '../../tools/page_speed.mjs';
import { untilEnded } from './person';
import { openSite, serveSite } from './site';

/* How long the page keeps a person's key waiting. Printed, never judged: another program on the machine may be what it waits for. */

/** Keeps the page's main thread for 120 ms. */
const hold = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        setTimeout(() => {
          const end = performance.now() + 120;
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
    const { page, context, faults } = await openSite(`${url}notices.txt`);
    await watchSpeed(context);
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
    const speed = await speedOf(page);
    console.log(
      [
        `${task}: ${speed.tasks} tasks of the main thread over 50 ms, the longest ${speed.worst} ms; ${speed.shifted.toFixed(3)} shifted`,
        ...speed.moved,
      ].join('\n  '),
    );
    await hold(page);
    const after = await speedOf(page);
    expect(after.tasks).toBeGreaterThan(speed.tasks); // who counts sees a task that is long for certain
    expect(after.worst).toBeGreaterThanOrEqual(120);
    expect(await page.evaluate('adaptersAsked')).toBe(0);
    expect(page.workers()).toHaveLength(1);
    // Of a plain text, a browser looks for the icon at the root.
    expect(faults.filter((fault) => !fault.includes('/favicon.ico'))).toEqual([]);
  },
  240_000,
);
