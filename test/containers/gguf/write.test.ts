import { describe, expect, test } from 'vitest';
import { type GgufHeader, readGgufHeader, readTensorRows } from '../../../src/containers/gguf';
import { dequantise, quantise } from '../../../src/containers/gguf_blocks';
import { copyGguf, type GgufContent, type GgufValue, writeGguf } from '../../../src/containers/gguf_write';
import { ProblemError } from '../../../src/problem';
import { collected, counted, goldenBytes, sourceOf, valuesOf } from './file';

const METADATA = new Map<string, GgufValue>([
  ['general.architecture', { type: 'string', value: 'llama' }],
  ['general.alignment', { type: 'u32', value: 64 }],
  ['a.u8', { type: 'u8', value: 255 }],
  ['a.i16', { type: 'i16', value: -2 }],
  ['a.f32', { type: 'f32', value: 0.1 }],
  ['a.f64', { type: 'f64', value: 0.1 }],
  ['a.bool', { type: 'bool', value: true }],
  ['a.u64', { type: 'u64', value: 2n ** 64n - 1n }],
  ['a.i64', { type: 'i64', value: -5 }],
  ['a.texts', { type: 'array', of: 'string', values: ['', 'ü🐈'] }],
  ['a.numbers', { type: 'array', of: 'f32', values: [1.5, -2] }],
]);

const half = (n: number): GgufContent & { shape: readonly number[] } => ({
  type: 'F16',
  shape: [3, n],
  chunks: () => [0, 1, 2].map((row) => quantise('F16', new Float32Array(n).fill(row + n), 'a')),
});

const read = async (bytes: Uint8Array<ArrayBuffer>) => {
  const source = sourceOf(bytes);
  return { source, header: await readGgufHeader(source, 'a.gguf') };
};

async function rowsOf(bytes: Uint8Array<ArrayBuffer>, name: string) {
  const { source, header } = await read(bytes);
  const tensor = header.tensors.get(name)!;
  const rows = await readTensorRows(source, tensor, { first: 0, count: tensor.shape[0]! }, 'a.gguf');
  return dequantise(tensor.type, rows, 'a.gguf');
}

/** Quicker than toEqual. */
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe('a file that we write', () => {
  test('is read again, with every value and tensor at its place', async () => {
    const stream = writeGguf(
      METADATA,
      new Map([
        ['first', half(5)],
        ['second', half(7)],
      ]),
    );
    const bytes = await collected(stream);
    expect(await collected(stream)).toEqual(bytes); // it can be written again
    const { source, header } = await read(bytes);
    const values = Object.fromEntries(
      [...METADATA].map(([key, value]) => [key, value.type === 'array' ? value.values : value.value]),
    );
    expect(await valuesOf(source, header)).toEqual({ ...values, 'a.f32': Math.fround(0.1) });
    expect([...header.metadata].map(([key, { type }]) => [key, type])).toEqual(
      [...METADATA].map(([key, { type }]) => [key, type]),
    );
    expect(header.alignment).toBe(64);
    for (const { begin } of header.tensors.values()) expect(begin % 64).toBe(0);
    expect(bytes.length % 64).toBe(0);
    expect([...(await rowsOf(bytes, 'second'))]).toEqual([7, 8, 9].flatMap((value) => new Array(7).fill(value)));
  });

  test('begins its data at multiples of 32 where nothing else is said', async () => {
    const { header } = await read(await collected(writeGguf(new Map(), new Map([['t', half(1)]]))));
    expect([...header.tensors.values()]).toEqual([{ type: 'F16', shape: [3, 1], begin: 96, end: 102 }]);
    expect(header.alignment).toBe(32);
  });

  test('and without a tensor has nothing after its header', async () => {
    const { header } = await read(await collected(writeGguf(METADATA, new Map())));
    expect(header.tensors.size).toBe(0);
  });

  test.each([
    ['few', [new Uint8Array(5)]],
    ['many', [new Uint8Array(25), new Uint8Array(25)]],
  ])('too %s bytes of a tensor are a mistake of ours', async (_, chunks) => {
    const stream = writeGguf(new Map(), new Map([['t', { type: 'F16', shape: [3, 5], chunks: () => chunks }]]));
    await expect(collected(stream)).rejects.toThrow(RangeError);
  });

  test('rows that are no whole blocks are a mistake of ours', () => {
    const chunks = () => [];
    expect(() => writeGguf(new Map(), new Map([['t', { type: 'Q8_0', shape: [3, 5], chunks }]]))).toThrow(RangeError);
  });
});

describe('a copy', () => {
  const original = goldenBytes('gemma3-q8_0.gguf');
  const bytesOf = (file: Uint8Array, header: GgufHeader, name: string) => {
    const { begin, end } = header.tensors.get(name)!;
    return file.slice(begin, end);
  };

  test('without changes is the file itself', async () => {
    for (const name of ['gemma3-q8_0.gguf', 'blocks.gguf']) {
      const bytes = goldenBytes(name);
      const { source, header } = await read(bytes);
      expect(same(await collected(copyGguf(source, header, name, {})), bytes)).toBe(true);
    }
  });

  test('has what is changed, and all else as it was', async () => {
    const { source, header } = await read(original);
    const replaced = 'blk.0.attn_q.weight';
    const { shape } = header.tensors.get(replaced)!;
    const values = new Float32Array(shape[0]! * shape[1]!).map((_, n) => n / 64);
    const copy = await collected(
      copyGguf(source, header, 'a.gguf', {
        metadata: new Map<string, GgufValue | null>([
          ['general.name', { type: 'string', value: 'merged' }],
          ['general.file_type', null],
          ['adaptab.version', { type: 'u32', value: 1 }],
        ]),
        tensors: new Map([[replaced, { type: 'BF16' as const, chunks: () => [quantise('BF16', values, 'a')] }]]),
      }),
    );
    const { source: copied, header: after } = await read(copy);
    const { 'general.file_type': _, ...before } = await valuesOf(source, header);
    expect(await valuesOf(copied, after)).toEqual({ ...before, 'general.name': 'merged', 'adaptab.version': 1 });
    expect([...after.tensors.keys()]).toEqual([...header.tensors.keys()]);
    for (const [name, tensor] of header.tensors) {
      if (name === replaced) continue;
      expect(after.tensors.get(name)).toMatchObject({ type: tensor.type, shape: tensor.shape });
      expect(same(bytesOf(copy, after, name), bytesOf(original, header, name))).toBe(true);
    }
    expect(after.tensors.get(replaced)).toMatchObject({ type: 'BF16', shape });
    expect([...(await rowsOf(copy, replaced))]).toEqual([...dequantise('BF16', quantise('BF16', values, 'a'), 'a')]);
  });

  test('may have another alignment', async () => {
    const { source, header } = await read(goldenBytes('blocks.gguf'));
    for (const [value, expected] of [
      [null, 32],
      [{ type: 'u32' as const, value: 4096 }, 4096],
    ] as const) {
      const metadata = new Map<string, GgufValue | null>([['general.alignment', value]]);
      const copy = await collected(copyGguf(source, header, 'a.gguf', { metadata }));
      const after = (await read(copy)).header;
      expect(after.alignment).toBe(expected);
      for (const name of header.tensors.keys())
        expect(same(bytesOf(copy, after, name), bytesOf(goldenBytes('blocks.gguf'), header, name))).toBe(true);
    }
  });

  test('is read as it is written, in slices', async () => {
    const { header } = await read(original);
    const source = counted(sourceOf(original));
    const { chunks } = copyGguf(source, header, 'a.gguf', {});
    const written = chunks();
    await written.next();
    expect(source.count.bytes).toBe(0);
    await written.next();
    expect(source.count.bytes).toBeLessThan(200);
    await written.return(undefined);
  });

  test('of a file that is gone ends with a problem', async () => {
    const { source, header } = await read(original);
    const gone = { size: source.size, read: () => Promise.reject(new Error('gone')) };
    await expect(collected(copyGguf(gone, header, 'a.gguf', {}))).rejects.toThrow(ProblemError);
  });

  test('replaces no tensor that is not there', async () => {
    const { source, header } = await read(original);
    const tensors = new Map([['nowhere', half(2)]]);
    expect(() => copyGguf(source, header, 'a.gguf', { tensors })).toThrow(RangeError);
  });
});
