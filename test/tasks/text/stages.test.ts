import { expect, test } from 'vitest';
import type { Adapter } from '../../../src/adapter/adapter';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import { initialLora } from '../../../src/model/init';
import { leavesOf } from '../../../src/model/tree';
import type { TextSettings } from '../../../src/settings/text';
import type { Stage } from '../../../src/settings/training';
import { SMALL_BASE, SMALL_VALUES, settingsOf } from '../../run/small_base';
import { textRunOf } from '../../run/small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

const ALL_BUT = (what: string) => `Not(PathRegex(".*${what}.*"))`;
const [Q, ATTENTION, MLP] = [ALL_BUT('q_einsum/lora'), ALL_BUT('attn/.*lora'), ALL_BUT('mlp/linear')];

const stage = (freeze: string, changes: Partial<Stage> = {}): Stage => ({
  steps: 3,
  freeze,
  learningRate: 0.01,
  warmupSteps: 1,
  ...changes,
});

/** A projection's adapters; then all of attention's; then those stay, and weights and adapters of a projection train. */
const staged = (changes: Partial<TextSettings> = {}) =>
  settingsOf({
    steps: 3,
    freeze: Q,
    stages: [stage(ATTENTION), stage(MLP)],
    evaluateEvery: 2,
    checkpointEvery: 1,
    earlyStop: false,
    keepBest: false,
    ...changes,
  });

const at = (checkpoints: readonly Checkpoint[], step: number) =>
  checkpoints.find((checkpoint) => checkpoint.step === step) as Checkpoint;

test(
  'each stage trains what its filter leaves, warms up by itself, and holds what its plan says',
  async () => {
    const { run, events } = textRunOf(staged());
    const { summary, adapter } = await run.run();
    expect(summary).toMatchObject({ ended: 'finished', steps: 9 });
    const rates = summary.history.train.map(({ learningRate }) => learningRate);
    expect(rates[3]).toBe(rates[6]);
    expect(rates[3]).toBe(0.01 / 2); // its first step of a warm-up of one
    expect(rates[4]).toBeCloseTo(0.01, 12);

    const told = summary.history.memory.map(({ moment, stage, step }) => `${moment} ${stage} at ${step}`);
    expect(told.filter((one) => !one.startsWith('evaluated'))).toEqual([
      'stage begins 1 at 0',
      'stage ends 1 at 3',
      'stage begins 2 at 3',
      'stage ends 2 at 6',
      'stage begins 3 at 6',
      'freed 3 at 9',
    ]);
    for (const sample of summary.history.memory) expect(sample.allocatedBytes).toBe(sample.plannedBytes);
    const totals = [1, 2, 3].map((n) => summary.history.memory.find(({ stage }) => stage === n)?.allocatedBytes ?? 0);
    expect(new Set(totals).size).toBe(3);
    expect(summary.history.allocatedBytes).toBe(Math.max(...totals));
    expect(events.filter(({ kind }) => kind === 'memory')).toHaveLength(summary.history.memory.length);
    expect(summary.history.heldout.map(({ step }) => step)).toEqual([2, 3, 4, 6, 8, 9]); // the end of each stage too

    const linear = leavesOf(SMALL_BASE.config).filter(({ path }) => /mlp\/linear$/.test(path));
    expect(adapter.tensors[linear[0]?.path ?? '']?.values).not.toEqual(SMALL_VALUES.get(linear[0]?.path ?? ''));
    expect(Object.keys(adapter.tensors)).toHaveLength(10 + 1);
  },
  MINUTE,
);

test(
  'a change of stage that changes nothing changes nothing: weights, moments and the count of steps go on',
  async () => {
    const flat = { learningRate: 0.02, endLearningRate: 0.02, warmupSteps: 0 };
    const whole = await textRunOf(staged({ ...flat, steps: 8, stages: [] })).run.run();
    const same = stage(Q, { steps: 5, ...flat });
    const parts = await textRunOf(staged({ ...flat, stages: [same] })).run.run();
    expect(parts.summary.history.train).toEqual(whole.summary.history.train);
    expect(parts.adapter.tensors).toEqual(whole.adapter.tensors);
  },
  MINUTE,
);

test(
  'what a stage freezes stays as it was trained, to the bit; what it frees begins with moments of zero',
  async () => {
    const idle = { learningRate: 1e-30, warmupSteps: 0 };
    const { run, checkpoints } = textRunOf(
      staged({ stages: [stage(MLP, idle), stage(ATTENTION, { ...idle, steps: 1 })] }),
    );
    const { summary, adapter } = await run.run();
    const loss = (step: number) => summary.history.heldout.find((point) => point.step === step)?.loss;
    expect(loss(6)).toBe(loss(3)); // rounded to bfloat16 it would differ
    expect(loss(7)).toBe(loss(3));

    const [border, later] = [at(checkpoints, 3), at(checkpoints, 5)];
    const trained = Object.keys(border.leaves.weights);
    expect(trained.every((path) => path.includes('q_einsum/lora'))).toBe(true);
    for (const path of trained) {
      expect(later.leaves.weights[path]).toEqual(border.leaves.weights[path]);
      expect(adapter.tensors[path]?.values).toEqual(border.leaves.weights[path]);
      expect(later.leaves.moment1).not.toHaveProperty([path]);
    }
    // The third stage frees them again: one step's moments, as of a leaf that has none before.
    const again = textRunOf(staged({ stages: [stage(MLP, idle), stage(ATTENTION, { ...idle, steps: 2 })] }));
    await again.run.run();
    const first = at(again.checkpoints, 7).leaves;
    for (const path of trained) {
      const [m, v] = [first.moment1[path] as Float32Array, first.moment2[path] as Float32Array];
      for (const [i, value] of m.entries()) {
        expect(Math.abs((value / 0.1) ** 2 - (v[i] as number) / 0.05)).toBeLessThan(1e-3 * (v[i] as number) + 1e-12);
      }
    }
  },
  MINUTE,
);

test.each([2, 3, 5, 6, 7])(
  'a run that was killed at step %i of its stages goes on as if it had not been',
  async (step) => {
    const settings = staged({ samplePrompts: ['9 10 11'], keepBest: true });
    const whole = textRunOf(settings);
    const expected = await whole.run.run();
    const resumed = textRunOf(settings, at(whole.checkpoints, step));
    const { summary, adapter } = await resumed.run.run();
    expect(summary.history.train).toEqual(expected.summary.history.train);
    expect(summary.history.heldout).toEqual(expected.summary.history.heldout);
    expect(adapter.tensors).toEqual(expected.adapter.tensors);
    const shown = ({ events }: ReturnType<typeof textRunOf>) =>
      events.filter((event) => event.kind === 'sample' && event.step > step);
    expect(shown(resumed)).toEqual(shown(whole));
    const times = summary.history.memory.map(({ seconds }) => seconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  },
  MINUTE,
);

test(
  'the best weights may be those of an earlier stage: what later ones trained is then as it was',
  async () => {
    const { run, checkpoints } = textRunOf(
      staged({
        keepBest: true,
        stages: [stage(ALL_BUT('(final_norm|mlp/linear_lora)'), { learningRate: 5, warmupSteps: 0 })],
      }),
    );
    const { summary, adapter } = await run.run();
    expect(summary.keptStep).toBeLessThanOrEqual(3);
    const kept = at(checkpoints, summary.keptStep).leaves.weights;
    for (const leaf of leavesOf(adapter.modelConfig).filter(({ path }) => path.includes('lora'))) {
      expect(adapter.tensors[leaf.path]?.values).toEqual(kept[leaf.path] ?? initialLora(leaf, 42));
    }
    expect(Object.keys(adapter.tensors).some((path) => path.includes('final_norm'))).toBe(false);
  },
  MINUTE,
);

test(
  'a loss that no longer falls ends a run only in its last stage',
  async () => {
    const stuck = { learningRate: 0.6, warmupSteps: 0 };
    const settings = staged({ ...stuck, steps: 12, evaluateEvery: 1, earlyStop: true, patience: 2 });
    const { summary } = await textRunOf({ ...settings, stages: [stage(Q, { ...stuck, steps: 40 })] }).run.run();
    expect(summary.ended).toBe('early stop');
    expect(summary.steps).toBeGreaterThanOrEqual(14);
    expect(summary.steps).toBeLessThan(52);
  },
  MINUTE,
);

test(
  'pause and stop work at the border of two stages',
  async () => {
    const { run, events, checkpoints } = textRunOf(staged(), null, (event, control) => {
      if (event.kind === 'step' && event.step === 3) control.pause();
      if (event.kind === 'paused') queueMicrotask(() => control.unpause());
      if (event.kind === 'step' && event.step === 6) control.stop();
    });
    const { summary, adapter } = await run.run();
    expect(summary).toMatchObject({ ended: 'stopped', steps: 6 });
    expect(events.filter(({ kind }) => kind === 'paused')).toEqual([{ kind: 'paused', step: 3, kept: true }]);
    expect(adapter.tensors).toEqual(
      expect.objectContaining(
        Object.fromEntries(
          Object.entries(at(checkpoints, 6).leaves.weights).map(([path, values]) => [
            path,
            expect.objectContaining({ values }),
          ]),
        ),
      ),
    );
  },
  MINUTE,
);

test(
  'the adapter can be tried at any moment of a run, also while its stage changes',
  async () => {
    const snapshots: Promise<Adapter>[] = [];
    const { run } = textRunOf(staged(), null, () => void snapshots.push(run.snapshot()));
    const { adapter } = await run.run();
    const taken = await Promise.allSettled(snapshots);
    const whole = taken.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    const late = taken.filter((one) => one.status === 'rejected').map(({ reason }) => String(reason));
    expect(whole.length).toBeGreaterThan(20);
    for (const message of late) expect(message).toContain('The run has just ended');
    expect(whole.every(({ tensors }) => Object.keys(tensors).every((path) => path in adapter.tensors))).toBe(true);
    expect(whole.some(({ tensors }) => Object.keys(tensors).length === Object.keys(adapter.tensors).length)).toBe(true);
  },
  MINUTE,
);

test('a stage that cannot run is named', () => {
  expect(() => textRunOf(staged({ stages: [stage(Q), stage('Everything()')] }))).toThrow(
    'stage 3 of 3, freeze filter · Nothing is left to train',
  );
  expect(() => textRunOf(staged({ stages: [stage(Q, { steps: 0 })] }))).toThrow(
    'stage 2 of 2, Steps · Steps cannot be 0.',
  );
  expect(() => textRunOf(staged({ stages: [stage('Not(')] }))).toThrow('stage 2 of 2');
});
