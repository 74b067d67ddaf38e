import { releaseProxy } from 'comlink';

/** Calls `work` with a callback that came from the page, and closes the callback's port when the work has ended. */
export async function releasing<C extends object, R>(callback: C, work: (callback: C) => Promise<R>): Promise<R> {
  try {
    return await work(callback);
  } finally {
    (callback as Partial<Record<typeof releaseProxy, () => void>>)[releaseProxy]?.();
  }
}
