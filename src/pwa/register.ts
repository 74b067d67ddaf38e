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
let waiting: ServiceWorker | undefined;
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
    if (installing.state === 'installed' && replaces) offerUpdate(installing);
    if (installing.state === 'activated' && !replaces) become({ state: 'ready' });
    if (installing.state === 'redundant' && !replaces) {
      become({ state: 'failed', reason: 'The offline copy could not be stored. Is the disk full?' });
    }
  });
}

function offerUpdate(worker: ServiceWorker) {
  waiting = worker;
  become({ state: 'update available' });
}

/**
 * Keeps a copy of the app for use without a network. Call it once, at start.
 * A new version is fetched in the background and then waits: it takes over with applyUpdate(), or when
 * the last tab of the app is closed, so it never ends a run.
 */
export async function registerOffline(): Promise<void> {
  if (!possible) return;
  navigator.serviceWorker.addEventListener('controllerchange', takenOver);
  try {
    const registration = await navigator.serviceWorker.register('./sw.js', { scope: './' });
    registration.addEventListener('updatefound', () => follow(registration));
    follow(registration);
    if (registration.waiting) {
      offerUpdate(registration.waiting);
      // The page came back for an update that still waits.
      if (sessionStorage.getItem(ASKED)) tell(registration.waiting, 3 * TIMES, () => sessionStorage.removeItem(ASKED));
    } else if (registration.active?.state === 'activated') {
      sessionStorage.removeItem(ASKED); // it took over while the page was loading
      become({ state: 'ready' });
    }
  } catch (error) {
    become({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Set in this tab's storage from the moment an update is asked for until it has taken over. */
const ASKED = 'update asked for';

/**
 * Chromium lets a new worker wait on, told or not, while the old one has requests under way; so it is told again
 * every second, and in the end the page goes away and comes back.
 */
const TELL_EVERY = 1000;
const TIMES = 10;

/** Changes to the version that waits and reloads the page. Ask first when a run is in progress. */
export function applyUpdate(): void {
  if (!waiting) return;
  sessionStorage.setItem(ASKED, 'yes');
  tell(waiting, TIMES, () => location.reload());
}

/** Tells a waiting worker to take over, `times` times; takenOver() reloads the page when it has. */
function tell(worker: ServiceWorker, times: number, giveUp: () => void): void {
  if (times === 0) {
    giveUp();
    return;
  }
  worker.postMessage({ type: 'SKIP_WAITING' });
  setTimeout(() => tell(worker, times - 1, giveUp), TELL_EVERY);
}

/** A worker serves this page from now on. If another tab asked for the update, this one goes on as it is, with its run. */
function takenOver() {
  if (sessionStorage.getItem(ASKED) === null) return become({ state: 'ready' });
  sessionStorage.removeItem(ASKED);
  location.reload();
}
