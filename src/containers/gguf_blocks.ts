/**
 * Numbers of GGUF tensors as float32. A block holds 32 or 256 neighbours of a row: small whole numbers, and what they are
 * multiplied by. Every product is rounded to float32 where gguf-py's `quants.py` rounds it, so that both give the same bits.
 */
import { f16Values, fromBf16, fromF16, toBf16, toF16 } from '../floats';
import { type Problem, ProblemError, problem } from '../problem';
import { type GgufTensorType, tensorKind } from './gguf_types';

/** Writes the block that begins at byte `at` to `out`, from element `to` on. */
type Decode = (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void;

const half = (bytes: Uint8Array, at: number) => fromF16(bytes[at]! | (bytes[at + 1]! << 8));
const signed = (byte: number) => (byte << 24) >> 24;

/** d · (nibble − 8): the low halves of 16 bytes, then the high ones. */
const q4Zero: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + 2 + j]!;
    out[to + j] = d * ((byte & 15) - 8);
    out[to + 16 + j] = d * ((byte >> 4) - 8);
  }
};

/** d · nibble + m. */
const q4One: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  const m = half(bytes, at + 2);
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + 4 + j]!;
    out[to + j] = Math.fround(d * (byte & 15)) + m;
    out[to + 16 + j] = Math.fround(d * (byte >> 4)) + m;
  }
};

const word = (bytes: Uint8Array, at: number) =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

/** As Q4_0, with a fifth bit for each element in a word of its own. */
const q5Zero: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  const high = word(bytes, at + 2);
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + 6 + j]!;
    out[to + j] = d * (((byte & 15) | (((high >>> j) & 1) << 4)) - 16);
    out[to + 16 + j] = d * (((byte >> 4) | (((high >>> (j + 16)) & 1) << 4)) - 16);
  }
};

const q5One: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  const m = half(bytes, at + 2);
  const high = word(bytes, at + 4);
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + 8 + j]!;
    out[to + j] = Math.fround(d * ((byte & 15) | (((high >>> j) & 1) << 4))) + m;
    out[to + 16 + j] = Math.fround(d * ((byte >> 4) | (((high >>> (j + 16)) & 1) << 4))) + m;
  }
};

/** d · q. */
const q8Zero: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let j = 0; j < 32; j++) out[to + j] = d * signed(bytes[at + 2 + j]!);
};

/** Two bits of element i of 256: its row of 32 bytes, and its place in them. */
const twoBits = (bytes: Uint8Array, at: number, i: number) =>
  (bytes[at + ((i >> 7) << 5) + (i & 31)]! >> (((i >> 5) & 3) * 2)) & 3;

/** 16 bytes of scales and minima in nibbles, 64 bytes of numbers, d, d of the minima. */
const q2K: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at + 80);
  const dMin = half(bytes, at + 82);
  for (let s = 0; s < 16; s++) {
    const scales = bytes[at + s]!;
    const scale = Math.fround(d * (scales & 15));
    const min = Math.fround(dMin * (scales >> 4));
    for (let i = 16 * s; i < 16 * s + 16; i++) out[to + i] = Math.fround(scale * twoBits(bytes, at + 16, i)) - min;
  }
};

/** 32 bytes of third bits, of which a set one means no −4; 64 bytes of numbers; 12 bytes of 16 scales; d. */
const q3K: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at + 108);
  for (let s = 0; s < 16; s++) {
    const low = (bytes[at + 96 + (s & 7)]! >> (s < 8 ? 0 : 4)) & 15;
    const high = (bytes[at + 104 + (s & 3)]! >> ((s >> 2) * 2)) & 3;
    const scale = Math.fround(d * ((low | (high << 4)) - 32));
    for (let i = 16 * s; i < 16 * s + 16; i++) {
      const third = (bytes[at + (i & 31)]! >> (i >> 5)) & 1;
      out[to + i] = scale * (twoBits(bytes, at + 32, i) - (third === 1 ? 0 : 4));
    }
  }
};

/** Scale and minimum of sub-block k of eight, 6 bits each, out of 12 bytes. */
function sixBits(bytes: Uint8Array, at: number, k: number): readonly [scale: number, min: number] {
  if (k < 4) return [bytes[at + k]! & 63, bytes[at + k + 4]! & 63];
  const both = bytes[at + k + 4]!;
  return [(both & 15) | ((bytes[at + k - 4]! >> 6) << 4), (both >> 4) | ((bytes[at + k]! >> 6) << 4)];
}

/** d, d of the minima, 12 bytes of scales, in Q5_K 32 bytes of fifth bits, 128 bytes of nibbles. */
const q45K =
  (fifth: boolean): Decode =>
  (bytes, at, out, to) => {
    const d = half(bytes, at);
    const dMin = half(bytes, at + 2);
    const nibbles = at + (fifth ? 48 : 16);
    for (let k = 0; k < 8; k++) {
      const [sixScale, sixMin] = sixBits(bytes, at + 4, k);
      const scale = Math.fround(d * sixScale);
      const min = Math.fround(dMin * sixMin);
      for (let l = 0; l < 32; l++) {
        const low = (bytes[nibbles + 32 * (k >> 1) + l]! >> (4 * (k & 1))) & 15;
        const high = fifth ? (bytes[at + 16 + l]! >> k) & 1 : 0;
        out[to + 32 * k + l] = Math.fround(scale * (low | (high << 4))) - min;
      }
    }
  };

/** 128 bytes of low halves, 64 of upper bits, 16 signed scales, d. */
const q6K: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at + 208);
  for (let s = 0; s < 16; s++) {
    const scale = Math.fround(d * signed(bytes[at + 192 + s]!));
    for (let i = 16 * s; i < 16 * s + 16; i++) {
      const low = (bytes[at + ((i >> 7) << 6) + (i & 63)]! >> (((i >> 6) & 1) * 4)) & 15;
      out[to + i] = scale * ((low | (twoBits(bytes, at + 128, i) << 4)) - 32);
    }
  }
};

/** What the 16 numbers of a nibble stand for in IQ4: closer together around zero. */
const UNEVEN = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113] as const;

const uneven = (bytes: Uint8Array, at: number, scale: number, out: Float32Array, to: number) => {
  for (let j = 0; j < 16; j++) {
    const byte = bytes[at + j]!;
    out[to + j] = scale * UNEVEN[byte & 15]!;
    out[to + 16 + j] = scale * UNEVEN[byte >> 4]!;
  }
};

const iq4Nl: Decode = (bytes, at, out, to) => uneven(bytes, at + 2, half(bytes, at), out, to);

/** d, two upper bits of eight scales, their lower four, 128 bytes of nibbles. */
const iq4Xs: Decode = (bytes, at, out, to) => {
  const d = half(bytes, at);
  const upper = bytes[at + 2]! | (bytes[at + 3]! << 8);
  for (let k = 0; k < 8; k++) {
    const low = (bytes[at + 4 + (k >> 1)]! >> (4 * (k & 1))) & 15;
    const scale = Math.fround(d * ((low | (((upper >> (2 * k)) & 3) << 4)) - 32));
    uneven(bytes, at + 8 + 16 * k, scale, out, to + 32 * k);
  }
};

const DECODERS: Partial<Record<GgufTensorType, Decode>> = {
  Q4_0: q4Zero,
  Q4_1: q4One,
  Q5_0: q5Zero,
  Q5_1: q5One,
  Q8_0: q8Zero,
  Q2_K: q2K,
  Q3_K: q3K,
  Q4_K: q45K(false),
  Q5_K: q45K(true),
  Q6_K: q6K,
  IQ4_NL: iq4Nl,
  IQ4_XS: iq4Xs,
};

/** Types whose elements stand alone. */
const PLAIN: Partial<Record<GgufTensorType, (bytes: Uint8Array<ArrayBuffer>) => Float32Array<ArrayBuffer>>> = {
  F32: (bytes) => new Float32Array(bytes.buffer),
  F16: (bytes) => f16Values(new Uint16Array(bytes.buffer)),
  BF16: (bytes) => fromBf16(new Uint16Array(bytes.buffer)),
};

/** Types that can be read as numbers. */
export const READABLE_TYPES = [...Object.keys(PLAIN), ...Object.keys(DECODERS)] as readonly GgufTensorType[];

/** A type whose numbers cannot be read, by its name, and the way out. */
export const unreadable = (type: GgufTensorType, where: string): Problem => ({
  what: `Its numbers are stored as ${type}, which is not read here.`,
  where,
  fix: 'Take the same model as F16, BF16, Q8_0, Q6_K, Q5_K_M or Q4_K_M.',
});

/**
 * The values of whole blocks: rows of a tensor, or parts of a row.
 * @param bytes As they are stored, aligned to nothing
 * @throws ProblemError for a type that is not read
 */
export function dequantise(type: GgufTensorType, bytes: Uint8Array, where: string): Float32Array<ArrayBuffer> {
  if (!READABLE_TYPES.includes(type)) throw new ProblemError(unreadable(type, where));
  const block = tensorKind(type);
  if (bytes.byteLength % block.bytes !== 0) throw new RangeError('Part of a block was given.');
  const plain = PLAIN[type];
  if (plain) return plain(new Uint8Array(bytes)); // a copy starts at 0, a view may start at any byte
  const decode = DECODERS[type]!;
  const values = new Float32Array((bytes.byteLength / block.bytes) * block.elements);
  for (let at = 0, to = 0; at < bytes.byteLength; at += block.bytes, to += block.elements)
    decode(bytes, at, values, to);
  return values;
}

/** Types that values can be written as. */
export const WRITABLE_TYPES = ['F32', 'BF16', 'F16', 'Q8_0'] as const satisfies readonly GgufTensorType[];
export type WritableType = (typeof WRITABLE_TYPES)[number];

/**
 * float32 values as they are stored, each rounded to the nearest that the type has.
 * @param values Whole blocks
 * @throws ProblemError where a value is no number, or beyond what the type can hold
 */
export function quantise(type: WritableType, values: Float32Array, where: string): Uint8Array<ArrayBuffer> {
  if (type === 'Q8_0') return quantiseQ8(values, where);
  const stored = { F32: (all: Float32Array) => all.slice(), F16: toF16, BF16: toBf16 }[type](values);
  const bytes = new Uint8Array(stored.buffer);
  if (!PLAIN[type]!(bytes).every(Number.isFinite)) throw refuseValue(type, where);
  return bytes;
}

const refuseValue = (type: WritableType, where: string) =>
  problem(
    `It has a value that ${type} cannot hold: it is no number, or too large.`,
    where,
    'Write it as F32; if the values came from training, train with a lower learning rate.',
  );

/** Elements of a Q8_0 block. */
const EIGHT = 32;

/**
 * As gguf-py quantises, bit for bit: d = max |x| / 127, and x / d to the nearest whole number, halves away from zero, with d
 * rounded to a half float only where it is stored.
 */
function quantiseQ8(values: Float32Array, where: string): Uint8Array<ArrayBuffer> {
  if (values.length % EIGHT !== 0) throw new RangeError('Part of a block was given.');
  const { bytes: size } = tensorKind('Q8_0');
  const scales = Float32Array.from({ length: values.length / EIGHT }, (_, n) => largest(values, n * EIGHT) / 127);
  const stored = toF16(scales);
  const bytes = new Uint8Array(scales.length * size);
  scales.forEach((scale, n) => {
    if (!Number.isFinite(fromF16(stored[n]!))) throw refuseValue('Q8_0', where);
    bytes[n * size] = stored[n]! & 0xff;
    bytes[n * size + 1] = stored[n]! >> 8;
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    for (let j = 0; j < EIGHT; j++) bytes[n * size + 2 + j] = rounded(Math.fround(values[n * EIGHT + j]! * inverse));
  });
  return bytes;
}

/** The largest |x| of a block; NaN where it has one. */
function largest(values: Float32Array, from: number): number {
  let most = 0;
  for (let j = from; j < from + EIGHT; j++) most = Math.max(most, Math.abs(values[j]!));
  return most;
}

/** The nearest whole number, halves away from zero. */
const rounded = (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
