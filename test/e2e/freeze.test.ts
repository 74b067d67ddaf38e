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

const figure = (page: Page) => page.locator('freeze-figure');
const more = (page: Page, name: string) => page.locator('freeze-details').getByRole('button', { name }).click();

test('a first visit: the recipe that freezes nothing, at full size and on one screen; repaired by one press, the run untouched', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(served.url, { context: { viewport: { width: 1280, height: 800 } } });
  await page.getByRole('group', { name: 'Task' }).getByRole('button', { name: 'Actions' }).click();
  await show(page, 'Freeze');
  await figure(page).getByText('This filter freezes nothing: 0 of 60 leaves.').waitFor();
  await figure(page)
    .getByText(/^\s*([\d.]+ GB)\s+→\s+\1\s*$/)
    .waitFor();
  await page.locator('freeze-findings').getByRole('button', { name: 'Repair' }).click();
  await figure(page).getByText('40 of 60 leaves frozen.').waitFor();
  await figure(page)
    .getByText(/^\s*([\d.]+) GB\s+→\s+(?!\1)[\d.]+ GB\s+−[\d.]+ GB\s*$/)
    .waitFor();
  const tile = page
    .getByRole('listbox', { name: 'All parameters' })
    .getByRole('option', { name: /input_embedding.*frozen$/ });
  expect(await tile.count()).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(800);
  expect(await accessibilityFaults(page)).toEqual([]);

  await tile.click();
  await page.getByText('The filter matches it, so it is frozen.').waitFor();
  expect(await nav(page).textContent()).toContain('this page’s model: 40 of 60 leaves frozen');
  await page.locator('freeze-presets').getByLabel('Adapters and projections').check();
  expect(await page.getByLabel('Freeze filter').inputValue()).toMatch(/^Any\(PathRegex/);
  expect(faults).toEqual([]);
});

test('paste a recipe, read why it freezes nothing, repair it, see what it freezes, take it back', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(`${served.url}#freeze?task=actions&freeze=Everything`, {
    context: { viewport: { width: 1440, height: 900 } },
  });
  await expect.poll(() => page.getByLabel('Freeze filter').inputValue()).toBe('Everything'); // as the link says
  await page.getByLabel('Freeze filter').fill(RECIPE);

  const finding = page.locator('freeze-findings li').first();
  await finding
    .getByText('This filter freezes nothing, because All keeps only what every part of it matches')
    .waitFor();
  await more(page, 'Tree');
  expect(await part(page, 'All').first().textContent()).toMatch(/0\s*matches 0 leaves/);
  expect(await part(page, 'PathRegex(".*img.*")').textContent()).toMatch(/matches 23 leaves/);
  await figure(page).getByText('This filter freezes nothing: 0 of 60 leaves.').waitFor();
  await expect.poll(() => nav(page).textContent()).toContain('nothing frozen');

  await finding.getByRole('button', { name: 'Repair' }).click();
  await page.getByText('Nothing to object to in this filter.').waitFor();
  await expect.poll(() => nav(page).textContent()).toMatch(/40 of 60 leaves frozen, −\d+\sMB/);

  await part(page, 'PathRegex(".*img.*")').click();
  const tree = page.getByRole('tree', { name: 'Parameter tree' });
  await tree.getByRole('treeitem', { name: /^pos_embedding matched frozen/ }).click();
  await page.getByText('The filter matches it, so it is frozen.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await more(page, 'Memory');
  await page.getByText(/^−\d+ MB, 40 leaves now frozen$/).waitFor();

  await page.getByLabel('Plan for').selectOption('all_lora');
  await figure(page).getByText('adapters in both, at full size').waitFor();
  // 2 bytes for each of 3.26 billion, 12 for each of 25 million, as openpi counts.
  await expect
    .poll(() =>
      page
        .locator('freeze-effect')
        .getByRole('row', { name: /In openpi/ })
        .textContent(),
    )
    .toMatch(/6\.83 GB/);
  await more(page, 'Tree');
  await tree.getByRole('treeitem', { name: /input_embedding frozen 257,152 × 2,048/ }).waitFor();

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
  await page.locator('freeze-presets').getByLabel('Adapters only').check(); // from the example to the run's own
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
