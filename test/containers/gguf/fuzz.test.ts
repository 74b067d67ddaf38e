import { expect, test, vi } from 'vitest';
import { readGgufHeader } from '../../../src/containers/gguf';
import { writeGguf } from '../../../src/containers/gguf_write';
import { collected, counted, goldenBytes, sourceOf, valuesOf } from './file';
import { expectProblem, mutated } from './mutate';

vi.setConfig({ testTimeout: 120_000 });

const ROUNDS = 10_000;

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

test(`${ROUNDS} damaged headers end in a read or in a problem, soon and without reading much`, async () => {
  const small = await smallFile();
  const golden = goldenBytes('gemma3-q4_0.gguf');
  const outcomes = { read: 0, refused: 0 };
  let slowest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const isSmall = round % 4 !== 0;
    const bytes = isSmall ? mutated(small, small.length - 300, round) : mutated(golden, 6000, round);
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
