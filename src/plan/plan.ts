import type { Call } from '../gpu/kernel';
import { emptyBytes, type Memory } from '../gpu/memory';
import type { MemoryKind, Storage } from '../gpu/tensor';
import { type Lifetime, lifetimes, peakLiveBytes } from './lifetimes';

/** Where everything lives, and what it takes, to the byte. Computed without a GPU. */
export interface Plan {
  /** Slot of each planned storage; one GPUBuffer a slot, so that no buffer is read and written in one dispatch. */
  readonly slotOf: ReadonlyMap<Storage, Storage>;
  readonly slots: readonly Storage[];
  /** What has a buffer of its own. */
  readonly persistent: readonly Storage[];
  readonly byKind: Readonly<Record<MemoryKind, number>>;
  readonly totalBytes: number;
  /** Persistent bytes plus the largest sum of planned bytes that live at once: no plan can be smaller. */
  readonly liveBytes: number;
}

/**
 * Packs planned storages into slots. Only storages of one kind and one size share, and lifetimes are intervals, so
 * each group gets exactly as many slots as it has storages alive at once. Freezing more takes storages away or
 * shortens their lives, and that can only lower this number: more freezing never costs more memory, whatever the
 * filter. (Packing different sizes together could save a little and would lose the promise: greedy packings may
 * grow when something is taken away.)
 * @param calls everything that runs in a step, in order
 * @param also storages that no call touches but that are allocated all the same (staging)
 * @param outputs planned storages that are read after the last call
 */
export function plan(calls: readonly Call[], also: readonly Storage[] = [], outputs: readonly Storage[] = []): Plan {
  const living = lifetimes(calls, outputs);
  const slotOf = new Map<Storage, Storage>();
  const slots = groups(living).flatMap((group) => colour(group, slotOf));
  const unplanned = new Set<Storage>();
  for (const { tensors } of calls) {
    for (const name in tensors) {
      const { storage } = tensors[name]!;
      if (!storage.planned) unplanned.add(storage);
    }
  }
  const persistent = [...new Set([...unplanned, ...also])];
  const byKind = emptyBytes();
  for (const storage of [...persistent, ...slots]) byKind[storage.kind] += storage.bytes;
  const sum = (storages: readonly Storage[]) => storages.reduce((total, { bytes }) => total + bytes, 0);
  return {
    slotOf,
    slots,
    persistent,
    byKind,
    totalBytes: sum(persistent) + sum(slots),
    liveBytes: sum(persistent) + peakLiveBytes(living, calls.length),
  };
}

/** Where a storage lives: in its slot, or in a buffer of its own. */
export const bufferIn =
  (memory: Memory, { slotOf }: Pick<Plan, 'slotOf'>) =>
  (storage: Storage): GPUBuffer =>
    memory.buffer(slotOf.get(storage) ?? storage);

/** Lifetimes by kind and size, each group in order of first use. */
function groups(living: readonly Lifetime[]): Lifetime[][] {
  const found = new Map<string, Lifetime[]>();
  for (const one of living) {
    const key = `${one.storage.kind} ${one.storage.bytes}`;
    const group = found.get(key);
    if (group) group.push(one);
    else found.set(key, [one]);
  }
  return [...found.values()];
}

/** Gives each lifetime, in order of first use, a slot that is free by then: the fewest slots there can be. */
function colour(group: readonly Lifetime[], slotOf: Map<Storage, Storage>): Storage[] {
  const slots: { slot: Storage; freeAfter: number }[] = [];
  for (const { storage, first, last } of group) {
    const free = slots.find(({ freeAfter }) => freeAfter < first);
    if (free) {
      free.freeAfter = last;
      slotOf.set(storage, free.slot);
      continue;
    }
    const slot: Storage = { ...storage, label: `${storage.kind} slot of ${storage.bytes} bytes`, planned: false };
    slots.push({ slot, freeAfter: last });
    slotOf.set(storage, slot);
  }
  return slots.map(({ slot }) => slot);
}
