import { expect, test } from 'vitest';
import { allocate } from '../../src/fit/trial';
import type { Gpu } from '../../src/gpu/device';
import { Memory } from '../../src/gpu/memory';
import { ProblemError } from '../../src/problem';
import { prepareText } from '../../src/tasks/text/prepare';
import { Proposals } from '../../src/worker/proposals';
import type { Session } from '../../src/worker/session';
import { limited, MB } from '../fit/limited_device';
import { SMALL_BASE, settingsOf } from '../run/small_base';

const settings = settingsOf({ batchSize: 8 });
const { plannedBytes } = prepareText(SMALL_BASE, settings);

function proposalsOf(bytes: number, busy = true) {
  const { device, given } = limited(bytes);
  const session = { gpu: async () => ({ device }) as Gpu, base: async () => SMALL_BASE } as unknown as Session;
  const proposals = new Proposals({ session, busy: () => busy, factsOf: () => ({ cameras: 0, prefixes: 0 }) });
  return { proposals, device, given };
}

const problemOf = (error: unknown) => (error as ProblemError).problem;

test('a refused run says what the device gives instead, and how to set it', async () => {
  const room = Math.floor(plannedBytes * 0.55);
  const { proposals, device, given } = proposalsOf(room);
  const run = () => allocate(device, new Memory(device), prepareText(SMALL_BASE, settings));
  const error = await proposals.orWhatFits(settings, run).catch((thrown: unknown) => thrown);
  const { what, fix, remedy } = problemOf(error);
  expect(what).toContain('The GPU refused');
  expect(remedy?.settings.freeze).toBe(settings.freeze);
  const smaller = prepareText(SMALL_BASE, { ...settings, ...remedy?.settings });
  expect(smaller.plannedBytes).toBeLessThanOrEqual(room);
  expect(fix).toContain(remedy?.name);
  expect(given.now).toBe(0);
});

test('where nothing is given at all, the problem says what helps in general', async () => {
  const { proposals, device } = proposalsOf(0);
  const run = () => allocate(device, new Memory(device), prepareText(SMALL_BASE, settings));
  const error = await proposals.orWhatFits(settings, run).catch((thrown: unknown) => thrown);
  expect(problemOf(error).remedy).toBeUndefined();
  expect(problemOf(error).fix).toContain('Choose a smaller batch');
});

test('other problems are left as they are', async () => {
  const { proposals } = proposalsOf(MB);
  const other = new ProblemError({ what: 'No data.' });
  const run = async () => {
    throw other;
  };
  await expect(proposals.orWhatFits(settings, run)).rejects.toBe(other);
});

test('during a run nothing is tried or measured: a budget must be stated, and rows have no seconds', async () => {
  const { proposals, given } = proposalsOf(100 * MB);
  await expect(proposals.propose(settings, null)).rejects.toThrow('A run is under way');
  const { rows, speed, budgetReason } = await proposals.propose(settings, plannedBytes);
  expect(budgetReason).toBe('The budget that you set.');
  expect(speed).toBeNull();
  expect(rows.find(({ recommended }) => recommended)).toMatchObject({ plannedBytes, secondsPerStep: null, fits: true });
  expect(given.buffers).toBe(0);
});

test('a newer question overtakes the one before', async () => {
  const { proposals } = proposalsOf(100 * MB);
  const [first, second] = await Promise.allSettled([
    proposals.propose(settings, plannedBytes),
    proposals.propose(settings, 1e12),
  ]);
  expect(first.status).toBe('rejected');
  expect(second).toMatchObject({ status: 'fulfilled', value: { budgetBytes: 1e12 } });
});

test('a filter with a mistake does not keep from asking what fits', async () => {
  const { proposals } = proposalsOf(100 * MB);
  const { rows } = await proposals.propose({ ...settings, freeze: 'All(' }, 1e12);
  expect(rows.every(({ fits }) => fits === true)).toBe(true);
});
