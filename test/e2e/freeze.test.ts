import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { trainCommand } from './command';
import { colourFile, shortRunFlags, writeColours } from './data';
import { drop, show, start } from './person';
import { accessibilityFaults, openSite, serveSite, temporaryFolder } from './site';

/** As it stands in the article whose author ran out of memory. */
const RECIPE = `freeze_filter=nnx.All(
    nnx_utils.PathRegex(".*llm.*"),
    nnx_utils.PathRegex(".*img.*"),
    nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")),
),`;

const nav = (page: Page) => page.getByRole('navigation').getByRole('button', { name: /^Freeze\b/ });
const part = (page: Page, name: string) => page.locator('freeze-parts').getByRole('button', { name });

test('paste a recipe, read why it freezes nothing, repair it, see what it freezes, take it back', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(served.url, { context: { viewport: { width: 1440, height: 900 } } });
  await page.getByRole('group', { name: 'Task' }).getByRole('button', { name: 'Actions' }).click();
  await show(page, 'Freeze');
  await page.getByLabel('Freeze filter').fill(RECIPE);

  const finding = page.locator('freeze-findings li').first();
  await finding
    .getByText('This filter freezes nothing, because All keeps only what every part of it matches')
    .waitFor();
  expect(await part(page, 'All').first().textContent()).toMatch(/0\s*matches 0 leaves/);
  expect(await part(page, 'PathRegex(".*img.*")').textContent()).toMatch(/matches 23 leaves/);
  await page.getByText(/This filter freezes nothing\. All 5\.\d+ M parameters would train, using \d+ MB/).waitFor();
  await expect.poll(() => nav(page).textContent()).toContain('nothing frozen');

  await finding.getByRole('button', { name: 'Repair' }).click();
  await page.getByText('Nothing to object to in this filter.').waitFor();
  await expect.poll(() => nav(page).textContent()).toMatch(/40 of 60 leaves frozen, −\d+\sMB/);
  await page.getByText(/^−\d+ MB, 40 leaves now frozen$/).waitFor();

  await part(page, 'PathRegex(".*img.*")').click();
  const tree = page.getByRole('tree', { name: 'Parameter tree' });
  await tree.getByRole('treeitem', { name: /^pos_embedding matched frozen/ }).click();
  await page.getByText('The filter matches it, so it is frozen.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByLabel('Plan for').selectOption('all_lora');
  await tree.getByRole('treeitem', { name: /input_embedding frozen 257,152 × 2,048/ }).waitFor();
  await page.getByText('A plan, not a run').waitFor();
  // 2 bytes for each of 3.26 billion, 12 for each of 25 million, as openpi counts.
  await expect
    .poll(() =>
      page
        .locator('freeze-effect')
        .getByRole('row', { name: /In openpi/ })
        .textContent(),
    )
    .toMatch(/6\.83 GB/);

  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await page.getByLabel('Freeze filter').inputValue()).toBe(RECIPE);
  expect(faults).toEqual([]);
});

test('a run that freezes nothing asks first, and states the bytes', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(served.url);
  await page.getByRole('group', { name: 'Task' }).getByRole('button', { name: 'Text' }).click();
  await drop(page, [colourFile]);
  await show(page, 'Freeze');
  await page.getByLabel('Freeze filter').fill('All(PathRegex(".llm."), Not(PathRegex(".*lora.*")))');
  await page.locator('freeze-findings').getByText('"*" behind it stands for one letter only').waitFor();
  await start(page);
  await page.getByRole('button', { name: /^Train everything, using [\d.]+ MB$/ }).waitFor();
  await page.getByRole('button', { name: 'Change the filter' }).click();
  expect(faults).toEqual([]);
});

test('npm run train refuses a filter that freezes nothing, unless it is told to train everything', async () => {
  const folder = temporaryFolder();
  const flags = [...shortRunFlags, '--data', writeColours(folder), '--freeze', 'All(PathRegex(".llm."))'];
  const refused = trainCommand(join(folder, 'refused'), flags);
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/This filter freezes nothing, because .*using [\d,]+ MB.*--train-everything/s),
  });
  const record = await trainCommand(join(folder, 'out'), [...flags, '--train-everything']);
  expect(record.bytes.by_kind.frozen).toBe(0);
  expect(record.train).toHaveLength(16);
});
