import { expect, test } from 'vitest';
import { exportOpenpi } from '../../src/adapter/openpi_file';
import { SCENARIOS } from '../../tools/torture/flags.mjs';
import { differences, keptIn } from '../../tools/torture/kept';
import { Moment, type PlannedKill, timingOf } from '../../tools/torture/plan';
import { scenarios } from '../../tools/torture/scenarios';
import { sampleAdapter } from '../adapter/sample';

const step = (at: number, number: number) =>
  ({ at, kind: 'step', step: number, loss: 1, gradNorm: 1, learningRate: 1 }) as const;
const phase = (at: number, name: string, done = 0) => ({ at, kind: 'phase', phase: name, done }) as const;

test('the scenarios that help lists are those that there are', () => {
  expect(SCENARIOS).toEqual(scenarios.map(({ id }) => id));
});

test('runs that came to the same differ in nothing; a bit of a weight, a loss or a field is named', () => {
  const adapter = sampleAdapter();
  const whole = keptIn(exportOpenpi(adapter));
  const later = { ...adapter, summary: { ...adapter.summary, savedAt: adapter.summary.savedAt + 1000 } };
  expect(differences(keptIn(exportOpenpi(later)), whole)).toEqual([]);

  const [path = '', tensor] = Object.entries(adapter.tensors)[0] ?? [];
  const values = Float32Array.from(tensor?.values ?? []);
  new Uint32Array(values.buffer)[0]! ^= 1;
  const changed = { ...adapter, tensors: { ...adapter.tensors, [path]: { shape: tensor?.shape ?? [], values } } };
  expect(differences(keptIn(exportOpenpi(changed)), whole)).toEqual([
    `1 tensors of the adapter differ, ${path} among them`,
  ]);

  const train = whole.train.map((one, n) => (n === 0 ? { ...one, loss: one.loss + 1e-9 } : one));
  expect(differences({ ...whole, train }, whole)).toEqual(['the history (train) differs from entry 0 on']);
  expect(differences({ ...whole, train: [] }, whole)).toHaveLength(1);
  expect(differences({ ...whole, told: { ...whole.told, kept_step: '1' } }, whole)).toEqual([
    'kept_step of the adapter differs',
  ]);
});

test('a kill is due at its share of what it is aimed at, after as many checkpoints as are spared', () => {
  const told = [phase(5, 'training'), step(10, 1), step(20, 2), { at: 26, kind: 'checkpoint', step: 2 } as const];
  const end = [step(80, 3), phase(100, 'saving'), phase(190, 'saving', 1), { at: 200, kind: 'ended', adapterId: 'a' }];
  const timing = timingOf([...told, ...(end as typeof told)], 500, 2);
  expect(timing).toEqual({ sitting: 500, steps: 95, checkpoint: 20, saving: 100 });

  const moment = (aim: PlannedKill['aim']) => new Moment({ victim: 'tab', aim, share: 0.5, spared: 1 }, timing, 2);
  expect(moment('anywhere').fromBeginning).toBe(250);
  expect(moment('steps').after(phase(0, 'training'))).toBe(47.5);
  expect(moment('saving').after(phase(0, 'saving'))).toBe(50);
  const checkpoint = moment('checkpoint');
  expect([1, 2, 3, 4, 5].map((number) => checkpoint.after(step(0, number)))).toEqual([null, null, null, 10, null]);
  expect(checkpoint.fromBeginning).toBeNull();
});
