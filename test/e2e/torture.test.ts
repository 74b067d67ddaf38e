import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openChromium } from '../../tools/torture/chromium';
import { colourFile, shortRun } from './data';
import { drop, type Row, set, start, table, untilEnded, untilStep } from './person';
import { serveSite, temporaryFolder } from './site';
import { tortured } from './tortured';

/* A part of `npm run torture`: processes are killed for real. */

test('a run whose worker, renderer and tab are ended in turn ends as one that nobody disturbed, bit for bit', async () => {
  const { kills, faults } = await tortured(openChromium, 'text', [
    { victim: 'worker', aim: 'steps', share: 0.3, spared: 0 },
    { victim: 'renderer', aim: 'checkpoint', share: 0.5, spared: 0 },
    { victim: 'tab', aim: 'checkpoint', share: 0.5, spared: 1 },
    { victim: 'worker', aim: 'saving', share: 0.1, spared: 0 }, // or too late, when the adapter is saved
  ]);
  expect(faults).toEqual([]);
  expect(kills.map(({ kill }) => kill.victim).slice(0, 3)).toEqual(['worker', 'renderer', 'tab']);
}, 400_000);

test('so does one that learns from pictures, whose browser and GPU are killed as checkpoints are written', async () => {
  const { kills, faults } = await tortured(openChromium, 'images', [
    { victim: 'browser', aim: 'checkpoint', share: 0.2, spared: 1 },
    { victim: 'gpu', aim: 'checkpoint', share: 0.5, spared: 0 },
  ]);
  expect(faults).toEqual([]);
  expect(kills.map(({ kill }) => kill.victim)).toEqual(['browser', 'gpu']);
}, 400_000);

/** What each step has learned; its evaluation may not be over when it is looked at. */
const trained = (rows: readonly Row[]) =>
  rows.flatMap(({ step, train }) => (Number.isNaN(train) ? [] : [{ step, train }]));

test('a person whose training thread and browser end is told, finds the run again and goes on where the page says', async () => {
  const { url } = await serveSite();
  const browser = openChromium(join(temporaryFolder(), 'profile'));
  onTestFinished(browser.close);
  const { page: first } = await browser.open(url);
  await drop(first, [colourFile]);
  await set(first, { ...shortRun, Steps: 24, 'Save every': 5 });
  await start(first);
  await untilStep(first, 6);
  const before = trained(await table(first));
  await browser.kill('worker');
  await first.getByText('The training thread has ended.').first().waitFor();
  await first
    .getByText(/^The run stopped with an error/)
    .first()
    .waitFor();

  const { page: second } = await browser.open(url);
  await second.getByRole('button', { name: 'Resume colours' }).click();
  await untilStep(second, 11);
  await browser.kill('browser');

  const { page: third } = await browser.open(url);
  await third
    .getByText(/step (10|15|20) of 24,/)
    .first()
    .waitFor();
  await third.getByRole('button', { name: 'Resume colours' }).click();
  expect((await untilEnded(third)).ended).toBe('Finished');
  const rows = await table(third);
  expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 25 }, (_, step) => step));
  expect(trained(rows).slice(0, before.length)).toEqual(before);
}, 400_000);
