import { releaseProxy } from 'comlink';

/**
 * Calls `work` with a callback that came from the page, waits until the page has heard all that it was told, and closes
 * the callback's port. Answers and callbacks have ports of their own, so that a page could hear of the end before it
 * hears the last event.
 */
export async function releasing<A extends unknown[], R>(
  callback: (...given: A) => void,
  work: (callback: (...given: A) => void) => Promise<R>,
): Promise<R> {
  let heard: unknown;
  try {
    const answer = await work((...given) => {
      heard = callback(...given); // of the page's, a promise; a port keeps its order, so the last one is for all
    });
    await heard;
    return answer;
  } finally {
    (callback as Partial<Record<typeof releaseProxy, () => void>>)[releaseProxy]?.();
  }
}
