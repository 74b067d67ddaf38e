import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { settingsOfStage, stageAt, stagesOf, stepsOf } from '../../src/settings/stages';
import { adamw } from '../reference/adamw';

const later = { steps: 50, freeze: 'Nothing()', learningRate: 0.002, warmupSteps: 3 };
const settings = { ...defaultSettings, stages: [later, { ...later, steps: 1 }] };

test('stages follow each other without a gap, the first made of the settings’ own fields', () => {
  expect(stepsOf(settings)).toBe(111);
  expect(stepsOf(defaultSettings)).toBe(60);
  expect(stagesOf(settings).map(({ index, first, end }) => [index, first, end])).toEqual([
    [0, 0, 60],
    [1, 60, 110],
    [2, 110, 111],
  ]);
  expect([0, 59, 60, 109, 110, 111].map((step) => stageAt(settings, step).index)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('a stage as a run of its own: its filter and rate, which ends at the same share of its highest', () => {
  const [first, second] = stagesOf(settings);
  if (!first || !second) throw new Error('there are three stages');
  expect(settingsOfStage(settings, first)).toEqual(defaultSettings);
  const own = settingsOfStage(settings, second);
  expect(own).toMatchObject({ steps: 50, freeze: 'Nothing()', learningRate: 0.002, warmupSteps: 3, stages: [] });
  expect(own.endLearningRate / 0.002).toBeCloseTo(defaultSettings.endLearningRate / defaultSettings.learningRate, 12);
});

test('a leaf that joins late, its moments zero while the count of steps goes on, begins with small steps', () => {
  // Until it joins, it is as one whose gradient has been zero. The learning rate is 1.
  const options = { learningRate: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };
  const before = Array.from({ length: 200 }, () => [0]);
  const after = (steps: number) =>
    adamw([0], [...before, ...Array.from({ length: steps }, () => [0.3])], options)[0] ?? 0;
  const sizes = Array.from({ length: 100 }, (_, n) => after(n) - after(n + 1));
  expect(sizes[0]).toBeCloseTo(0.45, 2);
  expect(Math.max(...sizes)).toBeLessThan(1.1);
  expect(sizes.at(-1)).toBeCloseTo(1, 1);
});
