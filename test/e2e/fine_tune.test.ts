import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readSafetensors, toFloat32 } from '../../src/adapter/safetensors';
import { type RunRecord, trainCommand } from './command';
import { download, drop, figure, type Row, set, show, start, table, untilEnded, untilStep } from './person';
import { openSite, serveSite, temporaryFolder, untilOffline } from './site';

/*
 * Everything that a person comes for, in a real browser, with the numbers checked. The run is as small as one can be that still learns,
 * because the GPU may be software.
 */
const STEPS = 16;
const SAVED = 8;
const numbers = { Steps: STEPS, Batch: 1, Window: 32, 'Warm-up': 2, 'Evaluate every': 8, 'Save every': SAVED };
const flags = ['--steps', STEPS, '--batch', 1, '--length', 32, '--warmup', 2, '--evaluate-every', 8].map(String);

const things = ['lamp', 'boat', 'door', 'tree', 'coat', 'ring', 'book', 'hill', 'bell', 'road'];
const colours = ['red', 'blue', 'green', 'white'];
const file = {
  name: 'colours.jsonl',
  text: colours
    .flatMap((colour) =>
      things.map((thing) => ({ prompt: `The ${thing}?`, completion: `The ${thing} is ${colour}, sir.` })),
    )
    .map((example) => JSON.stringify(example))
    .join('\n'),
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const losses = (rows: readonly Row[]) => rows.filter(({ train }) => !Number.isNaN(train)).map(({ train }) => train);

/** The losses of a run that nothing interrupted, to the three decimals that the page shows. */
const shown = (record: RunRecord) => record.train.map(({ loss }) => Number(loss.toFixed(3)));

/** Drops the file and trains to the end; answers with the training losses. */
async function trainOnPage(page: Page): Promise<number[]> {
  await drop(page, [file]);
  await set(page, numbers);
  await start(page);
  await untilEnded(page);
  return losses(await table(page));
}

/** Downloads the adapter of this name and reads its tensors. */
async function exported(page: Page, name: string, format: '.safetensors' | 'PEFT .zip') {
  await show(page, 'Adapter');
  const button = page.getByRole('button', { name: `Download ${name} as ${format}` }).first();
  const { bytes } = await download(page, () => button.click());
  const weights = format === '.safetensors' ? bytes : unzipSync(bytes)['adapter_model.safetensors'];
  return readSafetensors(weights ?? new Uint8Array(), name).tensors;
}

test('drop a file, train, lose the tab in the middle, resume, take the adapter away; then all of it again without a network', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file.name), file.text);
  const undisturbed = await trainCommand(join(folder, 'out'), [...flags, '--data', join(folder, file.name)]);
  const served = await serveSite();
  const { page: first, context, faults } = await openSite(served.url);

  await drop(first, [file]);
  expect(await figure(first, 'Examples')).toBe(40);
  expect(await figure(first, 'Held-out windows')).toBe(4);
  expect(await figure(first, 'Training windows')).toBe(36);
  await set(first, numbers);
  await start(first);
  await untilStep(first, SAVED + 1);
  await first.close(); // as a crash: nothing is asked, nothing is flushed

  const page = await context.newPage();
  await page.goto(served.url);
  await page.getByRole('button', { name: 'Resume colours' }).click();
  const result = await untilEnded(page);
  expect(result.ended).toBe('Finished');
  const rows = await table(page);
  expect(losses(rows)).toEqual(shown(undisturbed));
  expect(rows.filter(({ heldout }) => !Number.isNaN(heldout)).map(({ step }) => step)).toEqual([0, 8, 16]);
  expect(result.before).toBeCloseTo(undisturbed.baseline_heldout, 3);
  expect(result.after).toBeCloseTo(undisturbed.kept.heldout, 3);
  expect(result.after).toBeLessThan(0.9 * result.before);
  expect(mean(losses(rows).slice(-4))).toBeLessThan(0.9 * mean(losses(rows).slice(0, 4)));

  const mine = await exported(page, 'colours', '.safetensors');
  const theirs = readSafetensors(readFileSync(join(folder, 'out', undisturbed.adapter)), 'command').tensors;
  expect([...mine.keys()]).toEqual([...theirs.keys()]);
  for (const [path, tensor] of mine)
    expect(toFloat32(tensor, path)).toEqual(toFloat32(theirs.get(path) ?? tensor, path));
  const peft = await exported(page, 'colours', 'PEFT .zip');
  expect([...peft.keys()]).toContain('base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight');

  await untilOffline(page);
  await served.close();
  await context.setOffline(true);
  await page.reload();
  expect(await trainOnPage(page)).toEqual(shown(undisturbed));
  await exported(page, 'colours', '.safetensors');
  expect(faults).toEqual([]);
}, 600_000);
