import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WakeLock } from '../../../src/ui/bench/wake_lock';

/** A browser's page and its wake locks: it lets go of them when the page is hidden. */
let page: EventTarget & { visibilityState: DocumentVisibilityState };
let held: { released: boolean; release: () => Promise<void> }[];
let request: ReturnType<typeof vi.fn>;

beforeEach(() => {
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  held = [];
  request = vi.fn(async () => {
    const sentinel = { released: false, release: async (): Promise<void> => undefined };
    sentinel.release = async () => {
      sentinel.released = true;
    };
    held.push(sentinel);
    return sentinel;
  });
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { wakeLock: { request } });
});
afterEach(() => vi.unstubAllGlobals());

const become = (visibility: DocumentVisibilityState) => {
  page.visibilityState = visibility;
  if (visibility === 'hidden') for (const sentinel of held) sentinel.released = true;
  page.dispatchEvent(new Event('visibilitychange'));
};
const inForce = () => held.filter(({ released }) => !released).length;

test('a page that was hidden in a run holds the screen again when it is looked at; after the run it does not', async () => {
  const lock = new WakeLock();
  await lock.hold();
  expect(inForce()).toBe(1);
  become('hidden');
  expect(inForce()).toBe(0);
  become('visible');
  await vi.waitFor(() => expect(inForce()).toBe(1));
  become('visible'); // as when a window is moved: nothing was let go of
  await lock.release();
  expect(inForce()).toBe(0);
  become('visible');
  expect(request).toHaveBeenCalledTimes(2);
});

test('a run that ends while the browser is asked leaves nothing held', async () => {
  const lock = new WakeLock();
  const holding = lock.hold();
  become('visible'); // it is asked once at a time
  await lock.release();
  await holding;
  expect([request.mock.calls.length, inForce()]).toEqual([1, 0]);
});

test('a browser that refuses trains without it', async () => {
  request.mockRejectedValue(new DOMException('low battery', 'NotAllowedError'));
  await new WakeLock().hold();
  expect(inForce()).toBe(0);
});
