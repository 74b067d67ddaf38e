import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Sha256 } from '../../src/containers/sha256';
import { randomStream } from '../../src/random';

function ours(...pieces: readonly Uint8Array[]): string {
  const hash = new Sha256();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

test('texts whose hash the standard gives', () => {
  const text = (letters: string) => new TextEncoder().encode(letters);
  expect(ours()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(ours(text('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every length around a block, in pieces of every kind, as OpenSSL has it', () => {
  const random = randomStream('sha256');
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => random() * 256);
    const cuts = [random(), random()].map((at) => Math.floor(at * (length + 1))).sort((a, b) => a - b);
    const [first, second] = cuts as [number, number];
    const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
    const theirs = createHash('sha256').update(bytes).digest('hex');
    expect([ours(bytes), ours(...pieces)], `${length} bytes`).toEqual([theirs, theirs]);
  }
});
