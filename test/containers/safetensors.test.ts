import { expect, test } from 'vitest';
import {
  f32Tensor,
  readSafetensors,
  readSafetensorsHeader,
  type StoredTensor,
  toFloat32,
  writeSafetensors,
} from '../../src/containers/safetensors';
import { fromBf16, toBf16 } from '../../src/floats';
import { ProblemError } from '../../src/problem';

const encode = (text: string) => new TextEncoder().encode(text);

/** A file from a header's text and data, without our writer. */
function file(header: string, data: Uint8Array = new Uint8Array(0), claimed = encode(header).length): Uint8Array {
  const json = encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const tensor = (shape: string, offsets: string, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

const sample = () =>
  new Map<string, StoredTensor>([
    ['b/weight', f32Tensor(new Float32Array([1, -2.5, Math.fround(3.1), 0, 5, 6]), [2, 3])],
    ['a/half', { dtype: 'BF16', shape: [3], bytes: new Uint8Array(new Uint16Array([0x3f80, 0xbf80, 0x4049]).buffer) }],
    ['c/ids', { dtype: 'I64', shape: [1], bytes: new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0]) }],
    ['d/empty', f32Tensor(new Float32Array(0), [0, 4])],
    ['e/scalar', f32Tensor(new Float32Array([42]), [])],
  ]);

test('what was written is read again, names, shapes, bytes and metadata', () => {
  const written = writeSafetensors(sample(), { format: 'pt', note: 'ü "quoted" \\' });
  const { tensors, metadata } = readSafetensors(written, 'a.safetensors');
  expect(metadata).toEqual({ format: 'pt', note: 'ü "quoted" \\' });
  expect([...tensors.keys()].sort()).toEqual([...sample().keys()].sort());
  for (const [name, { dtype, shape, bytes }] of sample()) {
    expect(tensors.get(name)).toMatchObject({ dtype, shape });
    expect([...(tensors.get(name)?.bytes ?? [])]).toEqual([...bytes]);
  }
});

test('the header is a multiple of 8 bytes long and every tensor is aligned to its format', () => {
  const written = writeSafetensors(sample(), { x: 'y' });
  const { places } = readSafetensorsHeader(written, 'a');
  expect(Number(new DataView(written.buffer).getBigUint64(0, true)) % 8).toBe(0);
  const width = { I64: 8, F32: 4, BF16: 2 } as Record<string, number>;
  for (const { dtype, begin } of places.values()) expect(begin % (width[dtype] as number)).toBe(0);
});

test('the order of insertion does not change the file', () => {
  const reversed = new Map([...sample()].reverse());
  expect(writeSafetensors(reversed)).toEqual(writeSafetensors(sample()));
});

test('the header alone can be read from the first bytes of a file', () => {
  const written = writeSafetensors(sample());
  const whole = readSafetensorsHeader(written, 'a');
  const first = readSafetensorsHeader(written.subarray(0, written.length - 20), 'a');
  expect(first).toEqual(whole);
  expect(first.fileBytes).toBe(written.length);
});

const good = tensor('[2]', '[0,8]');
const eight = new Uint8Array(8);

test.each<[string, Uint8Array, RegExp]>([
  ['an empty file', new Uint8Array(0), /0 bytes/],
  ['seven bytes', new Uint8Array(7), /at least 8/],
  ['a header beyond the end', file('{}', undefined, 100), /claims 100 bytes, and only 2/],
  ['a header of 2^60 bytes', file('{}', undefined, 2 ** 60), /more than the format allows/],
  ['a header that is not UTF-8', file('{}').with(8, 0xff), /UTF-8/],
  ['a header that is a list', file('[1]'), /does not start/],
  ['a header that is not JSON', file('{"a":'), /not JSON/],
  ['text after the header', file('{} x'), /not JSON/],
  ['an entry that is no object', file('{"a":3}'), /tensor "a".*not an object/],
  ['an entry that is null', file('{"a":null}'), /tensor "a".*not an object/],
  ['an unknown format', file(`{"a":${tensor('[2]', '[0,8]', 'F4')}}`, eight), /"F4" is unknown/],
  ['a format out of the prototype', file(`{"a":${tensor('[2]', '[0,8]', 'toString')}}`, eight), /unknown/],
  ['no format', file('{"a":{"shape":[2],"data_offsets":[0,8]}}', eight), /undefined is unknown/],
  [
    'a format of many lists',
    file(`{"a":{"dtype":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
    /"a".*format \[…\] is unknown/,
  ],
  ['a format that is an object', file('{"a":{"dtype":{"F32":1}}}'), /format {…} is unknown/],
  ['a format of many letters', file(`{"a":{"dtype":"${'F'.repeat(100_000)}"}}`), /format "F{79}…" is unknown/],
  [
    'a name of many letters',
    file(`{"${'x'.repeat(20_000_000)}":${tensor('[1]', '[0,8]')}}`),
    /tensor "x{79}….*takes 4/,
  ],
  [
    'a shape of many sizes',
    file(`{"a":${tensor(`[${'1,'.repeat(100_000)}1]`, '[0,8]')}}`),
    /Its shape \[1, 1.*…\] in F32/,
  ],
  [
    'many lists within a shape',
    file(`{"a":${tensor(`${'['.repeat(100_000)}${']'.repeat(100_000)}`, '[0,8]')}}`),
    /shape is not/,
  ],
  ['a negative size', file(`{"a":${tensor('[-2]', '[0,8]')}}`, eight), /shape is not a list/],
  ['a fractional size', file(`{"a":${tensor('[0.5,4]', '[0,8]')}}`, eight), /shape is not a list/],
  ['no shape', file('{"a":{"dtype":"F32","data_offsets":[0,8]}}', eight), /shape is not a list/],
  ['three offsets', file(`{"a":${tensor('[2]', '[0,8,9]')}}`, eight), /two whole numbers/],
  ['offsets the wrong way round', file(`{"a":${tensor('[2]', '[8,0]')}}`, eight), /takes 8 bytes, and it has -8/],
  ['a shape that does not fit', file(`{"a":${tensor('[3]', '[0,8]')}}`, eight), /takes 12 bytes, and it has 8/],
  [
    'a product beyond all numbers',
    file(`{"a":${tensor('[9007199254740991,9007199254740991]', '[0,8]')}}`, eight),
    /has 8/,
  ],
  ['a tensor beyond the end', file(`{"a":${tensor('[3]', '[0,12]')}}`, eight), /cut off/],
  ['bytes after the last tensor', file(`{"a":${good}}`, new Uint8Array(9)), /goes on after/],
  [
    'a hole',
    file(`{"a":${good},"b":${tensor('[1]', '[12,16]')}}`, new Uint8Array(16)),
    /tensor "b".*4 bytes before it/,
  ],
  ['a hole at the start', file(`{"a":${tensor('[1]', '[4,8]')}}`, eight), /tensor "a".*4 bytes before it/],
  ['an overlap', file(`{"a":${good},"b":${tensor('[2]', '[4,12]')}}`, new Uint8Array(12)), /tensor "b".*overlaps/],
  ['two tensors on the same bytes', file(`{"a":${good},"b":${good}}`, eight), /overlaps/],
  ['a doubled name', file(`{"a":${good},"a":${good}}`, eight), /names "a" twice/],
  ['a doubled name, escaped', file(`{"a":${good},"\\u0061" :${good}}`, eight), /names "a" twice/],
  [
    'a doubled field',
    file('{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}', eight),
    /"dtype" twice/,
  ],
  ['__proto__', file(`{"__proto__":${good}}`, eight), /"__proto__"/],
  ['__proto__ in the metadata', file('{"__metadata__":{"__proto__":"x"}}'), /"__proto__"/],
  ['metadata that is a list', file('{"__metadata__":["x"]}'), /not an object/],
  ['metadata that is no text', file('{"__metadata__":{"step":3}}'), /"step" is not text/],
])('%s is refused and named', (_, bytes, message) => {
  let thrown: unknown;
  try {
    readSafetensors(bytes, 'x.safetensors');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProblemError);
  const said = (thrown as ProblemError).message;
  expect(said).toMatch(message);
  expect(said).toContain('x.safetensors');
  expect(said.length).toBeLessThan(400);
});

test('a name of 20 MB is read, as long as it is', () => {
  const name = '"'.repeat(10_000_000);
  const { tensors } = readSafetensors(file(`{${JSON.stringify(name)} : ${tensor('[2]', '[0,8]')}}`, eight), 'x');
  expect([...tensors.keys()][0] === name).toBe(true); // not toBe, which would show them
});

test('a key that only looks doubled is accepted', () => {
  const header = `{"a":${good},"b\\"{\\"a\\":":${tensor('[0]', '[8,8]')},"__metadata__":{"a":"{\\"a\\":1,\\"a\\":2}"}}`;
  expect(readSafetensors(file(header, eight), 'x').tensors.size).toBe(2);
});

test('float32 values are read from a view that starts at an odd byte', () => {
  const values = new Float32Array([1.5, -2.25e-30, 3e30]);
  const shifted = new Uint8Array(13);
  shifted.set(new Uint8Array(values.buffer), 1);
  expect(toFloat32({ dtype: 'F32', shape: [3], bytes: shifted.subarray(1) })).toEqual(values);
});

test('half precision is read exactly', () => {
  const bits = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x0400, 0x7c00, 0xfc00, 0x7e00]);
  const values = toFloat32({ dtype: 'F16', shape: [9], bytes: new Uint8Array(bits.buffer) });
  expect([...values]).toEqual([1, -2, 65504, 2 ** -24, -0, 2 ** -14, Infinity, -Infinity, NaN]);
});

test('values in a whole-number format are no weights', () => {
  expect(() => toFloat32({ dtype: 'I64', shape: [1], bytes: eight })).toThrow(/I64 cannot be used/);
});

test('bfloat16 rounds to nearest, ties to even, and keeps infinities and NaN', () => {
  const word = (bits: number) => new Float32Array(new Uint32Array([bits]).buffer);
  const rounded = (bits: number) => toBf16(word(bits))[0];
  expect(rounded(0x3f808000)).toBe(0x3f80); // a tie, down to even
  expect(rounded(0x3f818000)).toBe(0x3f82); // a tie, up to even
  expect(rounded(0x3f808001)).toBe(0x3f81);
  expect(rounded(0xbf807fff)).toBe(0xbf80);
  expect(rounded(0x7f7fffff)).toBe(0x7f80); // the largest float32 rounds to infinity
  expect(rounded(0xff800000)).toBe(0xff80);
  expect(rounded(0x80000000)).toBe(0x8000);
  for (const nan of [0x7f800001, 0x7fffffff, 0xffc00000]) {
    expect(fromBf16(Uint16Array.of(rounded(nan) as number))[0]).toBeNaN();
  }
});

test('a bfloat16 value survives both directions, all 65,536 of them', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = fromBf16(bits);
  const again = toBf16(values);
  for (let i = 0; i < 65536; i++) {
    if (!Number.isNaN(values[i]) && again[i] !== i) expect(again[i]).toBe(i);
  }
});

test('the nearest bfloat16 is never farther than half a step away', () => {
  const random = generator(5);
  const values = Float32Array.from({ length: 2000 }, () => (random() - 0.5) * 10 ** (random() * 20 - 10));
  const rounded = fromBf16(toBf16(values));
  values.forEach((value, i) => {
    expect(Math.abs((rounded[i] as number) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8);
  });
});

/** A small seeded generator, uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('20,000 damaged files are read or refused, nothing else', () => {
  const random = generator(1);
  const below = (n: number) => Math.floor(random() * n);
  const valid = writeSafetensors(sample(), { format: 'pt' });
  const headerEnd = 8 + Number(new DataView(valid.buffer).getBigUint64(0, true));
  const alphabet = encode('{}[]",:\\0123456789-.eFBI \u0000_proto');
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    let bytes = valid.slice();
    for (let i = 0; i <= below(4); i++) {
      const at = random() < 0.8 ? below(headerEnd) : below(bytes.length);
      const kind = below(4);
      if (kind === 0) bytes[at] = below(256);
      else if (kind === 1) bytes[at] = alphabet[below(alphabet.length)] as number;
      else if (kind === 2) bytes = bytes.slice(0, at);
      else bytes.copyWithin(at, below(bytes.length), below(bytes.length));
    }
    try {
      for (const [, { shape, dtype, bytes: data }] of readSafetensors(bytes, 'fuzz').tensors) {
        const width = { F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, I8: 1, U8: 1, BOOL: 1 }[dtype as string] ?? 2;
        expect(data.byteLength).toBe(shape.reduce((a, b) => a * b, width));
        expect(data.byteOffset + data.byteLength).toBeLessThanOrEqual(bytes.byteLength);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(5_000);
  expect(refused).toBeLessThan(20_000);
});
