import { expect, test } from 'vitest';
import { asProblem, checkNumber } from '../../src/problem';
import { checkTraining } from '../../src/run/check';
import { prepareStages, readStages } from '../../src/run/stages';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import { type NumberSetting, numberNames, numberRules, written } from '../../src/settings/numbers';
import type { TaskSettings } from '../../src/settings/task';

/** The problem that `work` throws. */
function thrownBy(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return asProblem(error);
  }
  throw new Error('nothing was thrown');
}

const numbersOf = (settings: TaskSettings) =>
  Object.entries(settings).flatMap(([name, value]) => (typeof value === 'number' ? [name as NumberSetting] : []));

test.each([defaultSettings, defaultActionsSettings])(
  'every number of $task is refused where it is not finite',
  (usual) => {
    expect(() => checkTraining(usual)).not.toThrow();
    for (const name of numbersOf(usual)) {
      for (const value of [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        -1,
        '1e999',
        null,
        undefined,
      ]) {
        const problem = thrownBy(() => checkTraining({ ...usual, [name]: value }));
        expect(problem).toMatchObject({ where: numberNames[name], setting: { name } });
        expect(problem.what).toBe(`${numberNames[name]} cannot be ${value}.`);
        expect(problem.fix).toMatch(/^Choose a .*number/);
      }
    }
  },
);

test.each(['learningRate', 'endLearningRate'] as const)('%s is refused where float32 would keep nothing', (name) => {
  for (const usual of [defaultSettings, defaultActionsSettings]) {
    for (const value of [1e9, 1e38, 1000.1])
      expect(thrownBy(() => checkTraining({ ...usual, [name]: value })).fix).toMatch(/1000\.$/);
    expect(() => checkTraining({ ...usual, [name]: 1000 })).not.toThrow();
  }
});

test('a batch that would hold the GPU up is refused, with what fits', () => {
  const problem = thrownBy(() => checkTraining({ ...defaultSettings, batchSize: 100_000 }));
  expect(problem).toMatchObject({ what: 'Batch cannot be 100000.', fix: 'Choose a whole number from 1 to 4096.' });
  expect(() => checkTraining({ ...defaultSettings, batchSize: 4096 })).not.toThrow();
});

test('how data are opened has numbers too', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -0.1, 0.6]) {
    expect(() => checkNumber('heldoutFraction', value)).toThrow(`Held out cannot be ${value}.`);
  }
  expect(() => checkNumber('fps', Number.POSITIVE_INFINITY)).toThrow('Frame rate cannot be Infinity.');
  expect(() => checkNumber('heldoutFraction', 0)).not.toThrow();
  expect(Object.keys(numberRules)).toEqual(Object.keys(numberNames));
});

test('numbers of every stage are refused, by stage, before anything is planned', () => {
  const stage = { steps: 5, freeze: 'Nothing()', learningRate: 0.01, warmupSteps: 2 };
  for (const change of [{ steps: Number.POSITIVE_INFINITY }, { learningRate: Number.NaN }, { warmupSteps: 0.5 }]) {
    const settings = { ...defaultSettings, stages: [stage, { ...stage, ...change }] };
    const [name] = Object.keys(change) as [NumberSetting];
    const problem = thrownBy(() => readStages(settings, null));
    expect(problem).toMatchObject({ setting: { name, stage: 2 }, where: `stage 3 of 3, ${numberNames[name]}` });
  }
  const settings = { ...defaultSettings, stages: [stage] };
  const prepared = () =>
    prepareStages(settings, readStages(settings, null), (own) => {
      checkTraining({ ...own, batchSize: own.steps === 5 ? Number.NaN : 1 });
      return { step: { parameters: { leaves: [], isFrozen: () => true } } } as never;
    });
  expect(thrownBy(prepared).setting).toEqual({ name: 'batchSize', stage: 1 });
});

test.each([
  [8192, '8192'],
  [0.003, '0.003'],
  [1e-10, '1e-10'],
  [2 ** 31 - 1, '2147483647'],
  [0.1 + 0.2, '0.3'],
  [1000, '1000'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
])('%d is written %s', (value, text) => {
  expect(written(value)).toBe(text);
});
