import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Offline } from '../../src/pwa/register';

/** A service worker whose state changes when a test says so. */
class Worker extends EventTarget {
  state = 'installing';
  readonly messages: unknown[] = [];
  postMessage = (message: unknown) => void this.messages.push(message);

  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class Registration extends EventTarget {
  installing: Worker | null = null;
  waiting: Worker | null = null;
  active: Worker | null = null;
}

/** The browser around the page. */
let registration: Registration;
let container: EventTarget & { register: ReturnType<typeof vi.fn>; getRegistration: () => Promise<Registration> };
let storage: Map<string, string>;
let reload: ReturnType<typeof vi.fn>;

beforeEach(() => {
  registration = new Registration();
  container = Object.assign(new EventTarget(), {
    register: vi.fn(async () => registration),
    getRegistration: async () => registration,
  });
  storage = new Map();
  reload = vi.fn();
  vi.stubEnv('DEV', false);
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
    removeItem: (key: string) => storage.delete(key),
  });
  vi.resetModules(); // the state is the module's own
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** The page's module, and every state that it tells from now on. */
async function page() {
  const module = await import('../../src/pwa/register');
  const told: Offline[] = [];
  const stop = module.watchOffline((offline) => told.push(offline));
  return { ...module, told, stop, states: () => told.map(({ state }) => state) };
}

const controlled = () => container.dispatchEvent(new Event('controllerchange'));

test('the first visit: installing, then ready', async () => {
  const { registerOffline, states } = await page();
  registration.installing = new Worker();
  await registerOffline();
  expect(container.register).toHaveBeenCalledExactlyOnceWith('./sw.js', { scope: './' });
  expect(states()).toEqual(['installing']);
  registration.installing.become('installed');
  expect(states()).toEqual(['installing']); // it is ready when it serves
  registration.installing.become('activated');
  expect(states()).toEqual(['installing', 'ready']);
});

test('a later visit is ready at once', async () => {
  registration.active = Object.assign(new Worker(), { state: 'activated' });
  const { registerOffline, states } = await page();
  await registerOffline();
  expect(states()).toEqual(['installing', 'ready']);
});

test('a version that waits is told at once; one that is found later, when it has installed', async () => {
  registration.active = Object.assign(new Worker(), { state: 'activated' });
  registration.waiting = new Worker();
  const early = await page();
  await early.registerOffline();
  expect(early.states()).toEqual(['installing', 'update available']);

  vi.resetModules();
  registration.waiting = null;
  const late = await page();
  await late.registerOffline();
  registration.installing = new Worker();
  registration.dispatchEvent(new Event('updatefound'));
  expect(late.states()).toEqual(['installing', 'ready']);
  registration.installing.become('installed');
  expect(late.states()).toEqual(['installing', 'ready', 'update available']);
  registration.installing.become('activated'); // it takes over: that is told by the change of controller
  expect(late.states()).toHaveLength(3);
  controlled();
  expect(late.states().at(-1)).toBe('ready');
});

test('a first copy that cannot be stored has failed, with the reason; an update that cannot leaves the old copy', async () => {
  const first = await page();
  registration.installing = new Worker();
  await first.registerOffline();
  registration.installing.become('redundant');
  expect(first.told.at(-1)).toEqual({ state: 'failed', reason: expect.stringContaining('could not be stored') });

  vi.resetModules();
  registration = new Registration();
  registration.active = Object.assign(new Worker(), { state: 'activated' });
  registration.installing = new Worker();
  const later = await page();
  await later.registerOffline();
  registration.installing.become('redundant');
  expect(later.states().at(-1)).toBe('ready');
});

test('a browser that refuses to register says why', async () => {
  container.register.mockRejectedValue(new Error('The operation is insecure.'));
  const { registerOffline, told } = await page();
  await registerOffline();
  expect(told.at(-1)).toEqual({ state: 'failed', reason: 'The operation is insecure.' });
});

test('without service workers, and on the development server, there is no copy and nothing is tried', async () => {
  vi.stubGlobal('navigator', {});
  const without = await page();
  await without.registerOffline();
  await without.finishUpdate();
  expect(without.states()).toEqual(['unsupported']);

  vi.resetModules();
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubEnv('DEV', true);
  const development = await page();
  await development.registerOffline();
  expect(development.states()).toEqual(['unsupported']);
  expect(container.register).not.toHaveBeenCalled();
});

test('a listener hears the state now, then each change, until it stops', async () => {
  const { registerOffline, stop, states } = await page();
  await registerOffline();
  stop();
  controlled();
  expect(states()).toEqual(['installing']);
});

test('an update: the page comes back, waits for old requests to end, tells the new version, and comes back again', async () => {
  vi.useFakeTimers();
  const waiting = new Worker();
  registration.waiting = waiting;
  const { applyUpdate, finishUpdate } = await page();
  applyUpdate();
  expect(reload).toHaveBeenCalledTimes(1);
  expect(waiting.messages).toEqual([]); // not from the page that still has requests under way

  let started = false;
  void finishUpdate().then(() => {
    started = true;
  });
  await vi.advanceTimersByTimeAsync(2999);
  expect(waiting.messages).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(waiting.messages).toEqual([{ type: 'SKIP_WAITING' }]);
  expect(reload).toHaveBeenCalledTimes(1);
  controlled();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reload).toHaveBeenCalledTimes(2);
  expect(started).toBe(false); // the page that is about to go begins nothing
});

test('a new version that does not take over: the page starts with the old one, and does not ask again', async () => {
  vi.useFakeTimers();
  registration.waiting = new Worker();
  const { applyUpdate, finishUpdate } = await page();
  applyUpdate();
  const finished = finishUpdate();
  await vi.advanceTimersByTimeAsync(13_000);
  await finished;
  await finishUpdate();
  expect(registration.waiting.messages).toHaveLength(1);
  expect(reload).toHaveBeenCalledTimes(1);
});

test('without an update that was asked for, a page starts at once', async () => {
  registration.waiting = new Worker();
  const { applyUpdate, finishUpdate } = await page();
  await finishUpdate();
  expect(registration.waiting.messages).toEqual([]);
  registration.waiting = null; // it took over while the page was loading
  applyUpdate();
  await finishUpdate();
  expect(reload).toHaveBeenCalledTimes(1);
});

test('where a private window refuses storage, a page starts all the same', async () => {
  vi.stubGlobal('sessionStorage', {
    getItem: () => {
      throw new DOMException('refused', 'SecurityError');
    },
  });
  const { finishUpdate } = await page();
  await expect(finishUpdate()).resolves.toBeUndefined();
});
