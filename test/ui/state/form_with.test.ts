import { expect, test } from 'vitest';
import { defaultActionsSettings, defaultSettings, freezeFilters } from '../../../src/settings/defaults';
import { actionsKind, actionsSettings } from '../../../src/ui/actions/kind';
import { checkForm } from '../../../src/ui/state/form';
import { formWith } from '../../../src/ui/state/form_with';
import { textKind, textSettings } from '../../../src/ui/text/kind';

const common = {
  freeze: freezeFilters.nothing,
  loraRank: 3,
  loraAlpha: 1.5,
  steps: 17,
  stages: [{ steps: 5, freeze: 'PathRegex(".*a.*")', learningRate: 0.004, warmupSteps: 2 }],
  batchSize: 2,
  accumulation: 6,
  learningRate: 0.007,
  warmupSteps: 2,
  endLearningRate: 0.007 * 0.15,
  weightDecay: 0.01,
  clipNorm: 0.5,
  recompute: true,
  seed: 7,
  evaluateEvery: 4,
  earlyStop: false,
  patience: 9,
  keepBest: false,
  checkpointEvery: 6,
};

test('a form with the settings of a text run makes the same run', () => {
  const settings = { ...defaultSettings, ...common, sequenceLength: 96, samplePrompts: ['Day 1:'] };
  const form = formWith(textKind, textKind.untouched, settings);
  expect(checkForm(form)).toEqual({});
  expect(form.samplePrompt).toBe('Day 1:');
  expect(textSettings(form, settings.base, settings.name, [form.samplePrompt])).toEqual({
    ...settings,
    endLearningRate: expect.closeTo(0.00105, 12),
  });
});

test('a form with the settings of an actions run makes the same run', () => {
  const own = { horizon: 8, backboneLora: true, state: 'last-action', normalization: 'quantile' } as const;
  const choices = { delta: [true, false], cameras: ['wrist'], streamed: true, maskTail: true, maskPadding: true };
  const statistics = 'checkpoint' as const;
  const settings = { ...defaultActionsSettings, ...common, ...own, ...choices, statistics };
  const form = formWith(actionsKind, actionsKind.untouched, settings);
  expect(actionsSettings(form, settings.base, settings.name)).toEqual({
    ...settings,
    endLearningRate: expect.closeTo(0.00105, 12),
  });
});

test('what a run is not told stays on the form', () => {
  const { untouched } = textKind;
  const before = { ...untouched, name: 'Mine', text: { ...untouched.text, heldoutPercent: '25', fps: '12' } };
  const form = formWith(textKind, before, defaultSettings);
  expect([form.name, form.text.heldoutPercent, form.text.fps]).toEqual(['Mine', '25', '12']);
});
