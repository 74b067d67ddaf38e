import type { Call } from '../gpu/kernel';
import type { Storage } from '../gpu/tensor';
import { lifetimes } from './lifetimes';

/** Calls of a program that follow each other, as they run alone: with what only they read or write on the GPU. */
export interface Segment {
  readonly calls: readonly Call[];
  /** Storages that are not planned and that no other segment touches: they are needed while this one runs. */
  readonly own: readonly Storage[];
  /** Planned storages that were written before this segment, and are read in it or after it. */
  readonly before: readonly Storage[];
}

/**
 * Cuts a program into segments.
 * @param cuts index of the first call of each segment but the first, in order
 */
export function segmentsOf(calls: readonly Call[], cuts: readonly number[]): Segment[] {
  const edges = [0, ...cuts, calls.length];
  const living = lifetimes(calls);
  const users = new Map<Storage, Set<number>>();
  const parts = cuts.concat(calls.length).map((last, n) => calls.slice(edges[n]!, last));
  for (const [n, part] of parts.entries()) {
    for (const { storage } of part.flatMap(({ tensors }) => Object.values(tensors))) {
      if (!storage.planned) users.set(storage, (users.get(storage) ?? new Set()).add(n));
    }
  }
  const ownOf = (n: number) => [...users].flatMap(([storage, of]) => (of.size === 1 && of.has(n) ? [storage] : []));
  return parts.map((part, n) => ({
    calls: part,
    own: ownOf(n),
    before: living.filter(({ first, last }) => first < edges[n]! && last >= edges[n]!).map(({ storage }) => storage),
  }));
}
