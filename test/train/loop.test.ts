import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { RunControl } from '../../src/train/control';
import type { RunEvent } from '../../src/train/events';
import { runLoop } from '../../src/train/loop';
import { newState } from '../../src/train/state';

interface Course {
  readonly keepBest?: boolean;
  readonly control?: RunControl;
  readonly checkpoint?: () => Promise<boolean>;
  /** Called as each step is trained. */
  readonly onStep?: (step: number) => void;
}

/** A run of six steps whose held-out losses are these, one an evaluation: after three steps, and after all. */
async function runWith(
  losses: readonly (number | null)[],
  { keepBest = true, control = new RunControl(), checkpoint = async () => true, onStep }: Course = {},
) {
  const state = newState();
  const events: RunEvent[] = [];
  const left = [...losses];
  const ended = await runLoop<object>({
    settings: { ...defaultSettings, steps: 6, evaluateEvery: 3, checkpointEvery: 100, earlyStop: false, keepBest },
    tokensPerStep: () => 1,
    state,
    control,
    emit: (event) => events.push(event),
    batchesOf: () => [{}],
    trainStep: async () => {
      onStep?.(state.step + 1);
      return { loss: 3, gradNorm: 1, applied: true };
    },
    enterStage: async () => undefined,
    measureBase: async () => ({}),
    evaluate: async () => left.shift() ?? null,
    evaluated: { count: 1, of: 1 },
    measure: { guessLoss: null, trainingSamples: 1, cutShare: 0, usualRate: 1 },
    readWeights: async () => ({}),
    sample: async () => undefined,
    checkpoint,
    clock: () => 0,
  });
  return {
    ended,
    state,
    events,
    problems: events.flatMap((event) => (event.kind === 'problem' ? [event.problem.what] : [])),
  };
}

test('a run whose weights have no finite held-out loss has not finished', async () => {
  const { ended, state, problems } = await runWith([Number.NaN, Number.NaN, Number.NaN]);
  expect([ended, state.best]).toEqual(['not finite', null]);
  expect(problems[0]).toBe('At step 3 the held-out loss is no finite number.');
  expect((await runWith([2, Number.NaN, Number.NaN], { keepBest: false })).ended).toBe('not finite'); // the last weights are kept
});

test('one that keeps weights of a finite loss has, and one that holds nothing out', async () => {
  expect((await runWith([2, Number.NaN])).ended).toBe('finished');
  expect((await runWith([Number.NaN, 2])).ended).toBe('finished');
  expect((await runWith([])).ended).toBe('finished');
});

test('a run that another tab asks for ends with a checkpoint; where that is not kept it goes on', async () => {
  const control = new RunControl();
  control.giveWay();
  await expect(runWith([], { control })).rejects.toMatchObject({ problem: { elsewhere: true } });

  control.giveWay();
  let tried = 0;
  const checkpoint = async () => {
    tried++;
    return false;
  };
  expect(await runWith([], { control, checkpoint })).toMatchObject({ ended: 'finished', state: { step: 6 } });
  expect([tried, control.givesWay]).toEqual([1, false]);
});

test.each([true, false])('a pause tells whether there is a checkpoint of its step: %s', async (kept) => {
  const control = new RunControl();
  const onStep = (step: number) => {
    if (step !== 2) return;
    control.pause();
    setTimeout(() => control.unpause(), 20);
  };
  const { events } = await runWith([2, 2], { control, onStep, checkpoint: async () => kept });
  expect(events.filter(({ kind }) => kind === 'paused')).toEqual([{ kind: 'paused', step: 2, kept }]);
  expect(events.some(({ kind }) => kind === 'checkpoint')).toBe(kept);
});

test('a pause that is asked for in the last step, and so before nothing, ends with the run', async () => {
  const control = new RunControl();
  const onStep = (step: number) => {
    if (step === 6) control.pause();
  };
  expect((await runWith([2, 2], { control, onStep })).ended).toBe('finished');
  control.unpause();
  control.fail(new Error('lost'));
  await expect(runWith([2, 2], { control })).rejects.toThrow('lost');
});
