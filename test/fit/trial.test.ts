import { expect, test } from 'vitest';
import { costOf, isGiven } from '../../src/fit/cost';
import { probeBudget } from '../../src/fit/probe';
import { AllocationError, allocate } from '../../src/fit/trial';
import type { Gpu } from '../../src/gpu/device';
import { emptyBytes, Memory } from '../../src/gpu/memory';
import type { Storage } from '../../src/gpu/tensor';
import { prepareActions } from '../../src/tasks/actions/prepare';
import { groundOf } from '../../src/tasks/ground';
import { prepareText } from '../../src/tasks/text/prepare';
import { device } from '../gpu';
import { SMALL_BASE, settingsOf } from '../run/small_base';
import { actionsSettings, SMALL_ACTIONS_BASE } from '../tasks/actions/small_actions';
import { limited, MB } from './limited_device';

test('the budget says how it was found; the device of the trial is destroyed', async () => {
  const gpuOf = (device: GPUDevice, software: boolean): Gpu => ({
    device,
    info: {} as GPUAdapterInfo,
    features: new Set(),
    software,
  });
  const card = await probeBudget(async () => gpuOf(limited(2000 * MB).device, false));
  expect(card.reason).toBe('A trial allocation: this device gave 2.1 GB and refused more.');
  expect((await probeBudget(async () => gpuOf(limited(9000 * MB).device, false))).bytes).toBe(4096 * MB);
  const own = limited(9000 * MB);
  const software = await probeBudget(async () => gpuOf(own.device, true));
  expect(software.reason).toMatch(/this GPU is software and shares the machine’s memory/);
  expect(software.bytes).toBeLessThan(card.bytes);
  expect(own.given).toMatchObject({ now: 0, destroyed: true });
});

test('a run that the device refuses leaves nothing allocated and says how much was refused', async () => {
  const prepared = prepareText(SMALL_BASE, settingsOf());
  const { device, given } = limited(prepared.plannedBytes - 1);
  const error = await allocate(device, new Memory(device), prepared).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AllocationError);
  expect((error as AllocationError).plannedBytes).toBe(prepared.plannedBytes);
  expect(given.now).toBe(0);
  await allocate(limited(prepared.plannedBytes).device, new Memory(limited(prepared.plannedBytes).device), prepared);
});

test('a buffer that the device does not allow is refused too, on a real device', async () => {
  const prepared = prepareText(SMALL_BASE, settingsOf());
  const tooLarge = { label: 'too large', bytes: device.limits.maxBufferSize + 4, kind: 'workspace', planned: false };
  const { step } = prepared;
  const plan = { ...step.plan, persistent: [...step.plan.persistent, tooLarge as Storage] };
  const memory = new Memory(device);
  const refused = allocate(device, memory, { ...prepared, step: { ...step, plan } });
  await expect(refused).rejects.toBeInstanceOf(AllocationError);
  expect(memory.bytesByKind()).toEqual(emptyBytes());
});

test('whether a device gives what a run needs is tried, not computed', async () => {
  const settings = settingsOf();
  const ground = groundOf(SMALL_BASE, settings, () => ({}), null);
  const { plannedBytes } = prepareText(SMALL_BASE, settings);
  const enough = limited(plannedBytes);
  expect(await isGiven(enough.device, ground, settings)).toBe(true);
  expect(enough.given.now).toBe(0);
  expect(await isGiven(limited(plannedBytes - 1).device, ground, settings)).toBe(false);
});

test('of a streamed run that is what frames take on their way too, and its largest buffer counts', async () => {
  const settings = actionsSettings({ streamed: true, batchSize: 1, horizon: 1, loraRank: 1 });
  const facts = { cameras: 2, prefixes: 64 };
  const { plannedBytes, pass, passMemory } = prepareActions(SMALL_ACTIONS_BASE, settings, facts);
  expect(pass!.plannedBytes).toBeGreaterThan(plannedBytes);
  const ground = groundOf(SMALL_ACTIONS_BASE, settings, () => facts, null);
  const enough = limited(pass!.plannedBytes);
  expect(await isGiven(enough.device, ground, settings)).toBe(true);
  expect(enough.given).toMatchObject({ now: 0, most: pass!.plannedBytes });
  expect(await isGiven(limited(pass!.plannedBytes - 1).device, ground, settings)).toBe(false);
  const largest = Math.max(...passMemory!.most.map(({ bytes }) => bytes));
  expect(costOf(ground, settings).largestBuffer).toBe(largest);
});
