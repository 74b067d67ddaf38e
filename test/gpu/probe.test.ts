import { expect, test } from 'vitest';
import { probeMemory } from '../../src/gpu/probe';
import { limited, MB } from '../fit/limited_device';
import { device } from '../gpu';

test('the probe finds what a device gives, to the size of its first buffer, and frees all of it', async () => {
  for (const megabytes of [0, 5, 100, 1000, 3333]) {
    const { device, given } = limited(megabytes * MB);
    const found = await probeMemory(device, 8192 * MB);
    expect(found.refused).toBe(true);
    expect(found.bytes).toBeLessThanOrEqual(megabytes * MB);
    expect(found.bytes).toBeGreaterThan((megabytes - 16) * MB);
    expect(given.now).toBe(0);
    expect(given.buffers).toBeLessThan(40);
  }
});

test('the probe never takes more than its cap', async () => {
  const { device, given } = limited(8192 * MB);
  expect(await probeMemory(device, 1000 * MB)).toEqual({ bytes: 992 * MB, refused: false });
  expect(given.most).toBe(992 * MB);
  expect(given.now).toBe(0);
});

test('a real device is probed without an error, and can be used afterwards', async () => {
  const { bytes, refused } = await probeMemory(device, 100 * MB);
  expect({ bytes, refused }).toEqual({ bytes: 96 * MB, refused: false });
});
