import { vi } from 'vitest';

/** Web Locks, as far as they are asked for, for a Node without them: all tabs are in one process. */
export function stubLocks() {
  let held: readonly Lock[] = [];
  const waiting: (() => void)[] = [];
  const changed = (now: readonly Lock[]) => {
    held = now;
    for (const wake of waiting.splice(0)) wake();
  };
  const isFree = ({ name, mode }: Lock) =>
    !held.some((other) => other.name === name && (mode === 'exclusive' || other.mode === 'exclusive'));
  const locks = {
    async request(name: string, options: LockOptions, work: (lock: Lock | null) => Promise<unknown>) {
      const lock: Lock = { name, mode: options.mode ?? 'exclusive' };
      if (options.ifAvailable && !isFree(lock)) return work(null);
      options.signal?.addEventListener('abort', () => changed(held)); // who waits looks again
      while (!isFree(lock)) {
        options.signal?.throwIfAborted();
        await new Promise<void>((wake) => waiting.push(wake));
      }
      changed([...held, lock]);
      try {
        return await work(lock);
      } finally {
        changed(held.filter((other) => other !== lock));
      }
    },
    query: async () => ({ held, pending: [] }),
  };
  vi.stubGlobal('navigator', { locks });
  return {
    /** As when the tabs that hold locks are closed. */
    closeTabs: () => changed([]),
  };
}
