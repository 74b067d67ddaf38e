import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { startOf, troublesOf } from '../../src/train/judge';
import { atRate, seenOf } from './seen';

const LN_V = Math.log(2048);
const kinds = (...args: Parameters<typeof seenOf>) => troublesOf(seenOf(...args)).map(({ kind }) => kind);

test('a run that learns has no trouble, and neither has one that is noisy or has just begun', () => {
  expect(kinds([4.9, 4.7, 4.5, 4.2, 4.1, 4.0, 3.9, 3.9], {}, { 4: 4.4, 8: 4.1 })).toEqual([]);
  expect(kinds([4.9, 6.5, 4.1, 6.4, 4.0, 5.9, 3.9, 6.9])).toEqual([]);
  expect(kinds([4.9])).toEqual([]);
  expect(kinds([])).toEqual([]);
});

test('gradients of exactly 0, three in a row, are told with the step since which they are', () => {
  const seen = (gradients: readonly number[]) => seenOf([4.8, 7, 7.1, 7.2], atRate(1000), {}, gradients);
  expect(troublesOf(seen([2, 1, 0, 0]))).toEqual([]);
  expect(troublesOf(seen([2, 0, 1e-30, 0]))).toEqual([]);
  const [trouble] = troublesOf(seen([2, 0, 0, 0]));
  expect(trouble).toMatchObject({
    kind: 'no gradient',
    problem: {
      what: 'The gradient has been exactly 0 since step 2: nothing is learned any more. Updates at a learning rate of 1000 threw the weights too far.',
      fix: 'Start again with a lower learning rate: 0.01, the usual one.',
      where: 'Learning rate',
      setting: { name: 'learningRate' },
    },
  });
});

test('a gradient that was never there is no matter of the rate', () => {
  const [trouble] = troublesOf(seenOf([4.8, 4.7, 4.9], {}, {}, [0, 0, 0]));
  expect(trouble?.problem.what).toBe(
    'The gradient has been exactly 0 in all 3 steps: what trains has no part in the loss.',
  );
  expect(trouble?.problem.setting).toBeUndefined();
});

test('a loss at ln V is told, unless the base guesses too or the task has no tokens', () => {
  const losses = [4.8, 7.9, LN_V, LN_V + 5e-4, LN_V - 5e-4];
  const [trouble] = troublesOf(seenOf(losses, atRate(1)));
  expect(trouble).toMatchObject({ kind: 'guessing', problem: { setting: { name: 'learningRate' } } });
  expect(trouble?.problem.what).toContain('7.6246 for 3 steps, which is ln 2048');
  expect(kinds([4.8, 7.9, LN_V, LN_V, 7.5])).not.toContain('guessing');
  expect(kinds([LN_V, LN_V, LN_V], { baseline: LN_V })).toEqual([]);
  expect(kinds(losses, { guessLoss: null })).toEqual([]);
});

test('zero gradients at ln V: both, and no word of where the loss is besides', () => {
  expect(kinds([4.8, LN_V, LN_V, LN_V, LN_V, LN_V, LN_V], {}, { 4: LN_V }, [3, 0, 0, 0, 0, 0, 0])).toEqual([
    'no gradient',
    'guessing',
  ]);
});

test('a divergence is seen in five steps, or in one evaluation; not in one that is a little above the base', () => {
  expect(kinds([4.8, 6.5, 6.6, 6.7, 6.8])).toEqual([]);
  expect(kinds([4.8, 6.5, 6.6, 6.7, 6.8, 6.9])).toEqual(['diverging']);
  expect(kinds([4.8, 6.5, 6.6, 4.9, 6.8, 6.9])).toEqual([]); // it came back
  const [trouble] = troublesOf(seenOf([4.8, 5], atRate(0.3), { 2: 8.446 }));
  expect(trouble?.problem.what).toBe(
    'At step 2 the held-out loss is 8.4460, far above the 4.8000 of the base: the run makes the model worse.',
  );
  expect(kinds([4.8, 5], {}, { 2: 5.2 })).toEqual([]);
  expect(kinds([4.8, 5], { baseline: Number.NaN }, { 2: 9 })).toEqual([]); // nothing to compare with
});

test('the rate that is blamed is the highest of the stages that have begun; below the usual one, a third is proposed', () => {
  const later = { steps: 10, freeze: 'Nothing()', learningRate: 5, warmupSteps: 0 };
  const settings = { ...defaultSettings, steps: 3, learningRate: 0.003, stages: [later] };
  const gradients = [1, 0, 0, 0];
  const first = troublesOf(seenOf([4.8, 5, 5], { settings }, {}, [0, 0, 0]));
  expect(first[0]?.problem.what).not.toContain('rate');
  expect(troublesOf(seenOf([4.8, 5, 5, 5], { settings }, {}, gradients))[0]?.problem.what).toContain('rate of 5 ');
  const low = { ...defaultSettings, learningRate: 0.003 };
  expect(troublesOf(seenOf([4.8, 5, 5, 5], { settings: low }, {}, gradients))[0]?.problem.fix).toContain(
    'rate: 0.001.',
  );
});

test('where the loss began: the first step where later ones jumped, or the base', () => {
  expect(startOf(seenOf([4.9, 20, 30], { baseline: Number.NaN }))).toBe(4.9);
  expect(startOf(seenOf([4.9, 20, 30], { baseline: 5 }))).toBe(5);
});
