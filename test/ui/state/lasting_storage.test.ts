import { expect, test, vi } from 'vitest';
import { LastingStorage } from '../../../src/ui/bench/lasting_storage';

/** A browser that promises, or does not. */
function browser(promises: boolean, before = false) {
  const asked = { persist: vi.fn(async () => promises), persisted: vi.fn(async () => before) };
  const changed = vi.fn();
  return { asked, changed, storage: new LastingStorage(changed, asked) };
}

test.each([true, false])('the browser is asked once, and what it says is told: %s', async (promises) => {
  const { asked, changed, storage } = browser(promises);
  expect(storage.promised).toBe(null);
  await Promise.all([storage.ask(), storage.ask()]);
  await storage.ask();
  expect(storage.promised).toBe(promises);
  expect(asked.persist).toHaveBeenCalledTimes(1);
  expect(changed).toHaveBeenCalledTimes(1);
});

test('a promise of an earlier visit is found without asking; one that was refused can be given later', async () => {
  const kept = browser(false, true);
  await kept.storage.look();
  expect(kept.storage.promised).toBe(true);
  expect(kept.asked.persist).not.toHaveBeenCalled();
  const later = browser(true);
  await later.storage.look();
  expect(later.storage.promised).toBe(false);
  await later.storage.ask();
  expect(later.storage.promised).toBe(true);
});

test('a browser that cannot be asked, or cannot say, promises nothing', async () => {
  const fails = async () => Promise.reject(new TypeError('no storage'));
  for (const none of [null, { persist: fails, persisted: fails }]) {
    const storage = new LastingStorage(() => undefined, none);
    await storage.ask();
    expect(storage.promised).toBe(false);
  }
});
