import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { MOST_POINTS, openRunRecords, recordOf } from '../../src/adapter/run_records';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import type { RunSummary } from '../../src/train/events';
import { sampleAdapter } from './sample';

let databases = 0;
const fresh = () => openRunRecords(`ended ${databases++}`);

const losses = (points: number) => Array.from({ length: points }, (_, n) => ({ step: n + 1, loss: 4 - n / points }));

const summary = (runId: string, points = 3): RunSummary => ({
  runId,
  adapterId: `adapter of ${runId}`,
  steps: points,
  seconds: 12,
  ended: 'finished',
  baselineHeldout: 4.5,
  heldout: 3.5,
  keptStep: points,
  verdict: { outcome: 'better', problem: null },
  history: {
    ...sampleAdapter().history!,
    train: losses(points).map((point) => ({ ...point, gradNorm: 1, learningRate: 0.1 })),
    heldout: losses(2),
  },
});

test('a record has the curves as they were, without what only the adapter keeps', () => {
  const record = recordOf(defaultSettings, summary('a'), 7);
  expect(record.train).toEqual(losses(3));
  expect(record.evaluations).toEqual(losses(2));
  expect(record).toMatchObject({ endedAt: 7, outcome: 'better', settings: defaultSettings, heldout: 3.5 });
});

test('of a long run an even choice of points is kept, its first and its last among them', () => {
  const { train } = recordOf(defaultSettings, summary('a', 100_000), 7);
  expect(train).toHaveLength(MOST_POINTS);
  expect([train[0]!.step, train.at(-1)!.step]).toEqual([1, 100_000]);
  const gaps = train.slice(1).map(({ step }, n) => step - train[n]!.step);
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
});

test('a run without any step has no points', () => {
  expect(recordOf(defaultSettings, summary('a', 0), 7).train).toEqual([]);
  expect(recordOf(defaultSettings, summary('a', 1), 7).train).toEqual([{ step: 1, loss: 4 }]);
});

test('runs are listed by their task, the latest first, and can be taken off and put back', async () => {
  const records = fresh();
  const [early, late] = [recordOf(defaultSettings, summary('early'), 1), recordOf(defaultSettings, summary('late'), 2)];
  await records.save(early);
  await records.save(late);
  await records.save(recordOf(defaultActionsSettings, summary('robot'), 3));
  expect(await records.list('text')).toEqual([late, early]);
  await records.remove('late');
  expect((await records.list('text')).map(({ runId }) => runId)).toEqual(['early']);
  await records.save(late);
  expect(await records.list('text')).toEqual([late, early]);
  expect((await records.list('actions')).map(({ runId }) => runId)).toEqual(['robot']);
});
