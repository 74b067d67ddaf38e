import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import { memoryChanges, memorySpans } from '../../../src/ui/run/memory_log_data';
import { reduceRun, startedRun } from '../../../src/ui/state/run_state';
import { eventsOf } from '../trainer_double';

const stage = { steps: 10, freeze: 'Nothing()', learningRate: 0.01, warmupSteps: 0 };
const settings = { ...defaultSettings, steps: 10, stages: [stage] };

test('each stage is a stretch of the run, as high as what it held', () => {
  const run = reduceRun(startedRun(settings), [...eventsOf(settings, 0, 15)]);
  const spans = memorySpans(run);
  expect(spans.map(({ from, to }) => [from, to])).toEqual([
    [0, 0.5],
    [0.5, 0.75],
  ]);
  const heights = spans.map(({ parts }) => parts.reduce((sum, { width }) => sum + width, 0));
  expect(heights[1]).toBeCloseTo(1, 12);
  expect(heights[0]).toBeLessThan(1);
});

test('a change is told with what was held before and after, and so is the end', () => {
  const { memoryLog } = reduceRun(startedRun(settings), [...eventsOf(settings, 0, 20)]);
  const last = memoryLog.at(-1);
  if (!last) throw new Error('nothing was counted');
  const evaluated = { ...last, moment: 'evaluated', step: 20 } as const;
  const freed = { ...last, moment: 'freed', step: 20, allocatedBytes: 0 } as const;
  const changes = memoryChanges([...memoryLog, evaluated, freed]);
  expect(changes.map(([before, after]) => [before.moment, after.moment, after.step])).toEqual([
    ['stage ends', 'stage begins', 10],
    ['evaluated', 'freed', 20],
  ]);
  // A run that goes on after its tab was closed begins its stage again: nothing changed.
  expect(memoryChanges([last, { ...last, moment: 'stage begins' }])).toEqual([]);
});
