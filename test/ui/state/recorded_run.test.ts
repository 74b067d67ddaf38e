import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stepsOf } from '../../../src/settings/stages';
import { readRecordedRun, runAfter } from '../../../src/ui/state/recorded_run';
import { latestHeldout } from '../../../src/ui/state/run_state';
import type { EndedRun, OpenLoop, TrainEvent } from '../../../src/worker/api';
import { recorded } from '../../../tools/record/recorded.mjs';

const fileOf = (task: string) =>
  readFileSync(new URL(`../../../public/recorded/${task}.json`, import.meta.url), 'utf8');

test.each(['text', 'actions'])('the recording of %s that ships can be read, is small, and its run learned', (task) => {
  const file = fileOf(task);
  expect(file.length).toBeLessThan(40_000);
  const run = readRecordedRun(JSON.parse(file));
  expect(run.task).toBe(task);
  const [begun, middle, ended] = [0, Math.floor(run.steps / 2), run.steps].map((step) => runAfter(run, step));
  expect(begun?.train).toEqual([]);
  expect(begun?.baseline).toBeGreaterThan(0);
  expect(middle?.train).toHaveLength(Math.floor(run.steps / 2));
  expect(ended?.train).toHaveLength(run.steps);
  expect(stepsOf(ended!.settings!)).toBe(run.steps);
  expect(latestHeldout(ended!)!).toBeLessThan(ended!.baseline!);
});

test('the recording of actions has a curve for each evaluation', () => {
  const { curve, steps, events } = readRecordedRun(JSON.parse(fileOf('actions')));
  const evaluated = events.filter(({ kind }) => kind === 'open loop').map(({ step }) => step);
  expect(curve?.predicted.map(({ step }) => step)).toEqual(evaluated);
  expect(evaluated.at(-1)).toBe(steps);
});

test.each<[string, (run: Record<string, unknown>) => object | null]>([
  ['nothing', () => null],
  ['another task', (run) => ({ ...run, task: 'classify' })],
  ['no day', (run) => ({ ...run, recordedOn: 'yesterday' })],
  ['a loss that is text', (run) => ({ ...run, events: [{ kind: 'heldout', step: 0, loss: '4' }] })],
  ['an event of another kind', (run) => ({ ...run, events: [{ kind: 'memory', step: 0 }] })],
  ['a step without its numbers', (run) => ({ ...run, events: [{ kind: 'step', step: 1, loss: 2 }] })],
  ['fewer values than frames', (run) => ({ ...run, curve: { ...(run.curve as object), recorded: [1, 2] } })],
])('what is no recording is refused: %s', (_, broken) => {
  const run = JSON.parse(fileOf('actions'));
  expect(() => readRecordedRun(run)).not.toThrow();
  expect(() => readRecordedRun(broken(run))).toThrow('recording');
});

test('of a run, what is drawn is written down, the joint that moves most among its curves', () => {
  const loop: OpenLoop = {
    fps: 30,
    joints: ['pan', 'grip'],
    ...{ mae: [0.123456, 1], hold: [1, 1], mean: [1, 1], base: [1, 1] },
    curves: [
      {
        ...{ episode: 7, frames: 3, horizon: 2 },
        recorded: Float32Array.of(0, 0, 1, 50, 2, 100),
        predicted: Float32Array.of(0, 1.23456, 0, 2, 0, 3),
        base: Float32Array.of(0, 4, 0, 5, 0, 6),
      },
    ],
  };
  const events: TrainEvent[] = [
    { kind: 'phase', phase: 'training', done: 0, of: 1 },
    { kind: 'open loop', step: 1, openLoop: loop },
  ];
  const told = recorded({
    ...{ task: 'actions', sample: 'arm', now: new Date('2026-11-29T22:00:00Z'), events },
    device: { name: 'a card', software: false } as Parameters<typeof recorded>[0]['device'],
    summary: { seconds: 12.6, steps: 1 } as EndedRun,
  });
  const run = readRecordedRun(JSON.parse(JSON.stringify(told)));
  expect(run).toMatchObject({ task: 'actions', seconds: 13, device: 'a card', software: false, steps: 1 });
  expect(run.events).toHaveLength(1);
  expect(run.events[0]).toMatchObject({ openLoop: { mae: [0.1235, 1], curves: [] } });
  expect(run.curve).toMatchObject({
    ...{ joint: 'grip', episode: 7, frames: 3, horizon: 2, recorded: [0, 50, 100], base: [4, 5, 6] },
    predicted: [{ step: 1, values: [1.235, 2, 3] }],
  });
});
