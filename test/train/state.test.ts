import { expect, test } from 'vitest';
import { emptyBytes } from '../../src/gpu/memory';
import type { MemorySample } from '../../src/train/events';
import { historyOf, newState } from '../../src/train/state';

const evaluated = { count: 2, of: 3 };

const sample = (allocatedBytes: number, moment: MemorySample['moment'] = 'stage begins'): MemorySample => ({
  seconds: 0,
  step: 0,
  stage: 1,
  moment,
  plannedBytes: allocatedBytes + 1,
  allocatedBytes,
  byKind: { ...emptyBytes(), frozen: allocatedBytes },
});

test.each([
  ['first', [30, 20, 10]],
  ['between', [10, 30, 20]],
  ['last', [10, 20, 30]],
])('of all counts of memory a history reports the largest, wherever it is: %s', (_, bytes) => {
  const memory = bytes.map((one) => sample(one));
  const history = historyOf({ ...newState(), memory: [...memory, sample(0, 'freed')] }, evaluated);
  expect(history).toMatchObject({ allocatedBytes: 30, plannedBytes: 31, byKind: { frozen: 30 } });
  expect(history.memory.map(({ allocatedBytes }) => allocatedBytes)).toEqual([...bytes, 0]);
});

test('a run that has not begun holds nothing and has no speed', () => {
  expect(historyOf(newState(), evaluated)).toMatchObject({
    plannedBytes: 0,
    allocatedBytes: 0,
    tokensPerSecond: 0,
    memory: [],
  });
});

test('the speed is that of all sittings', () => {
  expect(historyOf({ ...newState(), tokensTrained: 300, secondsTrained: 4 }, evaluated).tokensPerSecond).toBe(75);
});

test('a history is a copy: what the run does next does not change it', () => {
  const state = newState();
  state.train.push({ step: 1, loss: 2, gradNorm: 1, learningRate: 0.1 });
  state.heldout.push({ step: 1, loss: 3 });
  const history = historyOf(state, evaluated);
  for (const point of [...state.train, ...state.heldout]) point.loss = 99;
  expect(history.train[0]?.loss).toBe(2);
  expect(history.heldout[0]?.loss).toBe(3);
  expect(history.evaluated).toEqual(evaluated);
});
