import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import { learningRate } from '../../../src/settings/schedule';
import { whereWords } from '../../../src/ui/run/run_words';
import { chartColumns, lossColumns, lossRange, lossRows, stageBorders } from '../../../src/ui/state/chart_data';
import { reduceRun, startedRun } from '../../../src/ui/state/run_state';
import type { TrainEvent } from '../../../src/worker/api';

const step = (at: number, loss: number): TrainEvent => ({
  kind: 'step',
  step: at,
  loss,
  gradNorm: at,
  learningRate: 0.01,
  tokensPerSecond: 1,
  secondsLeft: 1,
});
const evaluated = { count: 6, of: 6 };
const started = startedRun({ ...defaultSettings, steps: 4 });
const run = reduceRun(started, [
  { kind: 'heldout', step: 0, loss: 4, best: false, aboveBase: false, evaluated },
  step(1, 4),
  step(2, 2),
  { kind: 'heldout', step: 2, loss: 3, best: true, aboveBase: false, evaluated },
]);

test('all curves share the steps from 0 to the last one planned', () => {
  expect(chartColumns(run).slice(0, 5)).toEqual([
    [0, 1, 2, 3, 4],
    [null, 4, 2, null, null],
    [null, 4, 3, null, null],
    [4, null, 3, null, null],
    [4, null, null, null, 4],
  ]);
});

test('the learning rate is drawn for every step that was made, and for those to come', () => {
  const { learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate: end } = run.settings!;
  const planned = [0, 1, 2, 3].map((done) => learningRate({ peak, warmupSteps, decaySteps, end }, done));
  expect(chartColumns(run)[5]).toEqual([null, ...planned]);
  const long = startedRun({ ...defaultSettings, steps: 10_000 });
  expect(chartColumns(long)[0].length).toBeLessThan(110);
  expect(lossColumns(chartColumns(run))).toHaveLength(5);
});

test('the chart reaches to the end of the last stage, and knows where each begins', () => {
  const stage = { steps: 3, freeze: 'Nothing()', learningRate: 0.1, warmupSteps: 0 };
  const staged = startedRun({ ...defaultSettings, steps: 4, stages: [stage, { ...stage, steps: 2 }] });
  expect(chartColumns(staged)[0].at(-1)).toBe(9);
  expect(stageBorders(staged)).toEqual([
    { stage: 2, step: 4 },
    { stage: 3, step: 7 },
  ]);
  expect(stageBorders(started)).toEqual([]);
  expect(whereWords({ ...staged, step: 0 })).toBe('Stage 1 of 3 · Step 0 of 9');
  expect(whereWords({ ...staged, step: 4 })).toBe('Stage 1 of 3 · Step 4 of 9');
  expect(whereWords({ ...staged, step: 5 })).toBe('Stage 2 of 3 · Step 5 of 9');
  expect(whereWords(run)).toBe('Step 2 of 4');
});

test('a loss that is no number leaves a gap', () => {
  expect(chartColumns(reduceRun(started, [step(1, Number.NaN)]))[1]).toEqual([null, null, null, null, null]);
});

test('the loss axis holds every value, and does not blow noise up', () => {
  const [low, high] = lossRange(lossColumns(chartColumns(run)));
  expect(low).toBeLessThan(2);
  expect(high).toBeGreaterThan(4);
  const flat = lossRange(lossColumns(chartColumns(reduceRun(started, [step(1, 2), step(2, 2.001)]))));
  expect(flat[1] - flat[0]).toBeGreaterThan(0.099);
  expect(lossRange(lossColumns(chartColumns(started)))).toEqual([0, 1]);
});

test('the table has a row for every step, or an even choice and every evaluation', () => {
  expect(lossRows(run, 200)).toEqual([
    { step: 0, train: null, heldout: 4, best: false, gradNorm: null, learningRate: null },
    { step: 1, train: 4, heldout: null, best: false, gradNorm: 1, learningRate: 0.01 },
    { step: 2, train: 2, heldout: 3, best: true, gradNorm: 2, learningRate: 0.01 },
  ]);
  const long = reduceRun(started, [
    ...Array.from({ length: 1000 }, (_, at) => step(at + 1, 2)),
    { kind: 'heldout', step: 777, loss: 1.5, best: true, aboveBase: false, evaluated },
  ]);
  const rows = lossRows(long, 100);
  expect(rows.length).toBeLessThanOrEqual(102);
  expect(rows.map((row) => row.step)).toEqual(expect.arrayContaining([1, 777, 1000]));
});
