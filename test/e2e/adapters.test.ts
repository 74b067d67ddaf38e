import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { compare, download, drop, set, show, start, untilEnded, untilStep } from './person';
import { openSite, serveSite } from './site';

test('pause, go on, stop and keep; compare; rename, delete, undo; bring the file into another browser', async () => {
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

  const { name, bytes } = await download(page, 'Download paints as .safetensors');
  const other = await openSite(url);
  await show(other.page, 'Adapter');
  await other.page
    .locator('adapter-panel input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  await other.page.getByRole('article', { name: 'paints' }).waitFor();
  expect(await compare(other.page, 'The lamp?')).toEqual(said);
  expect([...faults, ...other.faults]).toEqual([]);
});
