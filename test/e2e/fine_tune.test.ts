import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { type RunRecord, trainCommand } from './command';
import { colourFile, shortRun, shortRunFlags, writeColours } from './data';
import { download, drop, figure, type Row, set, show, start, table, untilEnded, untilStep } from './person';
import { openSite, serveSite, temporaryFolder, untilOffline } from './site';

/* Everything that a person comes for, in a real browser, with the numbers checked. */

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const losses = (rows: readonly Row[]) => rows.filter(({ train }) => !Number.isNaN(train)).map(({ train }) => train);

/** The losses of a run that nothing interrupted, to the three decimals that the page shows. */
const shown = (record: RunRecord) => record.train.map(({ loss }) => Number(loss.toFixed(3)));

/** Drops the file and trains to the end; answers with the training losses. */
async function trainOnPage(page: Page): Promise<number[]> {
  await drop(page, [colourFile]);
  await set(page, shortRun);
  await start(page);
  await untilEnded(page);
  return losses(await table(page));
}

/** Takes the adapter of this name away as openpi's file and reads its tensors. */
async function exported(page: Page, name: string) {
  await show(page, 'Adapter');
  const { bytes } = await download(page, `Download ${name} as .safetensors`);
  return readSafetensors(bytes, name).tensors;
}

test('drop a file, train, lose the tab in the middle, resume, take the adapter away; then all of it again without a network', async () => {
  const folder = temporaryFolder();
  const undisturbed = await trainCommand(join(folder, 'out'), [...shortRunFlags, '--data', writeColours(folder)]);
  const served = await serveSite();
  const { page: first, context, faults } = await openSite(served.url);

  await drop(first, [colourFile]);
  expect(await figure(first, 'Examples')).toBe(40);
  expect(await figure(first, 'Held-out windows')).toBe(4);
  expect(await figure(first, 'Training windows')).toBe(36);
  await set(first, shortRun);
  await start(first);
  await untilStep(first, shortRun['Save every'] + 1);
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

  const mine = await exported(page, 'colours');
  const theirs = readSafetensors(readFileSync(join(folder, 'out', undisturbed.adapter)), 'command').tensors;
  expect([...mine.keys()]).toEqual([...theirs.keys()]);
  for (const [path, tensor] of mine)
    expect(toFloat32(tensor, path)).toEqual(toFloat32(theirs.get(path) ?? tensor, path));
  const folders = unzipSync((await download(page, 'Download colours as PEFT .zip')).bytes);
  expect(strFromU8(folders['colours-peft/adapter_config.json'] ?? new Uint8Array())).toContain('"peft_type": "LORA"');
  const weights = readSafetensors(
    folders['colours-peft/adapter_model.safetensors'] ?? new Uint8Array(),
    'peft',
  ).tensors;
  expect([...weights.keys()]).toContain('base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight');

  await untilOffline(page);
  await served.close();
  await context.setOffline(true);
  await page.reload();
  expect(await trainOnPage(page)).toEqual(shown(undisturbed));
  expect([...(await exported(page, 'colours')).keys()]).toEqual([...theirs.keys()]);
  const server = unzipSync((await download(page, 'Download colours as GPU server .zip')).bytes);
  const inServer = (name: string) => server[`colours-server/${name}`] ?? new Uint8Array();
  expect(strFromU8(inServer('train.py'))).toContain('PeftModel.from_pretrained');
  expect(strFromU8(inServer('data.jsonl')).trimEnd().split('\n')).toHaveLength(40);
  expect(JSON.parse(strFromU8(inServer('run.json')))).toMatchObject({
    from_step: undisturbed.kept.step,
    own_heads: { q_proj: 8 },
  });
  const baseTensors = readSafetensors(inServer('base/model.safetensors'), 'base').tensors;
  expect([...baseTensors.keys()]).toContain('model.layers.0.self_attn.q_proj.weight');
  expect(faults).toEqual([]);
}, 600_000);
