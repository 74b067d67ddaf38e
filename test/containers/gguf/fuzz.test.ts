import { expect, test, vi } from 'vitest';
import { readGgufHeader } from '../../../src/containers/gguf';
import { writeGguf } from '../../../src/containers/gguf_write';
import { ProblemError } from '../../../src/problem';
import { randomStream } from '../../../src/random';
import { collected, counted, goldenBytes, sourceOf, valuesOf } from './file';

vi.setConfig({ testTimeout: 120_000 });

const ROUNDS = 10_000;

/** Numbers that a count, a length or an offset is replaced by. */
const ODD = [0n, 1n, 31n, 255n, 65536n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 60n, 2n ** 63n, 2n ** 64n - 1n];

/** A small file with a value of each kind, and some tensors. */
async function smallFile() {
  const chunks = (bytes: number) => () => [new Uint8Array(bytes)];
  return collected(
    writeGguf(
      new Map([
        ['general.architecture', { type: 'string' as const, value: 'gemma3' }],
        ['general.alignment', { type: 'u32' as const, value: 32 }],
        ['x.flag', { type: 'bool' as const, value: true }],
        ['x.large', { type: 'u64' as const, value: 2 ** 40 }],
        ['x.texts', { type: 'array' as const, of: 'string' as const, values: ['a', 'bc', 'ü'] }],
        ['x.numbers', { type: 'array' as const, of: 'i32' as const, values: [1, 2, 3] }],
      ]),
      new Map([
        ['a', { type: 'F32' as const, shape: [2, 3], chunks: chunks(24) }],
        ['b', { type: 'Q8_0' as const, shape: [2, 32], chunks: chunks(68) }],
        ['c', { type: 'Q4_K' as const, shape: [256], chunks: chunks(144) }],
      ]),
    ),
  );
}

function mutate(original: Uint8Array<ArrayBuffer>, header: number, round: number): Uint8Array<ArrayBuffer> {
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

test(`${ROUNDS} damaged headers end in a read or in a problem, soon and without reading much`, async () => {
  const small = await smallFile();
  const golden = goldenBytes('gemma3-q4_0.gguf');
  const outcomes = { read: 0, refused: 0 };
  let slowest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const isSmall = round % 4 !== 0;
    const bytes = isSmall ? mutate(small, small.length - 300, round) : mutate(golden, 6000, round);
    const source = counted(sourceOf(bytes));
    const started = performance.now();
    try {
      const header = await readGgufHeader(source, 'a.gguf');
      await valuesOf(sourceOf(bytes), header).catch(expectProblem);
      const places = [...header.tensors.values()];
      expect(places.every(({ begin, end }) => begin >= header.dataBegin && begin <= end && end <= bytes.length)).toBe(
        true,
      );
      outcomes.read += 1;
    } catch (error) {
      expectProblem(error);
      outcomes.refused += 1;
    }
    slowest = Math.max(slowest, performance.now() - started);
    expect(source.count.bytes).toBeLessThanOrEqual(2 * bytes.length);
  }
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 3);
  expect(outcomes.read).toBeGreaterThan(ROUNDS / 20);
  expect(slowest).toBeLessThan(1000);
});

function expectProblem(error: unknown): void {
  if (!(error instanceof ProblemError)) throw error;
  const { what, where, fix } = error.problem;
  expect(where).toMatch(/^a\.gguf/);
  expect(what.length).toBeLessThan(400);
  expect(what).toMatch(/^[A-Z].*\.$/s);
  expect(fix).toMatch(/\.$/);
}
