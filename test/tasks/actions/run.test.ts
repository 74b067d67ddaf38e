import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import { NUMBERS } from '../../run/small_base';
import { actionsRunOf, expectSame } from '../../run/small_run';
import { actionsSettings, BLIND, SEEING, SMALL_PI05_BASE } from './small_actions';

const MINUTES = 180_000; // a slow machine compiles for a while

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test(
  'a run learns the motion, allocates what it planned and says what its adapter is for',
  async () => {
    const { run, of } = actionsRunOf(actionsSettings({ steps: 60, evaluateEvery: 30, earlyStop: false, batchSize: 8 }));
    const { summary, adapter } = await run.run();
    expect(summary).toMatchObject({ ended: 'finished', steps: 60 });
    expect(summary.heldout).toBeLessThan(summary.baselineHeldout * 0.8);
    const [memory] = of('memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);

    expect(of('prefix')[0]).toMatchObject({ constant: true });
    expect(of('open loop').map(({ step }) => step)).toEqual([30, 60]);
    const { openLoop } = summary;
    expect(openLoop?.joints).toEqual(['shoulder', 'gripper']);
    expect(sum(openLoop?.mae ?? [])).toBeLessThan(sum(openLoop?.mean ?? []));
    expect(sum(openLoop?.mae ?? [])).toBeLessThan(sum(openLoop?.base ?? []));

    expect(adapter.robot).toMatchObject({ cameras: [], horizon: 4, delta: [true, true], normalization: 'z-score' });
    const [expert, others] = [/_1\/.*lora|_1.*lora/, /^(state_proj|action_)/];
    const paths = Object.keys(adapter.tensors);
    expect(paths.filter((path) => expert.test(path))).toHaveLength(10);
    expect(paths.filter((path) => others.test(path))).toHaveLength(10);
    expect(paths).toHaveLength(20);
  },
  MINUTES,
);

test.each([
  ['without cameras', BLIND, {}],
  ['with pictures, in two micro-batches', SEEING, { accumulation: 2 }],
  ['with a prefix that trains', SEEING, { freeze: 'Not(PathRegex("PaliGemma/img/head/.*"))' }],
])(
  'a run that was killed goes on exactly where its last checkpoint was: %s',
  async (_, data, changes) => {
    const settings = actionsSettings({ earlyStop: false, steps: 6, ...changes });
    const whole = actionsRunOf(settings, data);
    const expected = await whole.run.run();
    const half = whole.checkpoints.find(({ step }) => step === 4) as Checkpoint;
    const resumed = await actionsRunOf(settings, structuredClone(data), half).run.run();
    expectSame(resumed, expected);
    expect(resumed.summary.openLoop).toEqual(expected.summary.openLoop);
    const [memory] = whole.of('memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);
    expect(whole.of('prefix')[0]?.constant).toBe(!('freeze' in changes));
  },
  MINUTES,
);

test(
  'a π0.5 learns from what it is told: a prompt of its own for each frame, with quantiles',
  async () => {
    const tokenizer = {
      ...NUMBERS,
      encode: (text: string) => [...text].map((letter) => 8 + (letter.charCodeAt(0) % 50)),
    };
    const settings = actionsSettings({
      steps: 60,
      evaluateEvery: 30,
      earlyStop: false,
      batchSize: 8,
      state: 'measured',
    });
    const { run, of } = actionsRunOf(settings, BLIND, null, { base: SMALL_PI05_BASE, tokenizer });
    const { summary, adapter } = await run.run();
    const [memory] = of('memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);
    expect(of('problem')).toEqual([]);
    expect(of('prefix')[0]?.reason).toContain('The prompt is computed once for each frame');
    expect(summary.heldout).toBeLessThan(summary.baselineHeldout * 0.8);
    expect(adapter.robot).toMatchObject({ normalization: 'quantile', state: 'measured' });
    expect(sum(summary.openLoop?.mae ?? [])).toBeLessThan(sum(summary.openLoop?.mean ?? []));
  },
  MINUTES,
);

test(
  'where nothing is held out, the last weights are kept and nothing stops the run',
  async () => {
    const all = { ...BLIND, split: { training: [0, 1, 2, 3, 4], heldout: [] } };
    const { run, of } = actionsRunOf(actionsSettings({ evaluateEvery: 1, patience: 2 }), all);
    const { summary } = await run.run();
    expect(summary).toMatchObject({ ended: 'finished', keptStep: 8, heldout: Number.NaN });
    expect(summary.openLoop).toBeUndefined();
    expect(of('open loop')).toEqual([]);
  },
  MINUTES,
);

test(
  'open loop is that of the weights that are kept, also where later ones were worse',
  async () => {
    const { run, of } = actionsRunOf(actionsSettings({ steps: 40, learningRate: 0.4, evaluateEvery: 1, patience: 2 }));
    const { summary } = await run.run();
    expect(summary.ended).toBe('early stop');
    expect(summary.keptStep).toBe(summary.steps - 2);
    const kept = of('open loop').find(({ step }) => step === summary.keptStep);
    expect(summary.openLoop).toEqual(kept?.openLoop);
    expect(summary.openLoop).not.toEqual(of('open loop').at(-1)?.openLoop);
  },
  MINUTES,
);

test('settings that cannot run are refused in words', () => {
  expect(() => actionsRunOf(actionsSettings({ horizon: 9 }))).toThrow('Chunk cannot be 9: this base takes 4 at most.');
  expect(() => actionsRunOf(actionsSettings({ freeze: 'Everything()' }))).toThrow('Nothing is left to train');
  expect(() => actionsRunOf(actionsSettings({ steps: 0 }))).toThrow('Steps cannot be 0.');
});
