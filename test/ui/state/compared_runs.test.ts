import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import { comparedColumns, markOf } from '../../../src/ui/runs/compared_curves';
import { differences, settingsInWords } from '../../../src/ui/runs/setting_words';
import type { RunRecord, TaskSettings } from '../../../src/worker/api';

const record = (over: Partial<RunRecord> = {}): RunRecord => ({
  runId: 'a',
  adapterId: 'b',
  endedAt: 1,
  settings: defaultSettings,
  steps: 4,
  seconds: 9,
  ended: 'finished',
  keptStep: 4,
  baselineHeldout: 4,
  heldout: 2,
  outcome: 'better',
  train: [
    { step: 1, loss: 4 },
    { step: 2, loss: 3 },
  ],
  evaluations: [{ step: 2, loss: 2.5 }],
  ...over,
});

test('runs share the steps that any of them has; held-out losses begin with the base', () => {
  const other = record({ train: [{ step: 3, loss: Number.NaN }], evaluations: [{ step: 5, loss: 1 }] });
  expect(comparedColumns([record(), other])).toEqual([
    [0, 1, 2, 5],
    [null, 4, 3, null],
    [4, null, 2.5, null],
    [null, null, null, null],
    [4, null, null, 1],
  ]);
});

test('where nothing was held out there is no held-out curve', () => {
  const none = record({ baselineHeldout: Number.NaN, heldout: Number.NaN, evaluations: [] });
  expect(comparedColumns([none])[2]).toEqual([null, null, null]);
});

test('twenty runs have twenty marks', () => {
  const marks = Array.from({ length: 20 }, (_, place) => markOf(place));
  expect(new Set(marks.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(20);
  expect([markOf(0).letter, markOf(25).letter, markOf(26).letter]).toEqual(['A', 'Z', 'A2']);
});

/** A task that calls its batch otherwise, and has a setting of its own. */
const view = {
  words: { fields: { batchSize: ['Samples', '', ''] as const } },
  ownSettings: (settings: TaskSettings) => [['Of its own', String(Reflect.get(settings, 'samplePrompts'))] as const],
};

const told = (over: Partial<TaskSettings> = {}) =>
  settingsInWords({ ...defaultSettings, ...over } as TaskSettings, view, (id) => `base ${id}`);

test('only settings that differ are named, with what each run had', () => {
  expect(differences([told(), told({ name: 'Other name' })])).toEqual([]);
  const stages = [{ steps: 5, freeze: 'Nothing()', learningRate: 0.1, warmupSteps: 0 }];
  expect(differences([told(), told({ learningRate: 0.0100001, keepBest: false }), told({ stages })])).toEqual([
    { name: 'Learning rate', values: ['0.01', '0.0100001', '0.01'] },
    { name: 'Keep the best', values: ['yes', 'no', 'yes'] },
    { name: 'Stages', values: ['1', '1', '2'] },
    { name: 'Stage 2: steps', values: ['–', '–', '5'] },
    { name: 'Stage 2: learning rate', values: ['–', '–', '0.1'] },
    { name: 'Stage 2: freeze filter', values: ['–', '–', 'Nothing()'] },
  ]);
});

test('the base is called by its name, and what the task has of its own as the task calls it', () => {
  expect(told({ base: 'x' }).get('Base')).toBe('base x');
  expect(told({ batchSize: 3 }).get('Samples')).toBe('3');
  const other = told({ samplePrompts: ['Day 1'] } as Partial<TaskSettings>);
  expect(differences([told(), other])).toEqual([{ name: 'Of its own', values: ['', 'Day 1'] }]);
});
