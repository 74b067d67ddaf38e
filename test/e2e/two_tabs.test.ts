import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { drop, set, show, start, table, untilEnded, untilStep } from './person';
import { openSite, serveSite } from './site';

test('what one tab does with a run and an adapter, another tab does not undo', async () => {
  const { url } = await serveSite();
  const { page: first, context, faults } = await openSite(url);
  await drop(first, [colourFile]);
  await set(first, { ...shortRun, Steps: 24, 'Save every': 2 });
  await start(first);
  await untilStep(first, 3);
  await first.reload();
  await first.getByRole('button', { name: 'Resume colours' }).waitFor();

  const second = await context.newPage();
  await second.goto(url);
  const discard = second.getByRole('button', { name: 'Discard colours' });
  await discard.waitFor();
  await first.getByRole('button', { name: 'Resume colours' }).click();
  await untilStep(first, 4);
  await discard.waitFor({ state: 'detached' });
  await second.close();
  expect((await untilEnded(first)).ended).toBe('Finished');

  await show(first, 'Adapter');
  await first.getByText('This browser has not promised to keep').waitFor(); // headless, it promises nobody
  const row = first.getByRole('article', { name: 'colours' });
  await first.getByRole('button', { name: 'Delete colours' }).click();
  await row.waitFor({ state: 'detached' });
  const third = await context.newPage();
  await third.goto(url);
  await show(third, 'Adapter');
  await third.getByText('No adapter yet.').waitFor();
  await first.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  await third.getByRole('article', { name: 'colours' }).waitFor();

  // All tabs are closed, and it can still be brought back.
  await third.getByRole('button', { name: 'Delete colours' }).click();
  await row.waitFor({ state: 'detached' });
  for (const page of [first, third]) await page.close();
  const later = await context.newPage();
  await later.goto(url);
  await show(later, 'Adapter');
  await later.getByText('Deleted: 1').click();
  await later.getByRole('button', { name: 'Bring back colours' }).click();
  await later.getByRole('article', { name: 'colours' }).waitFor();
  expect(faults).toEqual([]);
});

test('a second tab sees the run of the first as it goes on, takes it over, and both see what becomes of its adapter', async () => {
  const { url } = await serveSite();
  const { page: first, context, faults } = await openSite(url);
  await drop(first, [colourFile]);
  await set(first, { ...shortRun, Steps: 40, 'Save every': 20 });
  await start(first);
  await untilStep(first, 2);

  const second = await context.newPage();
  await second.goto(url);
  const shown = second.getByRole('region', { name: 'Another tab trains “colours”' });
  await shown.getByText(/^Step \d+ of 40$/).waitFor();
  const stepSeen = async () => Number(/Step (\d+) of/.exec((await shown.textContent()) ?? '')?.[1]);
  const before = await stepSeen();
  await expect.poll(stepSeen, { timeout: 60_000 }).toBeGreaterThan(before);
  await shown.locator('loss-chart canvas').waitFor();

  await second.getByRole('button', { name: 'Go on here' }).click();
  await first.getByText('The run goes on in another tab, which has taken it over.').waitFor({ timeout: 60_000 });
  await first.getByRole('region', { name: 'Another tab trains “colours”' }).waitFor();
  expect((await untilEnded(second)).ended).toBe('Finished');
  expect((await table(second)).map(({ step }) => step)).toEqual(Array.from({ length: 41 }, (_, step) => step));

  for (const page of [first, second]) await show(page, 'Adapter');
  const row = first.getByRole('article', { name: 'colours' });
  await row.waitFor();
  await second.getByRole('button', { name: 'Delete colours' }).click();
  await row.waitFor({ state: 'detached' });
  await second.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  expect(faults).toEqual([]);
});
