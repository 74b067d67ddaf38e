import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import { bestOf } from '../../../src/best';
import { lossRows } from '../../../src/ui/state/chart_data';
import { endedRun, type RunState, reduceRun, resumedRun, startedRun } from '../../../src/ui/state/run_state';
import type { TextSettings } from '../../../src/worker/api';
import { settingsOf } from '../../run/small_base';
import { textRunOf } from '../../run/small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

/** The steps that the page marks as the best. */
const marked = (run: RunState) =>
  lossRows(run, 1000)
    .filter(({ best }) => best)
    .map(({ step }) => step);

const cases: [string, Partial<TextSettings>][] = [
  ['a run that learns', {}],
  ['ties', { learningRate: 1e-30, endLearningRate: 0, weightDecay: 0 }],
  ['the last weights are kept', { learningRate: 50, endLearningRate: 50, warmupSteps: 0, keepBest: false }],
  ['early stop', { steps: 60, learningRate: 0.6, patience: 2, earlyStop: true }],
  ['a base that is better than all', { loraAlpha: 4e5, learningRate: 1e-9, endLearningRate: 0 }],
];

test.each(cases)(
  'the run, the page during the run and the page after it agree on the best step: %s',
  async (name, changes) => {
    const settings = settingsOf({ steps: 9, evaluateEvery: 2, earlyStop: false, ...changes });
    const { run, events, of, checkpoints } = textRunOf(settings);
    const { summary } = await run.run();
    const told = of('heldout').findLast(({ best }) => best)?.step ?? 0; // the base, where no step beats it
    const live = reduceRun(startedRun(settings), events);
    expect(marked(live)).toEqual([told]);
    expect(marked(endedRun(live, summary))).toEqual([told]);
    const least = bestOf(summary.history.heldout)?.step; // of the run's own steps, the least bad where the base beats all
    expect(summary.keptStep).toBe(settings.keepBest ? least : summary.steps);
    if (told > 0 && settings.keepBest) expect(told).toBe(least);
    if (name === 'ties') expect(least).toBe(2);
    if (name === 'early stop') expect(summary.ended).toBe('early stop');
    if (name === 'the last weights are kept') expect(told).toBeLessThan(summary.keptStep);
    if (name === 'a base that is better than all') {
      expect(summary.heldout).toBeGreaterThan(summary.baselineHeldout);
      expect(told).toBe(0);
      expect(summary.verdict.outcome).toBe('worse');
    }

    const saved = checkpoints.find(({ step }) => step === 4) as Checkpoint;
    const { runId, step, savedAt, history, baselineHeldout } = saved;
    const before = resumedRun({ runId, name: '', step, steps: 9, savedAt, settings, history, baselineHeldout });
    expect(marked(before)).toEqual([of('heldout').findLast(({ best, step: at }) => best && at <= 4)?.step ?? 0]);
    const again = textRunOf(settings, saved);
    const ended = (await again.run.run()).summary;
    expect(marked(reduceRun(before, again.events))).toEqual([told]);
    expect(marked(endedRun(before, ended))).toEqual([told]);
    expect(ended.keptStep).toBe(summary.keptStep);
  },
  MINUTE,
);
