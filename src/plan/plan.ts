import type { Call } from '../gpu/kernel';
import { emptyBytes } from '../gpu/memory';
import type { MemoryKind, Storage } from '../gpu/tensor';
import { type Lifetime, lifetimes, overlap, peakLiveBytes } from './lifetimes';

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
 * Packs planned storages whose lifetimes do not overlap into shared slots, the largest first.
 * @param calls everything that runs in a step, in order
 * @param backwardStart index of the first backward call: what is written before and read after is a saved activation
 * @param also storages that no call touches but that are allocated all the same (staging)
 * @param kindOfSlots what the slots are for, where it is neither activations nor workspace of a step
 */
export function plan(
  calls: readonly Call[],
  backwardStart: number,
  also: readonly Storage[] = [],
  kindOfSlots?: MemoryKind,
): Plan {
  const living = lifetimes(calls);
  const packed = pack(living);
  const saved = ({ first, last }: Lifetime) => first < backwardStart && last >= backwardStart;
  const slotOf = new Map<Storage, Storage>();
  const slots = packed.map((members, n): Storage => {
    const kind = kindOfSlots ?? (members.some(saved) ? 'activations' : 'workspace');
    const bytes = Math.max(...members.map(({ storage }) => storage.bytes));
    const slot: Storage = { label: `slot ${n}`, bytes, kind, planned: false };
    for (const { storage } of members) slotOf.set(storage, slot);
    return slot;
  });

  const persistent = [...new Set([...calls.flatMap(storagesOf).filter((storage) => !storage.planned), ...also])];
  const byKind = emptyBytes();
  for (const storage of [...persistent, ...slots]) byKind[storage.kind] += storage.bytes;
  const own = persistent.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    slotOf,
    slots,
    persistent,
    byKind,
    totalBytes: own + slots.reduce((sum, { bytes }) => sum + bytes, 0),
    liveBytes: own + peakLiveBytes(living, calls.length),
  };
}

/** Members of each slot. Largest first, so that a slot never grows after its first member; the tightest free slot wins. */
function pack(living: readonly Lifetime[]): Lifetime[][] {
  const slots: Lifetime[][] = [];
  for (const one of [...living].sort((a, b) => b.storage.bytes - a.storage.bytes || a.first - b.first)) {
    const free = slots.filter((members) => members.every((other) => !overlap(one, other)));
    const tightest = free.reduce<Lifetime[] | undefined>(
      (best, members) => (best && capacity(best) <= capacity(members) ? best : members),
      undefined,
    );
    if (tightest) tightest.push(one);
    else slots.push([one]);
  }
  return slots;
}

const capacity = ([largest]: readonly Lifetime[]) => largest?.storage.bytes ?? 0;

const storagesOf = (call: Call) => Object.values(call.tensors).map(({ storage }) => storage);
