import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import type { TrainEvent } from '../../src/tasks/events';
import { saverOf } from '../../src/worker/saving';
import { checkpointAt } from '../adapter/sample_checkpoint';

afterEach(() => void vi.restoreAllMocks());

let databases = 0;
const data = { windows: 3 };

function saving(resumed = false) {
  const checkpoints = openCheckpointStore<unknown>(`saving ${databases++}`);
  const told: string[] = [];
  const emit = (event: TrainEvent) => {
    if (event.kind === 'problem') told.push(event.problem.what);
  };
  return { checkpoints, told, save: saverOf({ checkpoints, data, resumed, emit }) };
}

test('where a run was cleared from the storage, it is begun there anew from what is in memory, and that is told', async () => {
  const { checkpoints, told, save } = saving();
  expect(await save(checkpointAt(0))).toBe(true);
  expect(await save(checkpointAt(10))).toBe(true);
  expect(told).toEqual([]);
  await checkpoints.discard('r');
  expect(await save(checkpointAt(20))).toBe(true);
  expect(told).toEqual([expect.stringContaining('a new checkpoint was made at step 20')]);
  expect(await checkpoints.load('r')).toEqual({ checkpoint: checkpointAt(20), dataset: data, laterDamaged: false });
});

test('the storage of a run that goes on can be cleared too', async () => {
  const { told, save } = saving(true);
  expect(await save(checkpointAt(20))).toBe(true);
  expect(told).toHaveLength(1);
});

test('without room a run goes on, says so once, and keeps its checkpoints as soon as there is some', async () => {
  const { checkpoints, told, save } = saving();
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  for (const step of [0, 10, 20]) expect(await save(checkpointAt(step))).toBe(false);
  expect(told).toEqual([expect.stringContaining('The checkpoint of step 0 could not be kept. The run goes on')]);
  vi.restoreAllMocks();
  expect(await save(checkpointAt(30))).toBe(true);
  expect(told).toHaveLength(1); // nothing was cleared: there was nothing
  expect((await checkpoints.load('r')).checkpoint).toEqual(checkpointAt(30));
});
