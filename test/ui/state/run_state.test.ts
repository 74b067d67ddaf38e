import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import { phaseWords, progressOf, resultWords } from '../../../src/ui/run/run_words';
import {
  endedRun,
  heldoutWithBaseline,
  idleRun,
  isActive,
  latestHeldout,
  type RunState,
  reduceRun,
  resumedRun,
  startedRun,
} from '../../../src/ui/state/run_state';
import type { BytesByKind, MemorySample, OpenLoop, RunHistory, TrainEvent } from '../../../src/worker/api';

const evaluated = { count: 64, of: 517 };
const better = { outcome: 'better', problem: null } as const;
const step = (at: number, loss: number): TrainEvent => ({
  kind: 'step',
  step: at,
  loss,
  gradNorm: 1,
  learningRate: 0.01,
  tokensPerSecond: 100,
  secondsLeft: 60 - at,
});
const heldout = (at: number, loss: number): TrainEvent => ({
  kind: 'heldout',
  step: at,
  loss,
  best: true,
  aboveBase: false,
  evaluated,
});
const started = startedRun({ ...defaultSettings, name: 'Mine' });
const byKind: BytesByKind = {
  frozen: 1,
  trainable: 2,
  gradients: 3,
  moments: 4,
  activations: 5,
  workspace: 6,
  prefix: 0,
  inputs: 7,
  staging: 8,
  sampler: 9,
};
/** All that is planned is allocated; at the end nothing is. */
function sampled(moment: MemorySample['moment'], step: number, stage = 1): MemorySample {
  const all = moment === 'freed' ? 0 : 45;
  return { seconds: step, step, stage, moment, plannedBytes: all, allocatedBytes: all, byKind };
}
const history: RunHistory = {
  train: [
    { step: 1, loss: 4, gradNorm: 1, learningRate: 0.01 },
    { step: 2, loss: 2, gradNorm: 1, learningRate: 0.01 },
  ],
  heldout: [
    { step: 0, loss: 4 },
    { step: 2, loss: 3 },
  ],
  tokensPerSecond: 50,
  plannedBytes: 45,
  allocatedBytes: 45,
  byKind,
  memory: [sampled('stage begins', 0)],
};

test('no event, no change', () => {
  expect(reduceRun(started, [])).toBe(started);
});

test('steps come in order and carry their figures', () => {
  const run = reduceRun(started, [step(1, 4), step(2, 3)]);
  expect(run.train.map((point) => point.loss)).toEqual([4, 3]);
  expect(run).toMatchObject({ step: 2, tokensPerSecond: 100, secondsLeft: 58, status: 'running' });
  expect(started.train).toEqual([]); // the state before is left as it was
});

test('the same state, however the events are divided into batches', () => {
  const events = [heldout(0, 4), step(1, 4), step(2, 3), heldout(2, 3.5), step(3, 2)];
  const oneByOne = events.reduce((run, event) => reduceRun(run, [event]), started);
  expect(reduceRun(started, events)).toEqual(oneByOne);
});

test('the smoothed loss is the mean at first, then follows the slower, the longer the run', () => {
  const jumpAfter = (steps: number) => {
    const flat = Array.from({ length: steps }, (_, at) => step(at + 1, 1));
    return reduceRun(started, [...flat, step(steps + 1, 9)]).train[steps]?.smoothed;
  };
  expect(reduceRun(started, [step(1, 4), step(2, 2)]).train.map((point) => point.smoothed)).toEqual([4, 3]);
  expect(jumpAfter(7)).toBeCloseTo(5, 10); // half of the jump of 8
  expect(jumpAfter(63)).toBeCloseTo(2, 10); // an eighth
  expect(jumpAfter(999)).toBeCloseTo(1.4, 10); // a twentieth at least
});

test('a loss that is no number does not spoil the smoothed ones', () => {
  const run = reduceRun(started, [step(1, 4), step(2, Number.NaN), step(3, 4)]);
  expect(run.train.map((point) => point.smoothed)).toEqual([4, 4, 4]);
});

test('the held-out loss of step 0 is that of the base', () => {
  const run = reduceRun(started, [heldout(0, 4.1), step(1, 4), heldout(1, 3.9)]);
  expect(run).toMatchObject({ baseline: 4.1, evaluated: { count: 64, of: 517 } });
  expect(latestHeldout(run)).toBe(3.9);
  expect(heldoutWithBaseline(run)).toEqual([
    { step: 0, loss: 4.1 },
    { step: 1, loss: 3.9 },
  ]);
});

test('before the first evaluation there is no held-out loss, only the base', () => {
  const run = reduceRun(started, [heldout(0, 4.1), step(1, 4)]);
  expect(latestHeldout(run)).toBe(null);
});

test('of each prompt only the latest sample is kept', () => {
  const sample = (at: number, prompt: string): TrainEvent => ({
    kind: 'sample',
    step: at,
    prompt,
    base: 'b',
    adapter: `a${at}`,
  });
  const names = ({ samples }: RunState) => samples.map(({ prompt, adapter }) => `${prompt} ${adapter}`);
  const run = reduceRun(started, [sample(10, 'One'), sample(10, 'Two'), sample(20, 'One')]);
  expect(names(run)).toEqual(['One a10', 'Two a10', 'One a20']);
  // It went on from its checkpoint, and repeats what came after.
  const again: TrainEvent = { kind: 'sample', step: 10, prompt: 'One', base: 'b', adapter: 'anew' };
  expect(names(reduceRun(run, [again]))).toEqual(['Two a10', 'One anew']);
});

test('a skipped step counts as a step and is remembered', () => {
  const run = reduceRun(started, [step(1, 4), { kind: 'skipped', step: 2, reason: 'no number' }]);
  expect(run.step).toBe(2);
  expect(run.skipped).toEqual([{ step: 2, reason: 'no number' }]);
  expect(run.train).toHaveLength(1);
});

test('pause and go on; a run that is stopping does not become a paused one', () => {
  const paused = reduceRun(started, [step(1, 4), { kind: 'paused', step: 1, kept: true }]);
  expect(paused).toMatchObject({ status: 'paused', secondsLeft: null, checkpointStep: 1 });
  expect(reduceRun(paused, [{ kind: 'unpaused', step: 1 }]).status).toBe('running');
  expect(reduceRun({ ...started, status: 'stopping' }, [{ kind: 'paused', step: 1, kept: true }]).status).toBe(
    'stopping',
  );
});

test('a pause whose checkpoint is not kept says so', () => {
  const saved = reduceRun(started, [step(1, 4), { kind: 'checkpoint', step: 1 }, step(2, 4)]);
  const paused = reduceRun(saved, [{ kind: 'paused', step: 2, kept: false }]);
  expect(paused).toMatchObject({ status: 'paused', checkpointStep: 1 });
  expect(phaseWords(paused, {})).toMatch(/^Paused after step 2\. It could not be saved: if this tab is closed/);
  const kept = reduceRun(saved, [{ kind: 'paused', step: 2, kept: true }]);
  expect(phaseWords(kept, {})).toBe('Paused after step 2. Everything so far is saved.');
});

test('a pause while frames go through the model saves no step; the time that is left is that of the frames', () => {
  const frames = { kind: 'phase', phase: 'frames', done: 10, of: 40, layers: 4, secondsLeft: 30 } as const;
  const run = reduceRun(started, [frames]);
  expect(run).toMatchObject({ secondsLeft: 30, phase: { phase: 'frames', layers: 4 } });
  expect(phaseWords(run, {})).toBe('Taking 10 frames through 4 layers of the model: 25 % done');
  expect(progressOf(run)).toEqual({ done: 10, of: 40 });
  const paused = reduceRun(run, [{ kind: 'paused', step: 0, kept: false }]);
  expect(paused).toMatchObject({ status: 'paused', checkpointStep: null });
  expect(phaseWords(paused, {})).toBe('Paused. Blocks of frames that are done are kept.');
  expect(reduceRun(run, [{ kind: 'phase', phase: 'compiling', done: 0, of: 3 }]).secondsLeft).toBeNull();
});

test('a resumed run starts from its history, and repeated steps replace the old ones', () => {
  const saved = {
    runId: 'r',
    name: 'Mine',
    step: 1,
    steps: 60,
    savedAt: 0,
    settings: defaultSettings,
    history,
    baselineHeldout: 4,
  };
  const run = reduceRun(resumedRun(saved), [step(2, 2.5), heldout(2, 2.9)]);
  expect(run.train.map((point) => point.loss)).toEqual([4, 2.5]);
  expect(run.heldout.filter((point) => point.step === 2)).toHaveLength(1);
  expect(run).toMatchObject({ baseline: 4, checkpointStep: 1, name: 'Mine' });
});

test('a run that goes on after a loss repeats steps, and its curve never gets shorter', () => {
  const whole = reduceRun(started, [step(1, 4), step(2, 3), step(3, 2), heldout(1, 4), heldout(3, 2)]);
  const again = reduceRun(whole, [step(2, 3), heldout(1, 4)]);
  expect(again).toMatchObject({ train: whole.train, heldout: whole.heldout, step: 2 });
  const elsewhere = reduceRun(again, [step(3, 2.5)]);
  expect(elsewhere.train.map(({ loss }) => loss)).toEqual([4, 3, 2.5]);
});

test('the summary completes what the events had not yet brought', () => {
  const run = endedRun(reduceRun(started, [step(1, 4)]), {
    runId: 'r',
    adapterId: 'a',
    steps: 2,
    seconds: 3,
    ended: 'finished',
    baselineHeldout: 4,
    heldout: 3,
    keptStep: 2,
    verdict: better,
    history,
  });
  expect(run.train.map((point) => point.step)).toEqual([1, 2]);
  expect(run.heldout.map((point) => point.step)).toEqual([0, 2]);
  expect(run).toMatchObject({ status: 'ended', step: 2, phase: null, baseline: 4 });
  expect(run.memory).toMatchObject({ plannedBytes: 45, allocatedBytes: 45, byKind });
});

test('memory: every count is kept; the latest stage’s is shown, also when all is freed', () => {
  const samples = [
    sampled('stage begins', 0),
    sampled('stage ends', 2),
    { ...sampled('stage begins', 2, 2), allocatedBytes: 60, plannedBytes: 60 },
    sampled('freed', 4, 2),
  ];
  const run = reduceRun(
    started,
    samples.map((sample) => ({ kind: 'memory', ...sample })),
  );
  expect(run.memoryLog.map(({ moment, step }) => `${moment} ${step}`)).toEqual([
    'stage begins 0',
    'stage ends 2',
    'stage begins 2',
    'freed 4',
  ]);
  expect(run.memory).toMatchObject({ stage: 2, allocatedBytes: 60 });
});

test('only a run under way is active', () => {
  expect(isActive(idleRun)).toBe(false);
  expect(isActive(started)).toBe(true);
  expect(isActive({ ...started, status: 'ended' })).toBe(false);
});

const openLoop: OpenLoop = { fps: 20, joints: ['a'], mae: [1], hold: [2], mean: [3], base: [4], curves: [] };

test('of open-loop evaluations the latest counts, and the summary has the last word', () => {
  const run = reduceRun(started, [
    { kind: 'open loop', step: 25, openLoop },
    { kind: 'open loop', step: 50, openLoop: { ...openLoop, mae: [0.5] } },
  ]);
  expect(run.openLoops).toMatchObject([
    { step: 25, openLoop: { mae: [1] } },
    { step: 50, openLoop: { mae: [0.5] } },
  ]);
  const summary = {
    runId: 'r',
    adapterId: 'a',
    steps: 60,
    seconds: 1,
    ended: 'finished' as const,
    baselineHeldout: 4,
    heldout: 3,
    keptStep: 25,
    verdict: better,
    history,
  };
  expect(endedRun(run, summary).openLoops.map(({ step }) => step)).toEqual([25, 50]);
  const kept = endedRun(run, { ...summary, openLoop }).openLoops;
  expect(kept.map(({ step }) => step)).toEqual([25, 50]);
  expect(kept[0]).toEqual({ step: 25, openLoop });
  expect(resultWords(endedRun(run, summary))).toMatch(/^Held-out loss 4/);
  const unmeasured = { ...summary, baselineHeldout: Number.NaN, heldout: Number.NaN };
  expect(resultWords(endedRun(run, unmeasured))).toBe('Nothing was held out, so nothing was measured.');
  expect(endedRun(run, unmeasured).baseline).toBeNull(); // no line in the chart, no row in the table
});

test('why the prefix is computed once is kept, and a problem is kept once', () => {
  const said: TrainEvent = { kind: 'problem', problem: { what: 'A video is damaged.', where: 'top, episode 3' } };
  const run = reduceRun(started, [
    { kind: 'prefix', constant: true, reason: 'Nothing upstream trains.' },
    said,
    { ...said },
    { kind: 'problem', problem: { what: 'A video is damaged.', where: 'top, episode 4' } },
  ]);
  expect(run.prefix).toEqual({ constant: true, reason: 'Nothing upstream trains.' });
  expect(run.problems.map(({ where }) => where)).toEqual(['top, episode 3', 'top, episode 4']);
  expect(started.problems).toEqual([]);
});
