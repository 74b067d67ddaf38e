import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import { momentShown, momentsOf } from '../../../src/ui/state/moments';
import { endedRun, type RunState, reduceRun, resumedRun, startedRun } from '../../../src/ui/state/run_state';
import type { TrainEvent } from '../../../src/worker/api';
import { historyOf, unfinishedOf } from '../trainer_double';

const settings = { ...defaultSettings, name: 'Mine', steps: 40, evaluateEvery: 10, samplePrompts: ['One'] };
const evaluated = { count: 6, of: 6 };
const measured = (step: number, loss: number): TrainEvent => ({
  kind: 'heldout',
  step,
  loss,
  best: false,
  aboveBase: false,
  evaluated,
});
const wrote = (step: number): TrainEvent => ({ kind: 'sample', step, prompt: 'One', base: 'b', adapter: `a${step}` });
const run = reduceRun(startedRun(settings), [measured(0, 4), measured(10, 3), wrote(10), measured(20, 3.5), wrote(20)]);

/** The same run, ended with these weights. */
const kept = (keptStep: number): RunState =>
  endedRun(run, {
    ...{
      runId: 'r',
      adapterId: 'a',
      steps: 20,
      seconds: 1,
      ended: 'stopped',
      baselineHeldout: 4,
      heldout: 3,
      keptStep,
    },
    verdict: { outcome: 'better', problem: null },
    history: { ...historyOf(settings, 20), heldout: run.heldout.filter(({ step }) => step > 0) },
  });

test('every evaluation is a moment, the base too, and the least loss is the best', () => {
  expect(momentsOf(run)).toEqual([
    { step: 0, loss: 4, best: false },
    { step: 10, loss: 3, best: true },
    { step: 20, loss: 3.5, best: false },
  ]);
  expect(momentsOf(startedRun(settings))).toEqual([]);
});

test('where nothing is held out, what was written makes the moments', () => {
  const unmeasured = reduceRun(startedRun(settings), [wrote(10), wrote(20)]);
  expect(momentsOf(unmeasured)).toEqual([
    { step: 10, loss: null, best: false },
    { step: 20, loss: null, best: false },
  ]);
  expect(momentShown(unmeasured, null)).toBe(20);
});

test('the latest is followed until one is picked; one that is gone is no longer picked', () => {
  expect(momentShown(startedRun(settings), null)).toBeNull();
  expect(momentShown(run, null)).toBe(20);
  expect(momentShown(run, 10)).toBe(10);
  const later = reduceRun(run, [measured(30, 2)]);
  expect([momentShown(later, 10), momentShown(later, null)]).toEqual([10, 30]);
  expect(momentShown(run, 15)).toBe(20);
});

test('at the end the weights that were kept are looked at', () => {
  expect(momentShown(kept(10), null)).toBe(10);
  expect(momentShown(kept(10), 20)).toBe(20);
  expect(momentShown(kept(17), null)).toBe(20); // stopped between two evaluations
});

test('a resumed run has the moments of its history, without what was written there', () => {
  const resumed = resumedRun(unfinishedOf(settings, 20));
  expect(momentsOf(resumed).map(({ step }) => step)).toEqual([0, 10, 20]);
  expect(resumed.samples).toEqual([]);
});
