import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { evaluationsLeft, Pace } from '../../src/train/pace';

const stage = { freeze: 'Nothing()', learningRate: 0.01, warmupSteps: 0 };

test.each([
  ['one stage', { steps: 60, evaluateEvery: 15, stages: [] }],
  ['an end between two multiples', { steps: 50, evaluateEvery: 15, stages: [] }],
  ['more between two than there are steps', { steps: 5, evaluateEvery: 100, stages: [] }],
  [
    'stages',
    {
      steps: 20,
      evaluateEvery: 15,
      stages: [
        { ...stage, steps: 10 },
        { ...stage, steps: 7 },
      ],
    },
  ],
])('evaluations left are those that the loop makes: %s', (_, changes) => {
  const settings = { ...defaultSettings, ...changes };
  const ends = [settings.steps];
  for (const { steps } of settings.stages) ends.push(ends.at(-1)! + steps);
  for (let step = 0; step <= ends.at(-1)!; step++) {
    let left = 0;
    for (let at = step + 1; at <= ends.at(-1)!; at++)
      if (at % settings.evaluateEvery === 0 || ends.includes(at)) left++;
    expect(evaluationsLeft(settings, step)).toBe(left);
  }
});

test('time left is that of steps and of evaluations, at first guessed, then as timed', async () => {
  let now = 0;
  const pace = new Pace(
    () => now,
    6,
    () => undefined,
  );
  const settings = { ...defaultSettings, steps: 30, evaluateEvery: 10, stages: [] };
  expect(pace.secondsLeft(settings, 1, 2, true)).toBeCloseTo(29 * 2 + (3 + 1) * 6 * 2 * (1 / 3), 9);
  await pace.evaluation(async () => {
    now += 20;
  });
  await pace.evaluation(async () => {
    now += 10;
  });
  expect(pace.secondsLeft(settings, 10, 2, false)).toBe(20 * 2 + 3 * 15); // that of step 10 is still to come
  expect(pace.secondsLeft(settings, 11, 2, false)).toBe(19 * 2 + 2 * 15);
  expect(pace.secondsLeft(settings, 30, 2, false)).toBe(15);
});
