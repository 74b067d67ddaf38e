import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeSafetensors } from '../../src/containers/safetensors';

/** A base without weights is refused as it is read: enough to tell one attempt from another. */
const FILES: Readonly<Record<string, BodyInit>> = {
  'config.json': JSON.stringify({
    name: 'Tiny',
    vocab_size: 10,
    experts: [{ width: 4, depth: 1, mlp_dim: 6, num_heads: 2, num_kv_heads: 1, head_dim: 2 }],
  }),
  'model.safetensors': writeSafetensors(new Map()),
  'tokenizer.json': '{}',
  'tokenizer_config.json': '{}',
};

let requested: string[];
let offline: boolean;

beforeEach(() => {
  requested = [];
  offline = false;
  vi.stubGlobal('self', { location: { href: 'https://here.test/worker.js' } });
  vi.stubGlobal('fetch', async ({ pathname }: URL) => {
    requested.push(pathname);
    if (offline) throw new TypeError('Failed to fetch');
    return new Response(FILES[pathname.split('/').at(-1) as string] ?? '');
  });
  vi.resetModules(); // where the site is, is found when the module is loaded
});
afterEach(() => vi.unstubAllGlobals());

const newSession = async () => new (await import('../../src/worker/session')).Session();

test('a base is fetched once, however many ask for it at a time, from the site’s folder of its name', async () => {
  const session = await newSession();
  const attempts = [session.base('text'), session.base('text')];
  expect(attempts[0]).toBe(attempts[1]);
  await Promise.allSettled(attempts);
  expect(requested.toSorted()).toEqual(
    Object.keys(FILES)
      .map((name) => `/base/text/${name}`)
      .toSorted(),
  );
});

test('an attempt that failed is made again', async () => {
  const session = await newSession();
  offline = true;
  await expect(session.base('text')).rejects.toThrow('Could not fetch');
  offline = false;
  const before = requested.length;
  await expect(session.base('text')).rejects.toThrow('The weights lack'); // it got further
  expect(requested.length).toBe(before + Object.keys(FILES).length);
});

test('a base that this build does not have is refused, with those that it has', async () => {
  const session = await newSession();
  expect(() => session.base('other')).toThrow('There is no base "other" in this build.');
  expect(requested).toEqual([]);
});

test('the device is requested once; again after it failed, and after it was lost', async () => {
  const session = await newSession();
  let lose: () => void = () => undefined;
  const requestDevice = vi.fn(async () => ({
    lost: new Promise<void>((resolve) => {
      lose = resolve;
    }),
  }));
  const info = { description: 'A card', architecture: '', device: '' };
  const adapter = { limits: {}, features: new Set(), info, requestDevice };
  const requestAdapter = vi.fn<() => Promise<unknown>>(async () => null);
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
  await expect(session.gpu()).rejects.toThrow('offers no graphics adapter');
  requestAdapter.mockImplementation(async () => adapter);
  const [one, other] = await Promise.all([session.gpu(), session.gpu()]);
  expect(other).toBe(one);
  expect(requestDevice).toHaveBeenCalledTimes(1);
  lose();
  await one.device.lost;
  expect(await session.gpu()).not.toBe(one);
  expect(requestDevice).toHaveBeenCalledTimes(2);
});
