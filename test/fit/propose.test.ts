import { expect, test, vi } from 'vitest';
import { costOf, type Ground } from '../../src/fit/cost';
import type { ProposedRun } from '../../src/fit/proposal';
import { type Cost, proposeRuns, whatFits } from '../../src/fit/propose';
import { batchSizes } from '../../src/fit/scopes';
import { type Speed, secondsFor } from '../../src/fit/speed';
import { wayInWords } from '../../src/fit/words';
import type { TaskSettings } from '../../src/settings/task';
import { groundOf as groundOfTask } from '../../src/tasks/ground';
import { taskOf } from '../../src/tasks/registry';
import { SMALL_BASE, settingsOf } from '../run/small_base';
import { actionsSettings, SMALL_ACTIONS_BASE } from '../tasks/actions/small_actions';

vi.setConfig({ testTimeout: 60_000 }); // hundreds of plans

const SPEED: Speed = {
  rates: { matmul_wide: 2e9, matmul_tiled: 1e9, thin: 1e9, matmul: 1e9, attention: 1e9, bytes: 1e9 },
  secondsPerDispatch: 1e-5,
  secondsPerWait: 1e-4,
};

const groundOf = (settings: TaskSettings): Ground =>
  settings.task === 'text'
    ? groundOfTask(SMALL_BASE, settings, () => ({}), null)
    : groundOfTask(SMALL_ACTIONS_BASE, settings, () => ({ cameras: 1, prefixes: 20 }), null);

const scopesOf = (settings: TaskSettings) =>
  taskOf(settings).scopesOf(settings.task === 'text' ? SMALL_BASE : SMALL_ACTIONS_BASE);

/** Each plan is made once: the tests below ask for the same ones again and again. */
const costs = new Map<string, Cost>();
function cost(settings: TaskSettings): Cost {
  const key = JSON.stringify(settings);
  const known = costs.get(key) ?? costOf(groundOf(settings), settings);
  costs.set(key, known);
  return known;
}

function partsOf(settings: TaskSettings, budgetBytes: number, speed: Speed | null = SPEED) {
  const planned: TaskSettings[] = [];
  const parts = {
    settings,
    scopes: scopesOf(settings),
    budgetBytes,
    maxBufferBytes: Number.POSITIVE_INFINITY,
    seconds: speed && ((work: Parameters<typeof secondsFor>[0]) => secondsFor(work, speed)),
    costOf: (own: TaskSettings) => {
      planned.push(own);
      return cost(own);
    },
    turn: async () => undefined,
  };
  return { parts, planned };
}

const proposed = (settings: TaskSettings, budgetBytes: number, speed?: Speed | null) =>
  proposeRuns(partsOf(settings, budgetBytes, speed).parts);

const plannedBytes = (settings: TaskSettings, row: Partial<ProposedRun['settings']>) =>
  cost({ ...settings, ...row }).plannedBytes;

const text = settingsOf({ batchSize: 8 });
const actions = actionsSettings({ batchSize: 8 });

test.each([text, actions])('$task: with room for all, each scope is one row, in its whole batch', async (settings) => {
  const rows = await proposed(settings, 1e12);
  const asked = rows.filter(({ settings: own }) => own.batchSize * own.accumulation === 8);
  expect(asked.map(({ trains }) => trains)).toEqual(scopesOf(settings).all.map(({ trains }) => trains));
  for (const { settings: own } of asked) expect(own).toMatchObject({ batchSize: 8, accumulation: 1, recompute: false });
  expect(rows.every(({ fits }) => fits === true)).toBe(true);
});

test.each([text, actions])(
  '$task: bytes and parameters of every row are those of the run that it sets',
  async (settings) => {
    const whole = plannedBytes(settings, {});
    for (const budget of [1e12, whole * 0.7]) {
      for (const row of await proposed(settings, budget)) {
        const own = cost({ ...settings, ...row.settings });
        expect(row.plannedBytes, row.id).toBe(own.plannedBytes);
        expect(row.trainableParameters, row.id).toBe(own.trainableParameters);
        expect(row.secondsPerStep, row.id).toBe(secondsFor(own.work, SPEED));
        expect(row.fits === true, row.id).toBe(own.plannedBytes <= budget);
      }
    }
  },
);

test.each([text, actions])('$task: no way that fits is faster than the one proposed', async (settings) => {
  const budget = plannedBytes(settings, {}) * 0.6;
  const rows = await proposed(settings, budget);
  for (const { settings: filter, trains } of scopesOf(settings).all) {
    const all = batchSizes(settings).flatMap((batchSize) =>
      [false, true].map((recompute) => {
        const way = { batchSize, accumulation: 8 / batchSize, recompute };
        const { plannedBytes: bytes, work } = cost({ ...settings, ...filter, ...way });
        return { bytes, seconds: secondsFor(work, SPEED) };
      }),
    );
    const fitting = all.filter(({ bytes }) => bytes <= budget).sort((a, b) => a.seconds - b.seconds);
    const [first] = rows.filter((row) => row.trains === trains);
    if (fitting.length === 0) expect(first?.fits, trains).toMatch(/^Needs .* more: mostly [a-z ]+\.$/);
    else expect(first?.secondsPerStep, trains).toBeCloseTo(fitting[0]?.seconds as number, 12);
  }
  expect(rows.some(({ settings: { batchSize } }) => batchSize < 8)).toBe(true);
});

test('the effective batch is kept; the way of the form is shown, with what it lacks, where it does not fit', async () => {
  const settings = settingsOf({ batchSize: 4, accumulation: 3 });
  const budget = plannedBytes(settings, {}) - 1;
  const rows = await proposed(settings, budget);
  for (const { settings: own } of rows) expect(own.batchSize * own.accumulation).toBe(12);
  const adapters = rows.filter(({ trains }) => trains === 'Adapters only');
  expect(adapters[0]?.fits).toBe(true);
  expect(adapters.at(-1)).toMatchObject({
    fits: 'Needs 1 B more: mostly saved activations.',
    settings: { batchSize: 4, accumulation: 3, recompute: false },
  });
});

test('what the defaults train is recommended; where it does not fit, what takes less; where nothing fits, nothing', async () => {
  const marked = async (budget: number) => (await proposed(actions, budget)).filter(({ recommended }) => recommended);
  const [usual] = await marked(1e12);
  expect(usual?.trains).toBe('Adapters of the action expert, projections');
  const least = { batchSize: 1, accumulation: 8, recompute: true };
  const [adapters, projections] = scopesOf(actions).all.map(({ settings }) =>
    plannedBytes(actions, { ...settings, ...least }),
  ) as [number, number];
  expect(adapters).toBeLessThan(projections);
  const [narrower] = await marked(projections - 1);
  expect(narrower?.trains).toBe('Adapters of the action expert');
  expect(narrower?.settings.batchSize).toBe(1);
  const [layered] = await marked(adapters - 1);
  expect(layered?.trains).toBe('Adapters of the action expert, projections; what comes before it layer by layer');
  expect(layered?.settings.streamed).toBe(true);
  const streamed = scopesOf(actions).all.filter(({ id }) => id.endsWith('by-layers'));
  const bytes = streamed.map(({ settings }) => plannedBytes(actions, { ...settings, ...least }));
  expect(await marked(Math.min(...bytes) - 1)).toEqual([]);
});

test('twice the batch is a row where it saves time for each sample, and is not the recommended one', async () => {
  const slowDispatches = { ...SPEED, secondsPerDispatch: 0.01 };
  const larger = (rows: readonly ProposedRun[]) => rows.filter(({ settings: own }) => own.batchSize === 16);
  const [row] = larger(await proposed(text, 1e12, slowDispatches));
  expect(row).toMatchObject({ settings: { accumulation: 1 }, recommended: null, fits: true });
  expect(larger(await proposed(text, 1e12, { ...SPEED, secondsPerDispatch: 0, secondsPerWait: 0 }))).toEqual([]);
  expect(larger(await proposed({ ...text, batchSize: 4, accumulation: 2 }, 1e12, slowDispatches))).toEqual([]);
});

test.each([
  [0.049, false],
  [0.051, true],
])('twice the batch is a row from a twentieth of a sample’s time on: of %d saved, %s', async (saved, isRow) => {
  const { parts } = partsOf(text, 1e12);
  const rows = await proposeRuns({
    ...parts,
    // The seconds of a step, in place of its work: one for the batch that was asked for.
    costOf: (own) => ({
      ...cost(own),
      work: { ...cost(own).work, dispatches: own.batchSize === 16 ? 2 * (1 - saved) : 1 },
    }),
    seconds: ({ dispatches }) => dispatches,
  });
  expect(rows.some(({ settings: { batchSize } }) => batchSize === 16)).toBe(isRow);
});

test('without a measured speed, rows have no seconds and go by operations', async () => {
  const rows = await proposed(text, plannedBytes(text, {}) * 0.6, null);
  expect(rows.every(({ secondsPerStep }) => secondsPerStep === null)).toBe(true);
  expect(rows.find(({ recommended }) => recommended)?.settings.batchSize).toBeLessThan(8);
});

test('a buffer larger than the device allows does not fit, however large the budget', async () => {
  const { parts } = partsOf(text, 1e12);
  const rows = await proposeRuns({ ...parts, maxBufferBytes: 1000 });
  for (const { fits } of rows) expect(fits).toMatch(/^Needs one buffer of .*; this device allows 1 kB\.$/);
});

test('a search makes few plans, and ends when it is overtaken', async () => {
  const { parts, planned } = partsOf(actionsSettings({ batchSize: 256 }), 1e12);
  await proposeRuns(parts);
  expect(planned.length).toBeLessThanOrEqual(3 * scopesOf(actions).all.length);
  const tight = partsOf(actionsSettings({ batchSize: 256 }), 3e6);
  await proposeRuns(tight.parts);
  expect(tight.planned.length).toBeLessThanOrEqual(10 * scopesOf(actions).all.length);
  const turn = async () => {
    throw new Error('overtaken');
  };
  await expect(proposeRuns({ ...parts, turn })).rejects.toThrow('overtaken');
});

test('what fits below a refusal keeps the filter as long as it can', async () => {
  const own = { ...text, freeze: 'PathRegex(".*embedder.*")' };
  const found = await whatFits(partsOf(own, plannedBytes(own, {}) - 1).parts);
  expect(found?.run.settings.freeze).toBe(own.freeze);
  expect(found?.name).toBe(wayInWords(found?.run.settings as ProposedRun['settings']));
  const narrower = await whatFits(partsOf(own, plannedBytes(own, { batchSize: 1, recompute: true }) - 1).parts);
  expect(narrower?.name).toMatch(/^Adapters only: Batch \d/);
  expect(await whatFits(partsOf(own, 1).parts)).toBeNull();
});

test('ways in words', () => {
  const words = (batchSize: number, accumulation: number, recompute: boolean) =>
    wayInWords({ batchSize, accumulation, recompute });
  expect(words(2, 1, true)).toBe('Batch 2 with re-computation');
  expect(words(2, 4, true)).toBe('Batch 2, accumulated 4 times, with re-computation');
  expect(words(16, 1, false)).toBe('Batch 16');
  expect(batchSizes({ batchSize: 6, accumulation: 2 })).toEqual([1, 2, 4, 6, 12]);
});
