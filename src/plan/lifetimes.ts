import type { Call } from '../gpu/kernel';
import type { Storage } from '../gpu/tensor';

/** Indices of the calls between which a storage must keep its memory, both included. */
export interface Lifetime {
  readonly storage: Storage;
  readonly first: number;
  last: number;
}

/**
 * Lifetimes of every planned storage, in order of first use.
 * @param outputs storages that are read after the last call
 */
export function lifetimes(calls: readonly Call[], outputs: readonly Storage[] = []): Lifetime[] {
  const found = new Map<Storage, Lifetime>();
  calls.forEach((call, index) => {
    for (const name in call.tensors) {
      const { storage } = call.tensors[name]!;
      if (!storage.planned) continue;
      const known = found.get(storage);
      if (known) known.last = index;
      else found.set(storage, { storage, first: index, last: index });
    }
  });
  for (const output of outputs) {
    const living = found.get(output);
    if (living) living.last = calls.length - 1;
  }
  return [...found.values()];
}

/** The largest sum of bytes that live during one call. */
export function peakLiveBytes(living: readonly Lifetime[], calls: number): number {
  const change = new Float64Array(calls + 1);
  for (const { storage, first, last } of living) {
    change[first] = (change[first] ?? 0) + storage.bytes;
    change[last + 1] = (change[last + 1] ?? 0) - storage.bytes;
  }
  let now = 0;
  let peak = 0;
  for (const bytes of change) {
    now += bytes;
    peak = Math.max(peak, now);
  }
  return peak;
}

/**
 * Calls without those whose results nobody reads: a write counts only if it goes to memory that is not
 * planned, to an output, or to memory that a later kept call touches.
 */
export function prune(calls: readonly Call[], outputs: readonly Storage[] = []): Call[] {
  const read = new Set<Storage>(outputs);
  const kept: Call[] = [];
  for (const call of calls.toReversed()) {
    const { bindings } = call.kernel;
    const storageOf = (name: string) => call.tensors[name]!.storage;
    const counts = (name: string) =>
      bindings[name]?.access === 'read_write' && (!storageOf(name).planned || read.has(storageOf(name)));
    if (!Object.keys(bindings).some(counts)) continue;
    kept.push(call);
    for (const name in bindings) read.add(storageOf(name)); // what is written may also be added to
  }
  return kept.reverse();
}
