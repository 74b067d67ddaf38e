/** Where the offline copy of the app stands. */
export type OfflineState = 'unsupported' | 'installing' | 'ready' | 'update available' | 'failed';

export interface Offline {
  readonly state: OfflineState;
  /** Why there is no offline copy, where the state is 'failed'. */
  readonly reason?: string;
}

type Listener = (offline: Offline) => void;

/** The development server serves no offline copy. */
const possible = 'serviceWorker' in navigator && !import.meta.env.DEV;

let current: Offline = { state: possible ? 'installing' : 'unsupported' };
const listeners = new Set<Listener>();

function become(next: Offline) {
  current = next;
  for (const listener of listeners) listener(current);
}

/** Calls `listener` with the state now and at every change; the answer ends that. */
export function watchOffline(listener: Listener): () => void {
  listeners.add(listener);
  listener(current);
  return () => listeners.delete(listener);
}

/** Follows a worker of this registration until it has installed. */
function follow(registration: ServiceWorkerRegistration) {
  const installing = registration.installing;
  if (!installing) return;
  const replaces = registration.active !== null;
  installing.addEventListener('statechange', () => {
    if (installing.state === 'installed' && replaces) become({ state: 'update available' });
    if (installing.state === 'activated' && !replaces) become({ state: 'ready' });
    if (installing.state === 'redundant' && !replaces) {
      become({ state: 'failed', reason: 'The offline copy could not be stored. Is the disk full?' });
    }
  });
}

/**
 * Keeps a copy of the app for use without a network. Call it once, at start.
 * A new version is fetched in the background and then waits: it takes over with applyUpdate(), or when
 * the last tab of the app is closed, so it never ends a run.
 */
export async function registerOffline(): Promise<void> {
  if (!possible) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => become({ state: 'ready' }));
  try {
    const registration = await navigator.serviceWorker.register('./sw.js', { scope: './' });
    registration.addEventListener('updatefound', () => follow(registration));
    follow(registration);
    if (registration.waiting) become({ state: 'update available' });
    else if (registration.active?.state === 'activated') become({ state: 'ready' });
  } catch (error) {
    become({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Set in this tab's storage from the moment an update is asked for until it has taken over. */
const ASKED = 'update asked for';

/** Milliseconds in which requests end that the page before this one left under way. */
const QUIET = 3000;

/** Milliseconds after which a page goes on with the version that it has. */
const PATIENCE = 10_000;

/** Changes to the version that waits and reloads the page. Ask first when a run is in progress. */
export function applyUpdate(): void {
  sessionStorage.setItem(ASKED, 'yes');
  location.reload();
}

/**
 * Changes to the version that waits, where this tab has asked for it; to be awaited before the page requests anything.
 * Chromium never lets a new worker take over that was told to while the old one had requests under way, such as a
 * base's weights, however often it is told; nor while it ends those of a page that has gone.
 */
export async function finishUpdate(): Promise<void> {
  if (!updateAsked()) return;
  sessionStorage.removeItem(ASKED);
  const worker = (await navigator.serviceWorker.getRegistration())?.waiting;
  if (!worker) return; // it took over while the page was loading
  const taken = new Promise<'taken'>((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve('taken'), { once: true });
  });
  await pause(QUIET);
  worker.postMessage({ type: 'SKIP_WAITING' });
  if ((await Promise.race([taken, pause(PATIENCE)])) === 'waited') return;
  location.reload();
  await new Promise(() => undefined); // nothing more of this page
}

const pause = (milliseconds: number) =>
  new Promise<'waited'>((resolve) => setTimeout(() => resolve('waited'), milliseconds));

/** Whether this tab has asked for a new version that has not taken over yet. */
export function updateAsked(): boolean {
  try {
    return possible && sessionStorage.getItem(ASKED) !== null;
  } catch {
    return false; // storage is refused in some private windows
  }
}
