import { crc32 as crc32OfNode } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/containers/crc32';
import { randomStream } from '../../src/random';

test('is the published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('agrees with zlib at every length and place, in one piece and in two', () => {
  const random = randomStream('crc32');
  const bytes = Uint8Array.from({ length: 80 }, () => 256 * random());
  for (let from = 0; from < 9; from += 1)
    for (let to = from; to <= bytes.length; to += 1) {
      const part = bytes.subarray(from, to);
      expect(crc32(part), `${from}…${to}`).toBe(crc32OfNode(part));
      const cut = Math.floor(part.length * random());
      expect(crc32(part.subarray(cut), crc32(part.subarray(0, cut))), `${from}…${to}`).toBe(crc32OfNode(part));
    }
});
