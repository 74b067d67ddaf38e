import type { PrefixStoreKey } from '../../src/prefixes/index_file';
import type { PrefixStore } from '../../src/prefixes/store';
import {
  deleteStore,
  evict,
  listStores,
  makeRoom,
  openPrefixStore,
  roomFor,
  samplesIn,
} from '../../src/prefixes/stores';
import { outcome } from '../../src/problem';
import { LABEL, writeLayers } from '../prefixes/records';

/* A thread that opens prefix stores in the browser's own files: it does what it is told, one call after the other. */

let store: PrefixStore | null = null;

/** Writes the first layers of a block, and commits it where that is all of them. */
function write(samples: readonly number[], layers: number): void {
  const { key } = store!;
  const block = store!.begin(samples);
  writeLayers(block, samples, key, layers);
  if (layers === key.layers) block.commit();
}

const calls = {
  async open(key: PrefixStoreKey) {
    const opened = await openPrefixStore(key, LABEL);
    store = opened.store;
    return opened.dropped;
  },
  write,
  read: (sample: number) => store!.read(sample),
  has: (samples: readonly number[]) => samples.map((sample) => store!.has(sample)),
  bytes: () => store!.bytes,
  close: () => store!.close(),
  list: listStores,
  samplesIn: async (id: string) => [...(await samplesIn(id))],
  remove: deleteStore,
  evict,
  roomFor,
  /** With a browser that says it has room for so many bytes more than it keeps of frames. */
  async makeRoom(bytes: number, free: number) {
    const usage = (await listStores()).reduce((sum, store) => sum + store.bytes, 0);
    navigator.storage.estimate = async () => ({ quota: usage + free, usage });
    return makeRoom(bytes);
  },
};

export type PrefixCalls = typeof calls;

self.onmessage = async ({ data: [name, ...parts] }: MessageEvent<[keyof PrefixCalls, ...unknown[]]>) => {
  const call = calls[name] as (...parts: unknown[]) => unknown;
  self.postMessage(await outcome(() => call(...parts)));
};
