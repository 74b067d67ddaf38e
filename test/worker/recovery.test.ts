import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openKept } from '../../src/adapter/kept';
import type { Gpu } from '../../src/gpu/device';
import { problem } from '../../src/problem';
import { readStages } from '../../src/run/stages';
import type { TextSettings } from '../../src/settings/text';
import type { EndedRun, TrainEvent } from '../../src/tasks/events';
import { type TabNews, watchTabs } from '../../src/worker/other_tabs';
import { Runs } from '../../src/worker/runs';
import type { Session } from '../../src/worker/session';
import { dawnDevice } from '../../tools/dawn';
import { device } from '../gpu';
import { COUNTING, NUMBERS, SMALL_BASE, settingsOf } from '../run/small_base';
import { stubLocks } from './locks';

type GpuOf = (request: number) => Promise<GPUDevice>;

const kept = openKept('recovery');
const { adapters, checkpoints } = kept;
const settings = settingsOf({
  samplePrompts: [],
  checkpointEvery: 2,
  steps: 5,
  stages: [{ steps: 3, freeze: 'Not(PathRegex(".*mlp/linear_lora.*"))', learningRate: 0.02, warmupSteps: 0 }],
});

beforeEach(() => void stubLocks());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The runs of a tab. */
function runsOn(gpu: () => Promise<GPUDevice>): Runs {
  const asGpu = (one: GPUDevice): Gpu => ({
    device: one,
    info: {} as GPUAdapterInfo,
    features: new Set(),
    software: true,
  });
  const session = { gpu: () => gpu().then(asGpu), base: async () => SMALL_BASE, tokenizer: async () => NUMBERS };
  return new Runs(session as unknown as Session, kept);
}

/** Trains on devices that are given out in order, and lost when `onEvent` destroys the one in use. */
async function train(
  own: TextSettings,
  onEvent: (event: TrainEvent, now: GPUDevice, runs: Runs) => void = () => undefined,
  gpuOf: GpuOf = (request) => (request === 0 ? Promise.resolve(device) : dawnDevice()),
) {
  let requests = 0;
  let now = device;
  const gpu = async () => {
    now = await gpuOf(requests++);
    return now;
  };
  const runs = runsOn(gpu);
  const events: TrainEvent[] = [];
  const gathered = {
    settings: own,
    stages: readStages(own, null),
    data: { dataset: COUNTING, chat: false },
    opened: null,
  };
  const run = runs.start(
    async () => gathered,
    (event) => {
      events.push(event);
      onEvent(event, now, runs);
    },
  );
  const problems = () => events.flatMap((event) => (event.kind === 'problem' ? [event.problem.what] : []));
  return { run, events, problems, requests: () => requests, runId: () => runs.activeId };
}

/** What an undisturbed run and one that lost its GPU must have in common, bit for bit. */
async function outcomeOf({ run }: Awaited<ReturnType<typeof train>>) {
  const { adapterId, history, heldout, keptStep } = await run;
  const { tensors } = await adapters.load(adapterId);
  return { train: history.train, evaluations: history.heldout, heldout, keptStep, tensors };
}

const atSteps = (...steps: number[]) => {
  const left = [...steps];
  return (event: TrainEvent, now: GPUDevice) => {
    if (event.kind !== 'step' || event.step !== left[0]) return;
    left.shift();
    now.destroy();
  };
};

test('a run whose GPU is lost goes on by itself from its last checkpoint, to the same adapter bit for bit', {
  timeout: 300_000,
}, async () => {
  const lost = await train(settings, atSteps(1, 3, 6, 7), () => dawnDevice());
  const disturbed = await outcomeOf(lost);
  expect(lost.problems()).toEqual(
    [0, 2, 5, 6].map((step) => `The GPU was lost, and the run went on by itself from step ${step} on a new one.`),
  );
  expect(await outcomeOf(await train(settings))).toEqual(disturbed);
  expect(await checkpoints.listUnfinished()).toEqual([]);
});

test('a run that is paused when its GPU is lost stays paused, and goes on when it is told to', {
  timeout: 300_000,
}, async () => {
  let pauses = 0;
  const lost = await train(
    settings,
    (event, now, runs) => {
      if (event.kind === 'step' && event.step === 3 && pauses === 0) runs.control.pause();
      if (event.kind !== 'paused') return;
      if (pauses++ === 0) now.destroy();
      else runs.control.unpause();
    },
    () => dawnDevice(),
  );
  const disturbed = await outcomeOf(lost);
  expect(lost.events.flatMap((event) => (event.kind === 'paused' ? [event.step] : []))).toEqual([3, 3]);
  expect(await outcomeOf(await train(settings))).toEqual(disturbed);
});

test('a GPU that is lost again and again before the next checkpoint ends the run, which can be resumed', {
  timeout: 300_000,
}, async () => {
  const own = settingsOf({ samplePrompts: [], checkpointEvery: 100 });
  const lost = await train(
    own,
    (event, now) => event.kind === 'step' && event.step === 2 && now.destroy(),
    () => dawnDevice(),
  );
  await expect(lost.run).rejects.toThrow('The GPU is lost again and again before the run can save.');
  expect(lost.requests()).toBe(3);
  expect(await checkpoints.listUnfinished()).toMatchObject([{ step: 0 }]);
});

/** A disk without room for checkpoints, until the mocks are restored. */
function noRoomForCheckpoints() {
  const full = new DOMException('The quota is exceeded.', 'QuotaExceededError');
  vi.spyOn(checkpoints, 'begin').mockRejectedValue(full);
  vi.spyOn(checkpoints, 'save').mockRejectedValue(full);
}

/** Clears the storage of the run at this step, once, whose GPU is lost then. */
function clearedAt(step: number) {
  let cleared = false;
  return (event: TrainEvent, now: GPUDevice, runs: Runs) => {
    if (cleared || event.kind !== 'step' || event.step !== step) return;
    cleared = true;
    void checkpoints.discard(runs.activeId ?? '').then(() => now.destroy());
  };
}

test('a run whose checkpoints find no room goes on from the last of them when its GPU is lost, bit for bit', {
  timeout: 300_000,
}, async () => {
  noRoomForCheckpoints();
  const lost = await train(settings, atSteps(3, 6), () => dawnDevice());
  const disturbed = await outcomeOf(lost);
  expect(lost.problems()).toEqual([
    expect.stringContaining('The checkpoint of step 0 could not be kept.'),
    'The GPU was lost, and the run went on by itself from step 2 on a new one.',
    'The GPU was lost, and the run went on by itself from step 5 on a new one.',
  ]);
  vi.restoreAllMocks();
  expect(await outcomeOf(await train(settings))).toEqual(disturbed);
});

test('so does one whose storage was cleared since its last checkpoint', { timeout: 300_000 }, async () => {
  const lost = await train(settings, clearedAt(3), () => dawnDevice());
  const disturbed = await outcomeOf(lost);
  expect(lost.problems()).toEqual([
    'The GPU was lost, and the run went on by itself from step 2 on a new one.',
    expect.stringContaining('a new checkpoint was made at step 4'),
  ]);
  expect(await outcomeOf(await train(settings))).toEqual(disturbed);
});

test.each([
  ['kept', atSteps(3), 'Restart the browser and resume the run: its checkpoint of step 2 is kept.'],
  [
    'cleared, and kept again',
    clearedAt(3),
    'Restart the browser and resume the run: its checkpoint of step 2 is kept.',
  ],
  ['not kept', null, 'Restart the browser and start the run again: no checkpoint of it is kept.'],
] as const)(
  'where no new GPU comes, the run ends with what to do, after some attempts: its checkpoint is %s',
  async (_, onEvent, fix) => {
    if (!onEvent) noRoomForCheckpoints();
    const away = problem('The browser has WebGPU, but offers no graphics adapter.');
    const lost = await train(settings, onEvent ?? atSteps(3), (request) =>
      request === 0 ? dawnDevice() : Promise.reject(away),
    );
    const runId = lost.runId();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const ended = lost.run.catch((error: unknown) => error);
    await vi.waitUntil(() => lost.events.some((event) => event.kind === 'phase' && event.phase === 'device'), 60_000);
    await vi.runAllTimersAsync();
    expect(await ended).toMatchObject({ problem: { what: expect.stringContaining('The GPU was lost'), fix } });
    expect(lost.requests()).toBe(7);
    const kept = (await checkpoints.listUnfinished()).filter((run) => run.runId === runId).map(({ step }) => step);
    expect(kept).toEqual(onEvent ? [2] : []);
  },
);

/** A run that came to what one comes to that nobody disturbs, bit for bit. */
async function expectWhole({ adapterId, history }: EndedRun): Promise<void> {
  const whole = await outcomeOf(await train(settings));
  expect(history.train).toEqual(whole.train);
  expect((await adapters.load(adapterId)).tensors).toEqual(whole.tensors);
}

test('a tab takes over the run of another, which ends its sitting; the adapter is that of one tab, bit for bit', {
  timeout: 300_000,
}, async () => {
  let takenOver: Promise<EndedRun> | undefined;
  const news: TabNews[] = [];
  const second = runsOn(() => Promise.resolve(device));
  const first = await train(settings, (event, _, runs) => {
    if (event.kind === 'step' && event.step === 1)
      watchTabs(
        () => null,
        (one) => news.push(one),
      );
    if (event.kind !== 'step' || event.step !== 3) return;
    takenOver ??= second.resume(runs.activeId ?? '', () => undefined, { takeOver: true });
  });
  await expect(first.run).rejects.toMatchObject({ problem: { elsewhere: true } });
  await expectWhole((await takenOver) as EndedRun);

  const [run] = news.flatMap((one) => (one.kind === 'run' ? [one.run] : []));
  const told = news.flatMap((one) => (one.kind === 'event' && one.event.kind === 'step' ? [one.event.step] : []));
  const before = run?.events.flatMap((event) => (event.kind === 'step' ? [event.step] : [])) ?? [];
  expect(run).toMatchObject({ settings, from: null });
  expect([...before, ...told].slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  await expect.poll(() => news.map(({ kind }) => kind)).toContain('over');
  expect(news.map(({ kind }) => kind)).toContain('kept');
});

test('a run is taken over before its first step, from when it trains on', { timeout: 300_000 }, async () => {
  let takenOver: Promise<EndedRun> | undefined;
  const second = runsOn(() => Promise.resolve(device));
  const first = await train(settings, (event, _, runs) => {
    if (event.kind !== 'phase' || event.phase !== 'training') return;
    takenOver ??= second.resume(runs.activeId ?? '', () => undefined, { takeOver: true });
  });
  await expect(first.run).rejects.toMatchObject({ problem: { elsewhere: true } });
  await expectWhole((await takenOver) as EndedRun);
});

test('a tab that asks for a run in its last step shows what it came to', { timeout: 300_000 }, async () => {
  let takenOver: Promise<EndedRun> | undefined;
  const told: TrainEvent[] = [];
  const second = runsOn(() => Promise.reject(new Error('it asks for no GPU')));
  const first = await train(settings, (event, _, runs) => {
    if (event.kind !== 'step' || event.step !== 8) return;
    takenOver ??= second.resume(runs.activeId ?? '', (one) => told.push(one), { takeOver: true });
  });
  const { runId, adapterId, history, keptStep } = await first.run;
  expect(await takenOver).toMatchObject({ runId, adapterId, history, keptStep, ended: 'finished' });
  expect(told.flatMap((event) => (event.kind === 'problem' ? [event.problem.what] : []))).toEqual([
    expect.stringContaining('The run had come to its end in the other tab'),
  ]);
});

test('a run whose checkpoint is not kept is not given up: the tab that asks is told at once, and the run ends where it is', {
  timeout: 300_000,
}, async () => {
  const full = new DOMException('The quota is exceeded.', 'QuotaExceededError');
  const disk = vi.spyOn(checkpoints, 'save').mockRejectedValue(full);
  const second = runsOn(() => Promise.resolve(device));
  const refused: Promise<unknown>[] = [];
  const first = await train(settingsOf({ samplePrompts: [] }), (event, _, runs) => {
    if (event.kind !== 'step' || event.step !== 1) return;
    refused.push(second.resume(runs.activeId ?? '', () => undefined, { takeOver: true }).catch((error) => error));
  });
  await first.run;
  disk.mockRestore();
  expect(await Promise.all(refused)).toMatchObject([
    { problem: { what: 'The tab that trains this run could not keep a checkpoint of it, so the run goes on there.' } },
  ]);
});
