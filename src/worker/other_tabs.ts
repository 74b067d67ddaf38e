/** Runs of other tabs of this page: each holds a lock by its name, and tells the others when it begins. */
import type { Problem } from '../problem';

const LOCK = 'adaptab run ';

/** Held while a run is under way, so that no second tab goes on with it, and no browser freezes the tab. */
export const lockOf = (runId: string) => LOCK + runId;

/** Whether runs are under way besides one of this tab. */
export async function trainsElsewhere(own: string | null): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name = '' }) => name.startsWith(LOCK) && name !== (own === null ? '' : lockOf(own)));
}

/** What both are told. */
export const BESIDE_ANOTHER: Problem = {
  what: 'Another tab of this page is training too: both are slower, and share the memory of the GPU.',
  fix: 'Pause or stop one of them, unless there is room for both.',
};

/**
 * Tells the runs of other tabs that one has begun here, and hears of those that begin there.
 * @returns what ends it
 */
export function announceRun(onOther: () => void): () => void {
  const channel = new BroadcastChannel('adaptab runs');
  channel.onmessage = onOther;
  channel.postMessage('begun');
  return () => channel.close();
}
