import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/* A person who has a keyboard and nothing else. */

type Role = Parameters<Page['getByRole']>[0];

/** More presses than there are stops on any one page. */
const MOST = 160;

/** What has the focus, in words; "body" where it is lost. Runs in the page. */
function describeFocus(): string {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return 'body';
  const name = at.getAttribute('aria-label') ?? at.textContent?.trim().replace(/\s+/g, ' ').slice(0, 60) ?? '';
  const host = at.getRootNode();
  const within = host instanceof ShadowRoot ? `${host.host.localName} > ` : '';
  return `${within}${at.localName} "${name}"`;
}

export const focus = (page: Page): Promise<string> => page.evaluate(describeFocus);

/** Presses Tab until the focus is on what has this role and name. @throws Error with the stops on the way, where it never is */
export async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  await wanted.first().waitFor();
  const stops: string[] = [];
  for (let press = 0; press < MOST; press += 1) {
    const there = await wanted.evaluateAll((found) => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at !== null && found.includes(at as (typeof found)[number]);
    });
    if (there) return;
    await page.keyboard.press('Tab');
    stops.push(await focus(page));
  }
  throw new Error(`No Tab leads to ${role} ${name}. It stops at:\n${[...new Set(stops)].join('\n')}`);
}

/** Goes to what has this role and name, and presses a key there. @throws Error where the focus is lost by it */
export async function press(page: Page, role: Role, name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press(key);
  await keepsFocus(page, `${key} on ${role} ${name}`);
}

/** Goes to a field and types into it, over what is there. */
export async function type(page: Page, role: Role, name: string | RegExp, text: string): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Waits until the page has drawn what was done. @throws Error where nothing has the focus then */
export async function keepsFocus(page: Page, after: string): Promise<void> {
  await expect.poll(() => focus(page), { message: `the focus after ${after}` }).not.toBe('body');
}
