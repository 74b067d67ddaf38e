import { beforeAll, expect, test } from 'vitest';
import type { Base } from '../../src/base/base';
import { heldWeights } from '../../src/base/weights';
import type { TextSettings } from '../../src/settings/text';
import { actionsSettings, BLIND } from '../tasks/actions/small_actions';
import { COUNTING, SMALL_BASE, SMALL_VALUES, settingsOf } from './small_base';
import { actionsRunOf, textRunOf } from './small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

/** A base that can count a little, so that there is something to undo. */
let base: Base;

beforeAll(async () => {
  const { run } = textRunOf(settingsOf({ steps: 40, earlyStop: false, freeze: 'Nothing()' }));
  const { tensors } = (await run.run()).adapter;
  const values = [...SMALL_VALUES].map(([path, untrained]) => [path, tensors[path]?.values ?? untrained] as const);
  base = { ...SMALL_BASE, weights: heldWeights(new Map(values), 'counting') };
}, MINUTE);

const runOf = (changes: Partial<TextSettings>, onEvent?: Parameters<typeof textRunOf>[2]) =>
  textRunOf(settingsOf({ steps: 12, evaluateEvery: 4, warmupSteps: 0, ...changes }), null, onEvent, { base });

const atRate = (learningRate: number): Partial<TextSettings> => ({ learningRate, endLearningRate: learningRate / 10 });

test(
  'a rate that is far too high: no step is the best, the least bad is kept, and the end says so and why',
  async () => {
    const { run, of } = runOf(atRate(30));
    const { summary, adapter } = await run.run();
    const evaluations = of('heldout').filter(({ step }) => step > 0);
    expect(evaluations).toHaveLength(3);
    for (const { best, aboveBase } of evaluations) expect([best, aboveBase]).toEqual([false, true]);
    expect(summary.heldout).toBeGreaterThan(summary.baselineHeldout);
    expect(summary.heldout).toBe(Math.min(...evaluations.map(({ loss }) => loss)));
    expect(adapter.summary).toMatchObject({ keptStep: summary.keptStep, heldout: summary.heldout });
    expect(summary.verdict).toMatchObject({ outcome: 'worse', problem: { setting: { name: 'learningRate' } } });
    expect(summary.verdict.problem?.what).toContain('worse than no adapter');
    expect(summary.verdict.problem?.what).toContain('likely because the learning rate of 30 is too high');
    const seen = of('problem').map(({ problem }) => problem.what);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('far above');
  },
  MINUTE,
);

test(
  'gradients of 0 and a loss at ln V are told at the third such step, once each, before the run ends',
  async () => {
    const { run, events, of } = runOf(atRate(1000));
    const { summary } = await run.run();
    expect(summary.history.train.slice(1).every(({ gradNorm }) => gradNorm === 0)).toBe(true);
    const [gradient, guess, ...others] = of('problem').map(({ problem }) => problem.what);
    expect(gradient).toContain('exactly 0 since step 2');
    expect(guess).toContain('which is ln 60');
    expect(others).toEqual([]);
    const toldAt = events.findIndex(({ kind }) => kind === 'problem');
    expect(events.slice(0, toldAt).findLast((event) => event.kind === 'step')?.step).toBe(4);
    expect(summary.verdict.outcome).toBe('worse');
    expect(summary.verdict.problem?.what).toContain('the gradient became exactly 0');
  },
  MINUTE,
);

test(
  'a run that goes on tells again what is wrong with it',
  async () => {
    const first = runOf({ ...atRate(1000), checkpointEvery: 6 });
    await first.run.run();
    const saved = first.checkpoints.find(({ step }) => step === 6);
    const settings = settingsOf({ steps: 12, evaluateEvery: 4, warmupSteps: 0, ...atRate(1000) });
    const again = textRunOf(settings, saved, undefined, { base });
    await again.run.run();
    expect(again.of('problem').map(({ problem }) => problem)).toEqual(
      first.of('problem').map(({ problem }) => problem),
    );
  },
  MINUTE,
);

test(
  'a run that is stopped before its first evaluation is measured once',
  async () => {
    const { run, of } = runOf({ evaluateEvery: 10, samplePrompts: ['9 10'] }, (event, control) => {
      if (event.kind === 'step' && event.step === 2) control.stop();
    });
    const { summary, adapter } = await run.run();
    expect(summary).toMatchObject({ ended: 'stopped', steps: 2, keptStep: 2 });
    expect(of('heldout').map(({ step }) => step)).toEqual([0, 2]);
    expect(adapter.summary.heldout).toBe(of('heldout')[1]?.loss);
    expect(of('sample')).toEqual([]); // who waits for the end is shown nothing more
  },
  MINUTE,
);

test(
  'the last weights, where they are to be kept, have a loss of their own; a stop during an evaluation ends after it',
  async () => {
    const { run, of } = runOf({ evaluateEvery: 2, keepBest: false }, (event, control) => {
      if (event.kind === 'step' && event.step === 3) control.stop();
    });
    const { summary } = await run.run();
    expect(of('heldout').map(({ step }) => step)).toEqual([0, 2, 3]);
    expect(summary.heldout).toBe(of('heldout').at(-1)?.loss);

    const during = runOf({ evaluateEvery: 2 }, (event, control) => {
      if (event.kind === 'memory' && event.moment === 'evaluated') control.stop();
    });
    expect((await during.run.run()).summary).toMatchObject({ ended: 'stopped', steps: 2 });
    expect(during.of('heldout').map(({ step }) => step)).toEqual([0, 2]);
  },
  MINUTE,
);

test(
  'a run that is stopped before its first step keeps nothing; while its first checkpoint is kept, one step',
  async () => {
    const early = runOf({}, (event, control) => {
      if (event.kind === 'memory') control.stop();
    });
    await expect(early.run.run()).rejects.toThrow('stopped before its first step; nothing was kept');
    expect(early.checkpoints).toEqual([]);

    const later = runOf({}, (event, control) => {
      if (event.kind === 'phase' && event.phase === 'training') control.stop();
    });
    const { summary } = await later.run.run();
    expect(summary).toMatchObject({ ended: 'stopped', steps: 1, keptStep: 1 });
    expect(summary.heldout).toBe(later.of('heldout').at(-1)?.loss);
  },
  MINUTE,
);

test(
  'nothing held out: no held-out loss is told, none is kept, and the end says why',
  async () => {
    const all = Uint32Array.from({ length: 24 }, (_, n) => n);
    const dataset = { ...COUNTING, training: all, heldout: new Uint32Array() };
    const { run, events, of } = textRunOf(settingsOf({ patience: 1, evaluateEvery: 1 }), null, undefined, { dataset });
    const { summary } = await run.run();
    expect(summary).toMatchObject({ ended: 'finished', keptStep: 8 });
    expect(of('heldout')).toEqual([]);
    expect(summary.history).toMatchObject({ heldout: [], evaluated: { count: 0, of: 0 } });
    expect(summary.verdict.outcome).toBe('unmeasured');
    expect(JSON.stringify([events, summary.history, summary.verdict])).not.toContain('null,"loss"');
    expect(events.some((event) => Object.values(event).some(Number.isNaN))).toBe(false);

    const robot = actionsRunOf(actionsSettings(), { ...BLIND, split: { training: [0, 1, 2, 3, 4], heldout: [] } });
    expect((await robot.run.run()).summary.verdict.outcome).toBe('unmeasured');
    expect(robot.of('heldout')).toEqual([]);
  },
  2 * MINUTE,
);

test(
  'time left counts the evaluations: after the last step its own is still to come',
  async () => {
    const { run, of } = runOf({ evaluateEvery: 4, earlyStop: false });
    await run.run();
    for (const { secondsLeft } of of('step')) expect(secondsLeft).toBeGreaterThan(0);
  },
  MINUTE,
);
