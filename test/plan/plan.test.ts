import { expect, test } from 'vitest';
import { lifetimes } from '../../src/plan/lifetimes';
import { type RecordedTextStep, recordTextStep } from '../../src/tasks/text/step';
import { exceptLora, OPTIMIZER, parametersOf, SMALL } from '../model/small';

const SHAPE = { B: 2, T: 9, M: 1 };
const record = (isFrozen: (path: string) => boolean, recompute = false) =>
  recordTextStep(SMALL, parametersOf(isFrozen), SHAPE, OPTIMIZER, { software: false, recompute });

/** Any two lives in one slot that touch, as text. */
function collisions({ plan, forward, backward, update }: RecordedTextStep): string[] {
  const found: string[] = [];
  const living = lifetimes([...forward, ...backward, ...update]);
  for (const a of living) {
    for (const b of living) {
      const together = a.first <= b.last && b.first <= a.last;
      if (a !== b && together && plan.slotOf.get(a.storage) === plan.slotOf.get(b.storage))
        found.push(`${a.storage.label} / ${b.storage.label}`);
    }
  }
  return found;
}

test.each([false, true])('storages that live at once never share a slot (re-computation %s)', (recompute) => {
  expect(collisions(record(exceptLora, recompute))).toEqual([]);
  expect(collisions(record(() => false, recompute))).toEqual([]);
});

test('the total is the sum of the kinds, and every slot is used', () => {
  const { plan } = record(exceptLora);
  expect(Object.values(plan.byKind).reduce((sum, bytes) => sum + bytes, 0)).toBe(plan.totalBytes);
  expect(new Set(plan.slotOf.values())).toEqual(new Set(plan.slots));
  expect(plan.totalBytes).toBeGreaterThanOrEqual(plan.liveBytes);
});

test('the plan stays within a tenth of the largest sum of live tensors', () => {
  for (const isFrozen of [exceptLora, () => false]) {
    const { plan } = record(isFrozen);
    expect(plan.totalBytes / plan.liveBytes).toBeLessThan(1.1);
  }
});

test('frozen leaves have no gradient and no moments', () => {
  const { plan, parameters } = record(exceptLora);
  const trainableBytes = parameters.arenas.reduce((sum, { weights }) => sum + weights.sizes.P * 4, 0);
  expect(plan.byKind.gradients).toBe(trainableBytes);
  expect(plan.byKind.trainable).toBe(trainableBytes);
  expect(plan.byKind.moments).toBe(2 * trainableBytes + 32); // and the optimizer's eight numbers
});

test('re-computation lowers the saved activations', () => {
  expect(record(exceptLora, true).plan.byKind.activations).toBeLessThan(
    record(exceptLora).plan.byKind.activations / 1.5,
  );
});
