import { expect, test } from 'vitest';
import type { StoreSummary } from '../../src/prefixes/stores';
import type { RunFrames } from '../../src/tasks/actions/streamed_pass';
import { framesTold, ownStore } from '../../src/worker/pass_calls';
import { KEY, LABEL } from '../prefixes/records';

const { weights: _, ...key } = KEY;
const summary = { name: LABEL.model } as Parameters<typeof ownStore>[2]['summary'];

const storeOf = (id: string, own: Partial<StoreSummary>): StoreSummary => ({
  id,
  label: LABEL,
  key: KEY,
  records: 1,
  bytes: 100,
  lastUsed: 1,
  inUse: false,
  ...own,
});

test('the store of a run’s frames: of just these weights; of the model’s name, where its files have not been read', () => {
  const stores = [
    storeOf('damaged', { key: null, label: null }),
    storeOf('other data', { key: { ...KEY, data: 'd2' } }),
    storeOf('other weights', { key: { ...KEY, weights: 'w2' }, label: { ...LABEL, model: 'mine' } }),
    storeOf('own', {}),
  ];
  const found = (hash: string | null, name = LABEL.model) =>
    ownStore(stores, key, { hash, summary: { ...summary, name } })?.id;
  expect([found('w1'), found('w2'), found('w3')]).toEqual(['own', 'other weights', undefined]);
  expect([found(null), found(null, 'mine'), found(null, 'yours')]).toEqual(['own', 'other weights', undefined]);
});

/** A hundred frames; with fewer to learn from, as many go through and ten more. */
const frames: RunFrames = {
  ofFrame: true,
  training: 90,
  heldout: 10,
  samples: Array.from({ length: 100 }, (_, n) => n),
  key: () => key,
  atMost: (count) =>
    count > 10 && count < 100 ? { frames: count - 10, samples: Array.from({ length: count }, (_, n) => 2 * n) } : null,
};

const told = (kept: readonly number[], freeBytes: number | null, removableBytes = 0, atMost: readonly number[] = []) =>
  framesTold(
    frames,
    { kept: new Set(kept), recordBytes: 1000, room: { sure: true, freeBytes, removableBytes } },
    atMost,
  );

test('what is kept needs no room, and what is not may have what others leave', () => {
  expect(told([], 100_000)).toMatchObject({ training: 90, heldout: 10, kept: 0, onDisk: null });
  expect(told([], 99_999).onDisk).toEqual({ frames: 89, all: 99, kept: 0 });
  expect(told([7, 1000], 99_999)).toMatchObject({ kept: 1, onDisk: null });
  expect(told([], 50_000, 50_000)).toMatchObject({ freeBytes: 50_000, removableBytes: 50_000, onDisk: null });
  expect(told([4], 30_500).onDisk).toEqual({ frames: 20, all: 30, kept: 1 }); // frame 4 is among those too
  expect(told([], 5_000).onDisk).toBeNull(); // not even one
  expect(told([], null).onDisk).toBeNull();
});

test('fewer frames are told where this run takes more through', () => {
  expect(told([], null, 0, [40.7, 100, 500]).fewer).toEqual([{ frames: 30, all: 40, kept: 0 }, null, null]);
  expect(told(frames.samples.slice(0, 80), null, 0, [40]).fewer).toEqual([null]);
});
