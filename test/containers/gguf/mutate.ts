import { expect } from 'vitest';
import { ProblemError } from '../../../src/problem';
import { randomStream } from '../../../src/random';

/** Numbers that a count, a length or an offset is replaced by. */
const ODD = [0n, 1n, 31n, 255n, 65536n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 60n, 2n ** 63n, 2n ** 64n - 1n];

/** A file whose first `header` bytes were damaged in one to three places. */
export function mutated(original: Uint8Array<ArrayBuffer>, header: number, round: number): Uint8Array<ArrayBuffer> {
  const random = randomStream('gguf fuzz', round);
  const place = (most: number) => Math.floor(random() * most);
  let bytes = original.slice();
  for (let times = 1 + place(3); times > 0; times--) {
    const at = place(Math.min(header, bytes.length));
    const view = new DataView(bytes.buffer);
    const kind = random();
    if (kind < 0.3) bytes[at]! ^= 1 << place(8);
    else if (kind < 0.5) bytes[at] = place(256);
    else if (kind < 0.75 && at + 8 <= bytes.length) view.setBigUint64(at, ODD[place(ODD.length)]!, true);
    else if (kind < 0.85 && at + 4 <= bytes.length) view.setUint32(at, place(16), true);
    else if (kind < 0.95) bytes = bytes.slice(0, at);
    else bytes = without(bytes, at, place(9));
    if (bytes.length === 0) break;
  }
  return bytes;
}

function without(bytes: Uint8Array<ArrayBuffer>, at: number, count: number): Uint8Array<ArrayBuffer> {
  const rest = bytes.slice(0, Math.max(at, bytes.length - count));
  rest.set(bytes.subarray(at + count), at);
  return rest;
}

/** Whatever is wrong with a file called a.gguf, it ends in words for a person. */
export function expectProblem(error: unknown): void {
  if (!(error instanceof ProblemError)) throw error;
  const { what, where, fix } = error.problem;
  expect(where).toMatch(/^a\.gguf/);
  expect(what.length).toBeLessThan(400);
  expect(what).toMatch(/\.$/);
  expect(fix).toMatch(/\.$/);
}
