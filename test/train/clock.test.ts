import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { RunControl } from '../../src/train/control';
import type { RunEvent } from '../../src/train/events';
import { runLoop } from '../../src/train/loop';
import { secondsOfWork } from '../../src/train/pace';
import { newState } from '../../src/train/state';

const measure = { guessLoss: 4, usualRate: 0.01, trainingSamples: 10, cutShare: 0 };

/** What a run of steps of two seconds tells, whose clock jumps by so many seconds in some steps. */
async function trainedBy(jumps: Readonly<Record<number, number>>) {
  let now = 0;
  let step = 0;
  const state = newState();
  const events: RunEvent[] = [];
  await runLoop<number>({
    settings: { ...defaultSettings, steps: 6, evaluateEvery: 100, checkpointEvery: 100 },
    tokensPerStep: () => 10,
    state,
    control: new RunControl(),
    emit: (event) => events.push(event),
    batchesOf: () => [0],
    trainStep: async () => {
      now += 2 + (jumps[++step] ?? 0);
      return { loss: 1, gradNorm: 1, applied: true };
    },
    enterStage: async () => undefined,
    measureBase: async () => ({}),
    evaluate: async () => null,
    evaluated: { count: 0, of: 0 },
    measure,
    readWeights: async () => ({}),
    sample: async () => undefined,
    checkpoint: async () => true,
    clock: () => now,
  });
  const steps = events.flatMap((event) =>
    event.kind === 'step' ? [[event.step, event.tokensPerSecond, event.secondsLeft]] : [],
  );
  return { steps, seconds: state.secondsTrained };
}

test('a machine that sleeps in a run, and a clock that is put back, change neither pace nor time left', async () => {
  const awake = await trainedBy({});
  expect(awake.seconds).toBe(12);
  expect(await trainedBy({ 4: 8 * 3600 })).toEqual(awake);
  expect(await trainedBy({ 3: -3600 })).toEqual(awake);
});

test('a step that is only slow is counted as it was', async () => {
  expect((await trainedBy({ 4: 20 })).seconds).toBe(32);
  expect([secondsOfWork(1000, 0), secondsOfWork(49, 2), secondsOfWork(51, 2)]).toEqual([1000, 49, 2]);
});
