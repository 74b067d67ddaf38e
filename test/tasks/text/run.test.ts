import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import { NO_GPU_YET } from '../../../src/gpu/facts';
import type { TextSettings } from '../../../src/settings/text';
import type { TextData } from '../../../src/tasks/text/run';
import { text } from '../../../src/tasks/text/task';
import { COUNTING, SMALL_BASE, settingsOf } from '../../run/small_base';
import { expectSame, textRunOf } from '../../run/small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

test(
  'a run learns, keeps its best weights and allocates what it planned',
  async () => {
    const { run, events } = textRunOf(settingsOf({ steps: 40, earlyStop: false, samplePrompts: ['9 10 11'] }));
    const { summary, adapter } = await run.run();
    expect(summary.ended).toBe('finished');
    expect(summary.steps).toBe(40);
    expect(summary.heldout).toBeLessThan(summary.baselineHeldout * 0.95);
    expect(summary.heldout).toBe(Math.min(...summary.history.heldout.map(({ loss }) => loss)));
    expect(Object.keys(adapter.tensors)).toHaveLength(10);
    const memory = events.find((event) => event.kind === 'memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);
    const samples = events.filter((event) => event.kind === 'sample');
    expect(samples).toHaveLength(summary.history.heldout.length);
    expect(new Set(samples.map(({ base }) => base)).size).toBe(1);
  },
  MINUTE,
);

test(
  'where few targets count, head and loss are computed of fewer, and as much is allocated as was planned',
  async () => {
    const { offsets, tokens } = COUNTING;
    const lossMask = Uint8Array.from(tokens, (_, i) => (offsets.includes(i + 1) || offsets.includes(i + 2) ? 1 : 0));
    const dataset = { ...COUNTING, lossMask };
    const settings = settingsOf({ steps: 40, batchSize: 4, earlyStop: false });
    const { run, events } = textRunOf(settings, null, undefined, { dataset });
    const { summary } = await run.run();
    expect(summary.heldout).toBeLessThan(summary.baselineHeldout * 0.95);
    const memory = events.find((event) => event.kind === 'memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);

    const planned = (opened: TextData | null) =>
      text.prepare(SMALL_BASE, settings, text.factsOf(opened, SMALL_BASE, settings), { gpu: NO_GPU_YET });
    const [known, unknown] = [planned({ dataset, chat: false }), planned(null)];
    expect(known.plannedBytes).toBe(memory?.plannedBytes);
    expect(known.plannedBytes).toBeLessThan(unknown.plannedBytes);
    expect(known.step.flops).toBeLessThan(unknown.step.flops);
  },
  MINUTE,
);

test(
  'a run that was killed goes on exactly where its last checkpoint was',
  async () => {
    const settings = settingsOf({ earlyStop: false });
    const whole = textRunOf(settings);
    const expected = await whole.run.run();
    const half = whole.checkpoints.find(({ step }) => step === 4) as Checkpoint;
    const resumed = await textRunOf(settings, half).run.run();
    expectSame(resumed, expected);
  },
  MINUTE,
);

test(
  'the base is measured without LoRA, and the weights in training are put back',
  async () => {
    // Factors of 0.01 each would hardly show beside a loss; an alpha of thousands makes them loud.
    const loud = (changes: Partial<TextSettings>) =>
      textRunOf(settingsOf({ steps: 1, earlyStop: false, loraAlpha: 40_000, learningRate: 1e-12, ...changes }));
    const [one, other] = [loud({ seed: 1 }), loud({ seed: 2, loraRank: 3, loraAlpha: 90_000 })];
    const [a, b] = [(await one.run.run()).summary, (await other.run.run()).summary];
    expect(a.baselineHeldout).toBe(b.baselineHeldout);
    expect(a.baselineHeldout).toBe(one.of('heldout')[0]?.loss);
    // These two still have their own LoRA when they are evaluated after a step that hardly moves them.
    const [ofA, ofB] = [a.history.heldout[0]?.loss ?? 0, b.history.heldout[0]?.loss ?? 0];
    for (const loss of [ofA - ofB, ofA - a.baselineHeldout, ofB - a.baselineHeldout]) {
      expect(Math.abs(loss)).toBeGreaterThan(0.01);
    }
  },
  MINUTE,
);

test(
  'pause saves and waits; stop keeps what was learned',
  async () => {
    const { run, events, checkpoints } = textRunOf(
      settingsOf({ steps: 50, earlyStop: false }),
      null,
      (event, control) => {
        if (event.kind === 'step' && event.step === 2) control.pause();
        if (event.kind === 'paused') queueMicrotask(() => control.unpause());
        if (event.kind === 'step' && event.step === 5) control.stop();
      },
    );
    const { summary, adapter } = await run.run();
    expect(summary).toMatchObject({ ended: 'stopped', steps: 5 });
    expect(checkpoints.map(({ step }) => step)).toEqual([0, 2, 4]);
    expect(events.map(({ kind }) => kind).filter((kind) => kind.includes('pause'))).toEqual(['paused', 'unpaused']);
    expect(adapter.summary.steps).toBe(5);
  },
  MINUTE,
);

test(
  'a page that may be about to end has a checkpoint kept once, after the step in flight, and the run goes on',
  async () => {
    const { run, checkpoints } = textRunOf(settingsOf({ earlyStop: false }), null, (event, control) => {
      if (event.kind !== 'step' || event.step !== 3) return;
      control.saveSoon();
      control.saveSoon();
    });
    expect((await run.run()).summary).toMatchObject({ ended: 'finished', steps: 8 });
    expect(checkpoints.map(({ step }) => step)).toEqual([0, 3, 4]);
  },
  MINUTE,
);

test(
  'three steps in a row that are not finite end the run; its adapter is finite',
  async () => {
    const { run, events } = textRunOf(
      settingsOf({ steps: 30, learningRate: 1000, warmupSteps: 0, weightDecay: 1e9, clipNorm: 1e30, earlyStop: false }),
    );
    const { summary, adapter } = await run.run();
    expect(summary.ended).toBe('not finite');
    expect(events.filter(({ kind }) => kind === 'skipped')).toHaveLength(3);
    for (const { values } of Object.values(adapter.tensors)) expect(values.every(Number.isFinite)).toBe(true);
  },
  MINUTE,
);

test(
  'held-out loss that stops falling ends the run early',
  async () => {
    const { run } = textRunOf(settingsOf({ steps: 60, learningRate: 0.6, evaluateEvery: 1, patience: 2 }));
    const { summary } = await run.run();
    expect(summary.ended).toBe('early stop');
    expect(summary.keptStep).toBe(summary.steps - 2);
  },
  MINUTE,
);

test('settings that cannot run are refused in words', () => {
  expect(() => textRunOf(settingsOf({ sequenceLength: 40 }))).toThrow(
    'Window cannot be 40: this base takes 32 at most.',
  );
  expect(() => textRunOf(settingsOf({ sequenceLength: 12 }))).toThrow('The data was cut into windows of 8 tokens');
  expect(() => textRunOf(settingsOf({ freeze: 'Everything()' }))).toThrow('Nothing is left to train');
  expect(() => textRunOf(settingsOf({ batchSize: 0 }))).toThrow('Batch cannot be 0.');
});
