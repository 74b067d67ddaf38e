import { expect, test } from 'vitest';
import { flopsPerSecond, measureSpeed, type Speed, secondsFor, workOf } from '../../src/fit/speed';
import { prepareText } from '../../src/tasks/text/prepare';
import { device } from '../gpu';
import { SMALL_BASE, settingsOf } from '../run/small_base';

const MINUTE = 60_000; // a slow machine compiles for a while
const stepOf = (...changes: Parameters<typeof settingsOf>) => prepareText(SMALL_BASE, settingsOf(...changes)).step;

const ALIKE: Speed = {
  rates: { matmul_wide: 1, matmul_tiled: 1, thin: 1, matmul: 1, attention: 1, bytes: Number.POSITIVE_INFINITY },
  secondsPerDispatch: 0,
  secondsPerWait: 0,
};

test('all operations of products and attention are counted, those of each micro-batch', () => {
  const step = stepOf({ accumulation: 3 });
  const { forward, backward, update } = step;
  const counted = [...forward, ...backward]
    .filter(({ kernel: { label } }) => /^(matmul|attention)/.test(label))
    .reduce((sum, { flops }) => sum + 3 * flops, 0);
  const work = workOf(step);
  expect(secondsFor(work, ALIKE)).toBe(counted);
  expect(work.dispatches).toBe(3 * (forward.length + backward.length) + update.length);
  expect(counted).toBeLessThan(step.flops);
  expect(counted).toBeGreaterThan(0.3 * step.flops);
});

test('training more is more work, in products and in bytes', () => {
  const amounts = workOf(stepOf()).amounts;
  const everything = workOf(stepOf({ freeze: 'Nothing()' })).amounts;
  expect(everything.thin).toBeGreaterThan(amounts.thin); // as narrow as this model is
  expect(amounts.thin).toBeGreaterThan(0);
  expect(everything.bytes).toBeGreaterThan(amounts.bytes);
});

test('what runs before a step now and then counts as often as it runs', () => {
  const step = stepOf();
  const plain = workOf(step);
  const extra = workOf(step, { calls: step.forward, timesPerStep: 0.25 });
  expect(extra.dispatches).toBe(plain.dispatches + 0.25 * step.forward.length);
  expect(extra.amounts.attention).toBeGreaterThan(plain.amounts.attention);
  expect(extra.waits).toBeGreaterThan(plain.waits);
});

test('each part of the time counts', () => {
  const work = workOf(stepOf());
  const seconds = secondsFor(work, ALIKE);
  expect(secondsFor(work, { ...ALIKE, secondsPerDispatch: 2 })).toBe(seconds + 2 * work.dispatches);
  expect(secondsFor(work, { ...ALIKE, secondsPerWait: 5 })).toBe(seconds + 5 * work.waits);
  const slower = { ...ALIKE, rates: { ...ALIKE.rates, attention: 0.5 } };
  expect(secondsFor(work, slower)).toBe(seconds + work.amounts.attention);
});

test(
  'a real device has a speed; measuring it leaves nothing behind',
  async () => {
    for (const causal of [true, false]) {
      const speed = await measureSpeed(device, stepOf(), causal);
      for (const rate of Object.values(speed.rates)) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThan(Number.POSITIVE_INFINITY);
      }
      expect(speed.secondsPerDispatch).toBeGreaterThan(0);
      expect(flopsPerSecond(speed)).toBe(
        Math.max(speed.rates.matmul, speed.rates.matmul_tiled, speed.rates.matmul_wide),
      );
    }
  },
  MINUTE,
);
