import { gguf } from '@huggingface/gguf';
import { describe, expect, test } from 'vitest';
import { blobSource } from '../../../src/containers/byte_source';
import { ggufValues, readGgufHeader, readTensorRows } from '../../../src/containers/gguf';
import { tensorKind } from '../../../src/containers/gguf_types';
import { ProblemError } from '../../../src/problem';
import { Bytes, counted, goldenBytes, sourceOf, valuesOf } from './file';

const FILES = ['gemma3-f16.gguf', 'gemma3-q8_0.gguf', 'gemma3-q4_0.gguf', 'blocks.gguf'];

test.each(FILES)('%s is read as another reader reads it', async (name) => {
  const bytes = goldenBytes(name);
  const source = sourceOf(bytes);
  const header = await readGgufHeader(source, name);
  const other = await gguf('https://nowhere.test/a.gguf', {
    fetch: async (_url, request) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(request?.headers).get('range')!)!.map(Number);
      return new Response(bytes.slice(from, to! + 1));
    },
  });
  const { version, tensor_count, kv_count, ...metadata } = other.metadata;
  expect(header.version).toBe(version);
  expect(header.tensors.size).toBe(Number(tensor_count));
  expect(header.metadata.size).toBe(Number(kv_count));
  expect(await valuesOf(source, header)).toEqual(metadata);
  expect(header.dataBegin).toBe(Number(other.tensorDataOffset));
  expect(other.tensorInfos.length).toBeGreaterThan(14);
  for (const { name: tensor, shape, dtype, offset } of other.tensorInfos) {
    const { type, shape: ours, begin } = header.tensors.get(tensor)!;
    expect([...ours].reverse().map(BigInt)).toEqual(shape);
    expect(tensorKind(type).id).toBe(dtype);
    expect(begin).toBe(header.dataBegin + Number(offset));
  }
  expect(Math.max(...[...header.tensors.values()].map(({ end }) => end))).toBeLessThanOrEqual(bytes.length);
});

test('every type of value is read, alone and in arrays', async () => {
  const bytes = new Bytes().start(0, 13);
  const fixed = [
    [0, [250], 250],
    [1, [250], -6],
    [2, [1, 255], 65281],
    [3, [1, 255], -255],
    [4, [1, 0, 0, 255], 4278190081],
    [5, [1, 0, 0, 255], -16777215],
    [6, [0, 0, 192, 63], 1.5],
    [7, [1], true],
    [10, [1, 0, 0, 0, 0, 0, 0, 0], 1],
    [10, [1, 0, 0, 0, 0, 0, 0, 255], 18374686479671623681n],
    [11, [1, 0, 0, 0, 0, 0, 0, 255], -72057594037927935n],
    [12, [0, 0, 0, 0, 0, 0, 248, 191], -1.5],
  ] as const;
  for (const [n, [type, value]] of fixed.entries())
    bytes
      .text(`k${n}`)
      .u32(9)
      .u32(type)
      .u64(2)
      .raw(...value)
      .raw(...value);
  bytes.text('text').u32(9).u32(8).u64(3).text('').text('ü🐈').text('\ufeff'); // a byte order mark is a character here
  const header = await readGgufHeader(bytes.source, 'a.gguf');
  const expected = Object.fromEntries(fixed.map(([, , value], n) => [`k${n}`, [value, value]]));
  expect(await valuesOf(bytes.source, header)).toEqual({ ...expected, text: ['', 'ü🐈', '\ufeff'] });

  const alone = new Bytes().start(0, 13);
  for (const [n, [type, value]] of fixed.entries())
    alone
      .text(`k${n}`)
      .u32(type)
      .raw(...value);
  alone.text('text').u32(8).text('ü🐈');
  const values = Object.fromEntries(fixed.map(([, , value], n) => [`k${n}`, value]));
  expect(await valuesOf(alone.source, await readGgufHeader(alone.source, 'a.gguf'))).toEqual({
    ...values,
    text: 'ü🐈',
  });
});

test('version 2 is read as version 3 is', async () => {
  const bytes = new Bytes()
    .start(1, 0, 2)
    .tensor('a', [32, 3], 8, 0)
    .data(3 * 34);
  const { version, tensors } = await readGgufHeader(bytes.source, 'a.gguf');
  expect(version).toBe(2);
  expect(tensors.get('a')).toEqual({ type: 'Q8_0', shape: [3, 32], begin: 96, end: 96 + 3 * 34 });
});

describe('a vocabulary of 262,144 texts', () => {
  const count = 262_144;
  const texts = Array.from({ length: count }, (_, n) => `▁token${n}`);

  function file() {
    const encoded = texts.map((text) => new TextEncoder().encode(text));
    const body = new Uint8Array(encoded.reduce((sum, { length }) => sum + 8 + length, 0));
    const view = new DataView(body.buffer);
    let at = 0;
    for (const text of encoded) {
      view.setUint32(at, text.length, true);
      body.set(text, at + 8);
      at += 8 + text.length;
    }
    const before = new Bytes().start(0, 3).text('tokens').u32(9).u32(8).u64(count).bytes;
    const scores = new Bytes().text('scores').u32(9).u32(6).u64(count).bytes;
    const after = new Bytes().text('after').u32(8).text('it').bytes;
    const size = before.length + body.length + scores.length + 4 * count + after.length;
    return { blob: new Blob([before, body, scores, new Float32Array(count).fill(-1.5), after]), size };
  }

  test('is passed over in a moment, and is there when it is asked for', async () => {
    const { blob, size } = file();
    expect(blob.size).toBe(size);
    const source = counted(blobSource(blob));
    const started = performance.now();
    const header = await readGgufHeader(source, 'a.gguf');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(source.count.largest).toBeLessThanOrEqual(1 << 20);
    expect(header.metadata.get('after')).toMatchObject({ value: 'it' });
    const values = await valuesOf(blobSource(blob), header);
    expect(values.tokens).toEqual(texts);
    expect(new Set(values.scores as number[])).toEqual(new Set([-1.5]));
    expect((values.scores as number[]).length).toBe(count);
  });

  test('comes in batches', async () => {
    const { blob } = file();
    const source = counted(blobSource(blob));
    const pair = (await readGgufHeader(source, 'a.gguf')).metadata.get('tokens')!;
    if (pair.type !== 'array') throw new Error('no array');
    source.count.bytes = 0;
    for await (const batch of ggufValues(source, pair.array, 'a.gguf')) {
      expect(batch.slice(0, 2)).toEqual(texts.slice(0, 2));
      expect(batch.length).toBeLessThan(10_000);
      break;
    }
    expect(source.count.bytes).toBeLessThanOrEqual(1 << 20);
  });
});

test('rows of a tensor are read as they are stored', async () => {
  const bytes = goldenBytes('blocks.gguf');
  const source = counted(sourceOf(bytes));
  const { tensors } = await readGgufHeader(source, 'a.gguf');
  const tensor = tensors.get('q8_0')!;
  source.count.bytes = 0;
  const rows = await readTensorRows(source, tensor, { first: 1, count: 2 }, 'a.gguf');
  expect(rows).toEqual(bytes.slice(tensor.begin + 544, tensor.end));
  expect(source.count.bytes).toBe(2 * 544);
  expect(() => readTensorRows(source, tensor, { first: 2, count: 2 }, 'a.gguf')).toThrow(RangeError);
});

describe('what is refused, and where', () => {
  const one = () => new Bytes().start(0, 1);
  const cases: readonly (readonly [
    what: string,
    bytes: Bytes | Uint8Array<ArrayBuffer>,
    said: RegExp,
    where?: string,
  ])[] = [
    ['an empty file', new Bytes(), /cut off/],
    ['another format', new Bytes().raw(80, 75, 3, 4, 0, 0, 0, 0), /does not begin with "GGUF"/],
    ['a file of before GGUF', new Bytes().raw(0x74, 0x6a, 0x67, 0x67, 3, 0, 0, 0), /before GGUF/],
    ['version 1', new Bytes().start(0, 0, 1), /version 1; versions 2 and 3/],
    ['version 4', new Bytes().start(0, 0, 4), /version 4; /],
    ['version 0', new Bytes().start(0, 0, 0), /version 0; /],
    ['the other byte order', new Bytes().start(0, 0, 0x03000000), /big-endian/],
    ['counts of 2^63', new Bytes().start(2n ** 63n, 2n ** 63n), /claims/],
    ['more pairs than fit', new Bytes().start(0, 1000).data(500), /claims 0 tensors and 1000 pairs/],
    ['more tensors than fit', new Bytes().start(100, 0).data(500), /claims 100 tensors/],
    [
      'a key of 2^60 bytes',
      one()
        .text('key', 2 ** 60)
        .data(99),
      /The text at byte 32 claims 11529215046068\d+ bytes/,
    ],
    [
      'a text of 2^60 bytes',
      one()
        .text('key')
        .u32(8)
        .text('', 2 ** 60)
        .data(99),
      /claims 11529215046068/,
      ', key "key"',
    ],
    ['a text that is cut off', one().text('key').u32(8).text('', 200).data(99), /cut off/],
    ['a key that is not UTF-8', one().u64(2).raw(0xc3, 0x28).u32(0).data(9), /not UTF-8/],
    ['a type that is none', one().text('key').u32(13).data(9), /type is 13/, ', key "key"'],
    ['an array of arrays', one().text('key').u32(9).u32(9).u64(1).data(99), /array of arrays/, ', key "key"'],
    ['an array of no type', one().text('key').u32(9).u32(77).u64(1).data(99), /type is 77/, ', key "key"'],
    [
      'an array of 2^60 numbers',
      one()
        .text('key')
        .u32(9)
        .u32(12)
        .u64(2n ** 60n)
        .data(99),
      /cut off/,
    ],
    [
      'an array of 2^60 texts',
      one()
        .text('key')
        .u32(9)
        .u32(8)
        .u64(2n ** 60n)
        .data(99),
      /cut off/,
    ],
    ['a key twice', new Bytes().start(0, 2).text('a').u32(0).raw(1).text('a').u32(0).raw(1), /key twice/, ', key "a"'],
    ['an odd alignment', one().text('general.alignment').u32(4).u32(24), /power of two/, ', key "general.alignment"'],
    ['an alignment that is text', one().text('general.alignment').u32(8).text('32'), /power of two/],
    ['an alignment of 0', one().text('general.alignment').u32(4).u32(0), /power of two/],
    ['five axes', new Bytes().start(1, 0).tensor('t', [1, 1, 1, 1, 1], 0, 0).data(4), /5 axes/, ', tensor "t"'],
    [
      'an unknown format',
      new Bytes().start(1, 0).tensor('t', [32], 99, 0).data(4),
      /number format is 99/,
      ', tensor "t"',
    ],
    ['a format that is no more', new Bytes().start(1, 0).tensor('t', [32], 4, 0).data(4), /number format is 4/],
    [
      'part of a block',
      new Bytes().start(1, 0).tensor('t', [33], 8, 0).data(99),
      /rows of 33 are not whole/,
      ', tensor "t"',
    ],
    [
      'a shape beyond all',
      new Bytes()
        .start(1, 0)
        .tensor('t', [2n ** 62n, 8], 0, 0)
        .data(9),
      /larger than any file/,
    ],
    [
      'a shape with no end',
      new Bytes()
        .start(1, 0)
        .tensor('t', [2n ** 64n - 1n, 0, 1], 0, 0)
        .data(9),
      /cut off|larger/,
    ],
    ['a tensor twice', new Bytes().start(2, 0).tensor('t', [8], 0, 0).tensor('t', [8], 0, 32).data(64), /tensor twice/],
    [
      'a tensor beyond the end',
      new Bytes().start(1, 0).tensor('t', [9], 0, 0).data(35),
      /cut off: this tensor/,
      ', tensor "t"',
    ],
    [
      'an offset beyond all',
      new Bytes()
        .start(1, 0)
        .tensor('t', [8], 0, 2n ** 63n)
        .data(32),
      /cut off: this tensor/,
    ],
    ['an odd offset', new Bytes().start(1, 0).tensor('t', [8], 0, 31).data(99), /begins at 31, no multiple of 32/],
    [
      'tensors that overlap',
      new Bytes().start(2, 0).tensor('a', [16], 0, 0).tensor('b', [8], 0, 32).data(96),
      /overlaps/,
      ', tensor "b"',
    ],
    [
      'tensors at one place',
      new Bytes().start(2, 0).tensor('a', [8], 0, 0).tensor('b', [8], 0, 0).data(96),
      /overlaps/,
    ],
  ];

  const named = cases.map(([what, file, said, where = '']) => ({ what, file, said, where }));

  test.each(named)('$what', async ({ file, said, where }) => {
    const bytes = file instanceof Bytes ? file.bytes : file;
    const error = await readGgufHeader(sourceOf(bytes), 'a.gguf').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    const { problem } = error as ProblemError;
    expect(problem.what).toMatch(said);
    if (where) expect(problem.where).toBe(`a.gguf${where}`);
    expect(problem.where).toMatch(/^a\.gguf/);
    expect(problem.fix).toMatch(/\.$/);
  });

  test('a file that is gone', async () => {
    const gone = { size: 1000, read: () => Promise.reject(new DOMException('gone', 'NotFoundError')) };
    await expect(readGgufHeader(gone, 'a.gguf')).rejects.toThrow('The file cannot be read.');
  });

  test('a file that has become shorter', async () => {
    const bytes = goldenBytes('blocks.gguf');
    const shrunk = {
      size: bytes.length,
      read: async (begin: number, end: number) => bytes.slice(begin, Math.min(end, 99)),
    };
    await expect(readGgufHeader(shrunk, 'a.gguf')).rejects.toThrow('The file cannot be read.');
  });

  test('a header without end is not read to its end', async () => {
    const start = new Bytes()
      .start(0, 1)
      .text('key')
      .u32(9)
      .u32(8)
      .u64(2n ** 40n).bytes;
    const source = counted({
      size: 2 ** 44,
      read: async (begin, end) => {
        const zeros = new Uint8Array(end - begin); // texts without a letter
        if (begin === 0) zeros.set(start);
        return zeros;
      },
    });
    const started = performance.now();
    await expect(readGgufHeader(source, 'a.gguf')).rejects.toThrow('more than any model needs');
    expect(source.count.bytes).toBeLessThan(2 ** 26 + 2 ** 16);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
