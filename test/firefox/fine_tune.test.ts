import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/containers/safetensors';
import { colourFile, shortRun } from '../e2e/data';
import type { Row } from '../e2e/person';
import { serveSite, temporaryFolder } from '../e2e/site';
import { crash, startFirefox } from './browser';
import { download, drop, figure, press, set, show, table, untilEnded, untilStep } from './person';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const trained = (rows: readonly Row[]) => rows.filter(({ train }) => !Number.isNaN(train));

test('drop a file, train, lose the browser and then the tab, resume each time, take the adapter away', async () => {
  const { url } = await serveSite();
  const profile = temporaryFolder();
  const every = shortRun['Save every'];

  const first = await startFirefox(profile);
  const lost = await first.newPage(url);
  await press(lost, /^Text$/);
  await drop(lost, [colourFile]);
  expect(await figure(lost, 'Examples')).toBe(40);
  expect(await figure(lost, 'Held-out windows')).toBe(4);
  expect(await figure(lost, 'Training windows')).toBe(36);
  await set(lost, { ...shortRun, Steps: 3 * every });
  await press(lost, /^Start$/);
  await untilStep(lost, every + 2);
  const before = trained(await table(lost));
  await crash(first);

  const second = await startFirefox(profile);
  const closed = await second.newPage(url);
  await press(closed, /^Resume colours$/);
  expect(await untilStep(closed, 0)).toBeGreaterThanOrEqual(every);
  await untilStep(closed, 2 * every + 1);
  await closed.close();

  const page = await second.newPage(url);
  await press(page, /^Resume colours$/);
  expect(await untilStep(page, 0)).toBeGreaterThanOrEqual(2 * every);
  const result = await untilEnded(page);
  expect(result.ended).toBe('Finished');
  const rows = await table(page);
  expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 3 * every + 1 }, (_, step) => step));
  expect(before.length).toBeGreaterThan(every); // the last of them were made a second time, from the checkpoint on
  expect(trained(rows).slice(0, before.length)).toEqual(before);
  const losses = trained(rows).map(({ train }) => train);
  expect(mean(losses.slice(-4))).toBeLessThan(0.9 * mean(losses.slice(0, 4)));
  expect(result.after).toBeLessThan(0.9 * result.before);

  await show(page, 'Adapter');
  const file = await download(page, /^Download colours as \.safetensors$/, second.downloads, 'colours.safetensors');
  expect([...readSafetensors(file, 'openpi').tensors.keys()].filter((path) => /lora_[ab]$/.test(path))).not.toEqual([]);
  const zip = await download(page, /^Download colours as PEFT \.zip$/, second.downloads, 'colours-peft.zip');
  const folder = unzipSync(zip);
  expect(strFromU8(folder['colours-peft/adapter_config.json'] ?? new Uint8Array())).toContain('"peft_type": "LORA"');
  const weights = readSafetensors(folder['colours-peft/adapter_model.safetensors'] ?? new Uint8Array(), 'peft').tensors;
  expect([...weights.keys()]).toContain('base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight');

  expect([...first.faults, ...second.faults]).toEqual([]);
  expect([...first.asked, ...second.asked]).toEqual([]);
});
