import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/containers/safetensors';
import { trainCommand } from './command';
import { colourFile, shortRun, shortRunFlags, writeColours } from './data';
import { download, drop, set, show, start, table, untilEnded, untilStep } from './person';
import { openSite, serveSite, temporaryFolder } from './site';

/** What the page's second preset of the text task freezes. */
const NORMS = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*(lora|norm).*")))';

const rowsOf = (csv: string) =>
  csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));

test('two stages: the command and the page, whose tab is lost in the second, train the same and tell what they held', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const flags = [...shortRunFlags, '--no-early-stop', '--stage', `10 0.01 ${NORMS}`];
  const record = await trainCommand(out, [...flags, '--data', writeColours(folder)]);
  expect(record).toMatchObject({
    steps: 26,
    stages: [{ steps: 16 }, { steps: 10, freeze: NORMS, lr: 0.01, warmup: 2 }],
  });
  expect(record.train).toHaveLength(26);
  expect(record.bytes.allocated).toBe(record.bytes.planned);
  const [header = [], ...rows] = rowsOf(readFileSync(join(out, 'memory.csv'), 'utf8'));
  const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
  expect(column('total')).toEqual(column('planned'));
  expect(column('moment').filter((moment) => moment !== 'evaluated')).toEqual([
    'stage begins',
    'stage ends',
    'stage begins',
    'freed',
  ]);
  expect(Math.max(...column('total').map(Number))).toBe(record.bytes.planned);
  expect(column('total').at(-1)).toBe('0');
  const { metadata } = readSafetensors(readFileSync(join(out, record.adapter)), record.adapter);
  expect(JSON.parse(metadata.stages ?? '')).toMatchObject([{ steps: 16 }, { steps: 10, freeze: NORMS }]);

  const served = await serveSite();
  const { page: first, context, faults } = await openSite(served.url);
  await drop(first, [colourFile]);
  await set(first, shortRun);
  await first.getByLabel('Stop early').uncheck();
  await first.getByText('Stages: one', { exact: true }).click();
  await first.getByRole('button', { name: 'Add a stage' }).click();
  const second = first.getByRole('listitem', { name: 'Stage 2' });
  await second.getByLabel('Steps', { exact: true }).fill('10');
  expect(await second.getByLabel('What trains').inputValue()).toBe('norms');
  await second.getByText(/^[\d.]+ MB on the GPU/).waitFor();
  await start(first);
  await untilStep(first, 24 + 1); // saved at 24, in the second stage
  await first.close();

  const page = await context.newPage();
  await page.goto(served.url);
  await page.getByRole('button', { name: 'Resume colours' }).click();
  await untilEnded(page);
  const losses = (await table(page)).map(({ train }) => train).filter((loss) => !Number.isNaN(loss));
  expect(losses).toEqual(record.train.map(({ loss }) => Number(loss.toFixed(3))));
  await page.getByText(/^Stage 1 → 2, after step 16: [\d.]+ MB → [\d.]+ MB \(\+/).waitFor();
  await show(page, 'Adapter');
  const { name, bytes } = await download(page, 'Download colours as memory.csv');
  expect(name).toBe('memory.csv');
  const moments = rowsOf(new TextDecoder().decode(bytes)).map((row) => row[header.indexOf('moment')]);
  expect(moments.filter((moment) => moment === 'stage begins')).toHaveLength(3); // the second twice
  expect(faults).toEqual([]);
}, 600_000);
