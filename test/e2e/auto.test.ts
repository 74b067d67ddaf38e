import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { drop, set, show, start, untilEnded } from './person';
import { accessibilityFaults, openSite, serveSite } from './site';

test('ask what fits a budget, set the recommended row, train: the run takes the bytes that the row says', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(served.url);
  await drop(page, [colourFile]);
  await set(page, { ...shortRun, Steps: 2, Batch: 4 });
  await show(page, 'Freeze');
  await page.locator('freeze-details').getByRole('button', { name: 'What fits' }).click();
  const proposal = page.locator('auto-table');
  await proposal.getByLabel('Budget').fill('12');
  await proposal.getByRole('button', { name: 'What fits this device?' }).click();
  const rows = proposal.getByRole('row');
  const row = rows.filter({ hasText: 'Recommended' });
  await row.waitFor({ timeout: 120_000 });
  expect(await rows.filter({ hasText: 'Everything' }).textContent()).toMatch(
    /Does not fit\. Needs .* MB more: mostly /,
  );
  expect(await accessibilityFaults(page)).toEqual([]);

  const [way, , memory, step] = await row.getByRole('cell').allTextContents();
  expect(step).toMatch(/\d m?s$/);
  expect(Number(/[\d.]+/.exec(memory ?? ''))).toBeLessThanOrEqual(12);
  await row.getByRole('button', { name: /^Use: Adapters only/ }).click();
  await row.getByText('In use').waitFor();
  await show(page, 'Train');
  const batch = page.locator('train-panel').getByLabel('Batch', { exact: true });
  expect(await batch.inputValue()).toBe(/\d+/.exec(way ?? '')?.[0]);

  await start(page);
  await untilEnded(page);
  await page
    .locator('run-panel memory-bar')
    .getByText(memory as string)
    .first()
    .waitFor();
  expect(faults).toEqual([]);
});
