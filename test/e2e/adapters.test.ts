import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { compare, download, drop, set, show, start, untilEnded, untilStep } from './person';
import { openSite, serveSite } from './site';

test('pause, go on, stop and keep; compare; rename, delete, undo, duplicate; bring the file into another browser', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await drop(page, [colourFile]);
  await set(page, { ...shortRun, Steps: 1000 });
  await start(page);
  await untilStep(page, 4);
  const run = page.getByRole('region', { name: 'Run', exact: true });
  await run.getByRole('button', { name: 'Pause' }).click();
  const paused = await run.getByText(/^Paused after step/).textContent();
  const step = Number(/\d+/.exec(paused ?? '')?.[0]);
  // By the keyboard: the mouse, at once and at the same place, would be the second press of a double one.
  await run.getByRole('button', { name: 'Resume' }).press('Enter');
  await untilStep(page, step + 1);
  await run.getByRole('button', { name: 'Stop and keep' }).click();
  expect((await untilEnded(page)).ended).toBe('Stopped, adapter kept');

  const said = await compare(page, 'The lamp?');
  expect(said.adapter).not.toBe(said.base);

  await page.getByRole('button', { name: 'colours', exact: true }).click();
  await page.getByLabel('Name of colours').fill('paints');
  await page.getByLabel('Name of colours').press('Enter');
  const row = page.getByRole('article', { name: 'paints' });
  await row.waitFor();
  await page.getByRole('button', { name: 'Delete paints' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();

  // A copy has the same curves, changes the same weights as much, and says the same.
  await page.getByRole('button', { name: 'Duplicate paints' }).click();
  for (const one of ['Compare paints', 'Compare paints (copy)']) await page.getByLabel(one, { exact: true }).check();
  await page.getByRole('heading', { name: 'A · paints and B · paints (copy)' }).waitFor();
  await page.locator('delta-map').nth(2).waitFor();
  const [first, second, apart] = await Promise.all(
    [0, 1, 2].map((n) => page.locator('delta-map').nth(n).locator('td').allTextContents()),
  );
  expect(first!.length).toBeGreaterThan(4);
  expect(first!.every((words) => /: [\d.e−]+$/.test(words.trim()))).toBe(true);
  expect(second).toEqual(first);
  expect(apart!.every((words) => words.trim().endsWith(': unchanged'))).toBe(true);
  await page.locator('compare-texts textarea').fill('The lamp?');
  await page.getByRole('button', { name: 'Write with both' }).click();
  await page.getByRole('button', { name: 'Write with both' }).waitFor({ timeout: 120_000 }); // it is a Stop button meanwhile
  const written = async () => (await page.locator('compare-texts .text').allTextContents()).slice(1);
  await expect.poll(async () => new Set(await written()).size).toBe(1); // the last words may come after the answer
  await page
    .locator('storage-used')
    .getByText(/ of the .* that this browser grants/)
    .waitFor();

  const { name, bytes } = await download(page, 'Download paints as .safetensors');
  const other = await openSite(url);
  await show(other.page, 'Adapter');
  await other.page
    .locator('adapter-panel input[type=file]:not(.backup)')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  await other.page.getByRole('article', { name: 'paints' }).waitFor();
  expect(await compare(other.page, 'The lamp?')).toEqual(said);
  expect([...faults, ...other.faults]).toEqual([]);
});
