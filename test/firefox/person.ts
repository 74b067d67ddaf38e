import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer-core';
import { vi } from 'vitest';
import type { NamedText, Panel, Result, Row } from '../e2e/person';
import { temporaryFolder } from '../e2e/site';

/* What a person does on the page and reads there, through WebDriver BiDi. */

/** Milliseconds in which a software driver compiles every kernel and measures the base. */
const PATIENCE = 180_000;
const POLLING = 200;

/** The first element in the page or in a shadow tree of it that matches and whose name or text does, once it is there. */
export async function find(page: Page, selector: string, name = /^/): Promise<ElementHandle<HTMLElement>> {
  const looked = page.waitForFunction(
    (wanted, pattern) => {
      const all = (root: ParentNode): HTMLElement[] =>
        [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
          ...(element.matches(wanted) ? [element] : []),
          ...(element.shadowRoot ? all(element.shadowRoot) : []),
        ]);
      const called = (element: HTMLElement) => element.getAttribute('aria-label') ?? element.textContent.trim();
      return all(document).find((element) => new RegExp(pattern).test(called(element)));
    },
    { polling: POLLING, timeout: PATIENCE },
    selector,
    name.source,
  );
  const found = await looked.catch((error: unknown) => {
    throw new Error(`no "${selector}" called ${name} on the page`, { cause: error });
  });
  return found as ElementHandle<HTMLElement>;
}

export const textOf = async (page: Page, selector: string, name?: RegExp): Promise<string> =>
  (await find(page, selector, name)).evaluate((node) => node.textContent.trim());

export async function press(page: Page, name: RegExp): Promise<void> {
  await (await find(page, 'button:enabled', name)).click();
}

export async function show(page: Page, panel: Panel): Promise<void> {
  await press(page, new RegExp(`^\\d\\s*${panel}\\b`));
  await find(page, 'h2', new RegExp(`^${panel}$`));
}

/** Drops files on the page, as from a folder of the desktop. */
export async function drop(page: Page, files: readonly NamedText[]): Promise<void> {
  await page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    for (const { name, text } of dropped) dataTransfer.items.add(new File([text], name));
    const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
    for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, options));
  }, files);
  await find(page, 'h3', /^Files$/);
}

/** Chooses a file with the panel's own input. */
export async function choose(page: Page, { name, text }: NamedText): Promise<void> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  const input = (await find(page, 'input[type=file]:not([webkitdirectory])')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
  await find(page, 'h3', /^Files$/);
}

/** A figure of the Data panel, as "Training windows". */
export async function figure(page: Page, name: string): Promise<number> {
  const text = await textOf(page, 'dl.facts div', new RegExp(`^${name}`));
  return Number(text.slice(name.length).replaceAll(',', ''));
}

/** Types numbers into fields of the Train panel, by their labels. */
export async function set(page: Page, numbers: Readonly<Record<string, number>>): Promise<void> {
  await show(page, 'Train');
  await (await find(page, 'summary', /^Advanced/)).click();
  for (const [label, value] of Object.entries(numbers)) {
    const named = await find(page, 'label', new RegExp(`^${label}$`));
    const field = await named.evaluateHandle((node) => node.parentNode?.querySelector('input') ?? node);
    await field.click({ count: 3 }); // selects what is there
    await field.type(String(value));
  }
}

/** The step that the run has made, as soon as it is at least `least`. */
export async function untilStep(page: Page, least: number): Promise<number> {
  const reached = await page.waitForFunction(
    (wanted) => {
      const app = document.querySelector('adaptab-app')?.shadowRoot;
      const figures = app?.querySelector('run-panel')?.shadowRoot?.querySelector('.figures')?.textContent;
      const step = /Step ([\d,]+) of/.exec(figures ?? '')?.[1]?.replaceAll(',', '');
      return step !== undefined && Number(step) >= wanted ? step : ''; // as text: 0 would be waited on
    },
    { polling: POLLING, timeout: PATIENCE },
    least,
  );
  return Number(await reached.jsonValue());
}

/** Waits for the end of the run. */
export async function untilEnded(page: Page): Promise<Result> {
  const words = await textOf(page, '.result .main', /^Held-out loss /);
  const [, before, after] = /^Held-out loss ([\d.]+) → ([\d.]+)/.exec(words) ?? [];
  return { ended: await textOf(page, '.progress [role=status]'), before: Number(before), after: Number(after) };
}

/** Reads the table of the run's values; NaN where it says nothing. */
export async function table(page: Page): Promise<Row[]> {
  const shown = await page.$('>>> loss-table >>> details[open]');
  if (!shown) await (await page.waitForSelector('>>> loss-table >>> summary'))?.click();
  await find(page, 'tbody tr');
  const lines = await page.$$eval('>>> loss-table >>> tbody tr', (rows) =>
    rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim() ?? '')),
  );
  return lines.map(([step, train, heldout]) => ({
    step: Number(step),
    train: Number(train),
    heldout: Number(heldout?.replace('best:', '')), // said to those who do not see the bold
  }));
}

/** Clicks the button of this name and reads the file of that name, which it puts into `folder`. */
export async function download(page: Page, button: RegExp, folder: string, name: string): Promise<Uint8Array> {
  await press(page, button);
  const path = join(folder, name);
  // Firefox makes the file at once, empty, and fills another beside it until the download is whole.
  const whole = () => existsSync(path) && !existsSync(`${path}.part`) && readFileSync(path).length > 0;
  await vi.waitUntil(whole, { timeout: 30_000 });
  return new Uint8Array(readFileSync(path));
}

/** Each line of the device report: a name, whether it is there, and what that means. */
export async function deviceReport(page: Page): Promise<Map<string, { value: string; meaning: string }>> {
  await press(page, /: what this browser and GPU can do$/);
  await find(page, 'section[role=dialog] li');
  const lines = await page.$$eval('>>> device-report >>> li', (all) =>
    all.map((line) =>
      ['.ability', '.value', '.meta'].map((part) => line.querySelector(part)?.textContent.trim() ?? ''),
    ),
  );
  return new Map(lines.map(([name = '', value = '', meaning = '']) => [name, { value, meaning }]));
}
