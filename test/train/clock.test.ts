import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { RunControl } from '../../src/train/control';
import type { RunEvent } from '../../src/train/events';
import { runLoop } from '../../src/train/loop';
import { Pace, secondsOfWork } from '../../src/train/pace';
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
  const told = events.flatMap((event) => (event.kind === 'problem' ? [event.problem.what] : []));
  return { steps, seconds: state.secondsTrained, told };
}

test('a machine that sleeps in a run, and a clock that is put back, change neither pace nor time left, and are told', async () => {
  const awake = await trainedBy({});
  expect(awake.seconds).toBe(12);
  expect(awake.told).toEqual([]);
  expect(await trainedBy({ 4: 8 * 3600 })).toEqual({ ...awake, told: [expect.stringContaining('slept for 480 min,')] });
  expect(await trainedBy({ 3: -3600 })).toEqual({
    ...awake,
    told: [expect.stringMatching(/^The clock of this machine was put back by 60 min:/)],
  });
});

test('a machine that sleeps in an evaluation is told too', async () => {
  let now = 0;
  const jumps: number[] = [];
  const pace = new Pace(
    () => now,
    6,
    (seconds) => jumps.push(seconds),
  );
  for (const seconds of [20, 20, 3600]) {
    await pace.evaluation(async () => {
      now += seconds;
    });
  }
  expect(jumps).toEqual([3580]);
});

test('a step that is only slow is counted as it was', async () => {
  expect((await trainedBy({ 4: 20 })).seconds).toBe(32);
  const seconds = (byClock: number, usual: number) => secondsOfWork(byClock, usual, () => undefined);
  expect([seconds(1000, 0), seconds(49, 2), seconds(51, 2)]).toEqual([1000, 49, 2]);
});
