import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import { prepareStages, readStages, stagedReport } from '../../../src/run/stages';
import { prepareActions } from '../../../src/tasks/actions/prepare';
import { actionsRunOf } from '../../run/small_run';
import { actionsSettings, SEEING, SMALL_ACTIONS_BASE } from './small_actions';

const MINUTES = 180_000; // a slow machine compiles for a while

/** Projections; then the expert's adapters beside them; then the backbone's too. */
const STAGED = actionsSettings({
  backboneLora: true,
  steps: 2,
  freeze: 'PathRegex("PaliGemma/.*")',
  stages: [
    {
      steps: 2,
      freeze: 'All(PathRegex("PaliGemma/.*"), Not(PathRegex(".*_1.*lora.*")))',
      learningRate: 0.01,
      warmupSteps: 1,
    },
    {
      steps: 3,
      freeze: 'All(PathRegex("PaliGemma/.*"), Not(PathRegex(".*lora.*")))',
      learningRate: 0.005,
      warmupSteps: 1,
    },
  ],
  evaluateEvery: 2,
  checkpointEvery: 1,
  earlyStop: false,
});

test(
  'projections, then the expert’s adapters, then the backbone’s too: the prefix follows, killed anywhere it goes on',
  async () => {
    const whole = actionsRunOf(STAGED, SEEING);
    const expected = await whole.run.run();
    const prefixes = whole.events.filter((event) => event.kind === 'prefix');
    expect(prefixes.map(({ constant }) => constant)).toEqual([true, true, false]);
    for (const { allocatedBytes, plannedBytes } of expected.summary.history.memory)
      expect(allocatedBytes).toBe(plannedBytes);
    const paths = Object.keys(expected.adapter.tensors);
    expect(paths.filter((path) => !path.includes('lora'))).toHaveLength(10);
    expect(paths.filter((path) => path.includes('lora'))).toHaveLength(20);

    for (const step of [2, 3, 4, 6]) {
      const from = whole.checkpoints.find((checkpoint) => checkpoint.step === step) as Checkpoint;
      const { summary, adapter } = await actionsRunOf(STAGED, SEEING, from).run.run();
      expect(summary.history.train).toEqual(expected.summary.history.train);
      expect(summary.history.heldout).toEqual(expected.summary.history.heldout);
      expect(summary.openLoop).toEqual(expected.summary.openLoop);
      expect(adapter.tensors).toEqual(expected.adapter.tensors);
    }
  },
  MINUTES,
);

test(
  'a kept prefix is computed again when weights before it change: the base’s is not the run’s',
  async () => {
    // LoRA of the backbone is frozen at its random start; the base has none.
    const settings = { ...STAGED, stages: [], steps: 5, loraAlpha: 400 };
    const measured = actionsRunOf(settings, SEEING);
    const { history } = (await measured.run.run()).summary;
    const start = measured.checkpoints.find(({ step }) => step === 0) as Checkpoint;
    const { base, baselineHeldout } = measured.checkpoints.find(({ step }) => step === 1) as Checkpoint;
    const known = { ...start, base, baselineHeldout };
    const { train, heldout } = (await actionsRunOf(settings, SEEING, known).run.run()).summary.history; // measures no base
    expect(train).toEqual(history.train);
    expect(heldout).toEqual(history.heldout);
  },
  MINUTES,
);

test('the plan is that of the largest stage, and tells each', () => {
  const facts = { cameras: 1, prefixes: 40 };
  const plan = stagedReport(
    prepareStages(STAGED, readStages(STAGED, null), (own, options) =>
      prepareActions(SMALL_ACTIONS_BASE, own, facts, options),
    ),
  );
  const totals = plan.stages?.map(({ totalBytes }) => totalBytes) ?? [];
  expect(totals).toHaveLength(3);
  expect(plan.totalBytes).toBe(Math.max(...totals));
  expect(plan.totalBytes).toBe(totals[2]);
  expect(plan.trainableLeaves).toBe(10);
  expect(plan.stages?.map(({ trainableLeaves }) => trainableLeaves)).toEqual([10, 20, 30]);
  const first = { ...STAGED, stages: [] };
  const alone = stagedReport(
    prepareStages(first, readStages(first, null), (own, options) =>
      prepareActions(SMALL_ACTIONS_BASE, own, facts, options),
    ),
  );
  expect(alone).not.toHaveProperty('stages');
  expect(alone.totalBytes).toBe(totals[0]);
});

test('a leaf that an earlier stage trained takes four bytes a parameter when it is frozen', () => {
  const facts = { cameras: 1, prefixes: 0 };
  const backbone = 'Not(PathRegex("PaliGemma/llm/layers/attn/q_einsum/.*"))';
  const settings = { ...STAGED, stages: [{ steps: 1, freeze: backbone, learningRate: 0.01, warmupSteps: 0 }] };
  const [, second] = prepareStages(settings, readStages(settings, null), (own, options) =>
    prepareActions(SMALL_ACTIONS_BASE, own, facts, options),
  );
  const fresh = prepareActions(SMALL_ACTIONS_BASE, { ...settings, freeze: backbone, stages: [] }, facts);
  const { parameters } = fresh.step;
  const projections = parameters.slices.filter(({ leaf }) => !leaf.path.startsWith('PaliGemma'));
  const extra = projections.reduce((sum, slice) => sum + 4 * slice.elements - (slice.storage?.bytes ?? 0), 0);
  expect(extra).toBeGreaterThan(0);
  expect(second?.prepared.byKind.frozen).toBe(fresh.byKind.frozen + extra);
});
