import { expect, test } from 'vitest';
import { colourFile, shortRun } from './data';
import { drop, figure, set, show, start, table, untilEnded, untilStep } from './person';
import { openSite, serveSite } from './site';

test('files that cannot be read are named with the way out, and the others load', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  await drop(page, [
    colourFile,
    { name: 'empty.txt', text: '' },
    { name: 'binary.txt', text: '\0\u0001\u0002\0'.repeat(500) },
    { name: 'broken.jsonl', text: '{"prompt": "a", "completion": "b"}\n{"prompt": \n' },
  ]);
  expect(await figure(page, 'Examples')).toBe(41);
  const notes = await page
    .locator('file-list problem-note')
    .evaluateAll((all) => all.map((note) => note.shadowRoot?.textContent ?? ''));
  const about = (name: string) => notes.find((note) => note.includes(name)) ?? '';
  expect(about('empty.txt')).toContain('empty');
  expect(about('binary.txt')).toMatch(/binary|not text/);
  expect(about('broken.jsonl')).toMatch(/line 2/);
  expect(faults).toEqual([]);
});

test('a browser without a usable GPU says so and says what to do', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url, { webgpu: false });
  await page.getByText('The browser has WebGPU, but offers no graphics adapter.').first().waitFor();
  await page
    .getByText(/Switch on hardware acceleration/)
    .first()
    .waitFor();
  await drop(page, [colourFile]); // reading files needs no GPU
  await show(page, 'Train');
  expect(await page.locator('train-panel').getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
  expect(faults).toEqual([]);
});

test('a run whose GPU is lost goes on by itself from its checkpoint, and says so', async () => {
  const { url } = await serveSite();
  const { page, browser } = await openSite(url);
  await drop(page, [colourFile]);
  await set(page, { ...shortRun, Steps: 24, 'Save every': 4 });
  await start(page);
  await untilStep(page, 6);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gpu = processInfo.find(({ type }) => type === 'GPU');
  if (!gpu) throw new Error('this Chromium has no GPU process');
  process.kill(gpu.id, 'SIGKILL');
  await page.getByText(/^The GPU was lost, and the run went on by itself from step \d+ on a new one\./).waitFor();
  expect((await untilEnded(page)).ended).toBe('Finished');
  expect((await table(page)).map(({ step }) => step)).toEqual(Array.from({ length: 25 }, (_, step) => step));
});
