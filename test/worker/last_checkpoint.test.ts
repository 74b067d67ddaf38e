import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openCheckpointStore } from '../../src/adapter/checkpoint_store';
import { LastCheckpoint } from '../../src/worker/last_checkpoint';
import { saverOf } from '../../src/worker/saving';
import { checkpointAt } from '../adapter/sample_checkpoint';

let databases = 0;

/** @param heldBeside bytes */
function lastOf(heldBeside: number) {
  const checkpoints = openCheckpointStore<unknown>(`last ${databases++}`);
  const data = { windows: 3 };
  const keep = saverOf({ checkpoints, data, resumed: false, emit: () => undefined });
  return { checkpoints, last: new LastCheckpoint({ runId: 'r', checkpoints, data, from: null, keep }, heldBeside) };
}

test('a large checkpoint is not in memory while it is kept, a small one always is', async () => {
  const large = lastOf(0);
  expect(await large.last.latest()).toBeNull();
  await large.last.save(checkpointAt(5));
  expect(await large.last.latest()).toEqual(checkpointAt(5));
  await large.checkpoints.discard('r');
  await expect(large.last.latest()).rejects.toThrow('no longer there');
  expect(await large.last.resumableStep()).toBeNull();

  const small = lastOf(1e6);
  await small.last.save(checkpointAt(5));
  await small.checkpoints.discard('r');
  expect(await small.last.latest()).toEqual(checkpointAt(5));
  expect(await small.last.resumableStep()).toBe(5);
  expect((await small.checkpoints.load('r')).checkpoint).toEqual(checkpointAt(5));
});
