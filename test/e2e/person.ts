import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/* What a person does on the page, and what they read there. */

export type Panel = 'Data' | 'Model' | 'Freeze' | 'Train' | 'Adapter';

export async function show(page: Page, panel: Panel): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${panel}\\b`) })
    .click();
  await page.locator('nav button[aria-current=page]', { hasText: panel }).waitFor();
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Drops files on the page, as from a folder of the desktop. */
export async function drop(page: Page, files: readonly NamedText[]): Promise<void> {
  await page.getByRole('navigation').first().waitFor(); // before that nobody would take them
  const transfer = await page.evaluateHandle((dropped) => {
    const all = new DataTransfer();
    for (const { name, text } of dropped) all.items.add(new File([text], name));
    return all;
  }, files);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await page.getByRole('heading', { name: 'Files', exact: true }).waitFor();
}

/** A figure of the Data panel, as "Training windows". */
export async function figure(page: Page, name: string): Promise<number> {
  const value = page.locator('data-panel dl.facts div', { hasText: name }).locator('dd').first();
  return Number((await value.textContent())?.replaceAll(',', ''));
}

/** Shows the form of the next run, which is folded while another is shown. */
async function showForm(page: Page): Promise<void> {
  await show(page, 'Train');
  const folded = page.locator('run-line').getByRole('button', { expanded: false });
  if ((await folded.count()) > 0) await folded.click();
}

/** Types numbers into fields of the Train panel, by their labels. */
export async function set(page: Page, numbers: Readonly<Record<string, number>>): Promise<void> {
  await showForm(page);
  const advanced = page.locator('train-panel details', { has: page.getByText('Advanced', { exact: true }) });
  if (!(await advanced.evaluate((details: HTMLDetailsElement) => details.open)))
    await advanced.locator('summary').click();
  for (const [label, value] of Object.entries(numbers)) {
    await advanced.getByLabel(label, { exact: true }).fill(String(value));
  }
}

export async function start(page: Page): Promise<void> {
  await showForm(page);
  await page.locator('train-panel').getByRole('button', { name: 'Start' }).click();
}

const run = (page: Page) => page.getByRole('region', { name: 'Run', exact: true });

/** Waits until the run has passed `step`. */
export async function untilStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (least) => {
      const figures = document
        .querySelector('adaptab-app')
        ?.shadowRoot?.querySelector('run-panel')
        ?.shadowRoot?.querySelector('.figures');
      const [, now] = /Step ([\d,]+) of/.exec(figures?.textContent ?? '') ?? [];
      return now !== undefined && Number(now.replaceAll(',', '')) >= least;
    },
    step,
    { timeout: 120_000 },
  );
}

/** What the page says of a run that has ended. */
export interface Result {
  readonly ended: string;
  /** Held-out loss of the base, and of the adapter that was kept. */
  readonly before: number;
  readonly after: number;
}

/** Waits for the end of the run. */
export async function untilEnded(page: Page): Promise<Result> {
  const words = run(page).getByText(/^Held-out loss \S+ → /);
  await words.waitFor({ timeout: 120_000 });
  const [, before, after] = /^Held-out loss ([\d.]+) → ([\d.]+)/.exec((await words.textContent()) ?? '') ?? [];
  const ended = (await run(page).getByRole('status').first().textContent()) ?? '';
  return { ended, before: Number(before), after: Number(after) };
}

/** One line of the table beside the chart; NaN where it says nothing. */
export interface Row {
  readonly step: number;
  readonly train: number;
  readonly heldout: number;
}

/** Opens the table of the run's values and reads it. */
export async function table(page: Page): Promise<Row[]> {
  const details = page.locator('loss-table details');
  if (!(await details.evaluate((element: HTMLDetailsElement) => element.open)))
    await details.locator('summary').click();
  await details.locator('tbody tr').first().waitFor(); // it is only there while it is open
  const lines = await details
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim() ?? '')),
    );
  return lines.map(([step, train, heldout]) => ({
    step: Number(step),
    train: Number(train),
    heldout: Number(heldout?.replace('best:', '')),
  }));
}

/** Clicks the button of this name and reads the file that it downloads. */
export async function download(page: Page, button: string): Promise<{ name: string; bytes: Uint8Array }> {
  const click = page.getByRole('button', { name: button, exact: true }).first().click();
  const [file] = await Promise.all([page.waitForEvent('download'), click]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** Has base and adapter answer a question, always by the likeliest token. */
export async function compare(page: Page, prompt: string): Promise<{ base: string; adapter: string }> {
  await show(page, 'Adapter');
  const box = page.locator('try-adapter');
  await box.getByLabel('Prompt', { exact: true }).fill(prompt);
  await box.getByLabel('Ask as a question in a chat').check();
  await box.getByLabel('Temperature').fill('0');
  await box.getByLabel('Length').fill('12');
  await box.getByRole('button', { name: 'Write' }).click();
  await box.getByRole('button', { name: 'Write' }).waitFor({ timeout: 120_000 }); // in the meantime it is Stop
  const text = async (name: string) =>
    (await box.getByRole('group', { name, exact: true }).textContent())?.trim() ?? '';
  return { base: await text('base'), adapter: await text('with adapter') };
}
