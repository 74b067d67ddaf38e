/** The numbers by which GGUF names its types, and their sizes. */

/** A number, a text or a truth in the metadata. Of 64 bits those are numbers that a double holds; others stay bigint. */
export type GgufScalar = number | bigint | boolean | string;

interface FixedKind {
  readonly id: number;
  /** Bytes of one value. */
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number | bigint | boolean;
  readonly write: (view: DataView, at: number, value: GgufScalar) => void;
}

/** A bigint as a number, where that loses nothing. */
function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Metadata values of a fixed size. */
const FIXED_KINDS = {
  u8: {
    id: 0,
    bytes: 1,
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, Number(value)),
  },
  i8: {
    id: 1,
    bytes: 1,
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, Number(value)),
  },
  u16: {
    id: 2,
    bytes: 2,
    read: (view, at) => view.getUint16(at, true),
    write: (view, at, value) => view.setUint16(at, Number(value), true),
  },
  i16: {
    id: 3,
    bytes: 2,
    read: (view, at) => view.getInt16(at, true),
    write: (view, at, value) => view.setInt16(at, Number(value), true),
  },
  u32: {
    id: 4,
    bytes: 4,
    read: (view, at) => view.getUint32(at, true),
    write: (view, at, value) => view.setUint32(at, Number(value), true),
  },
  i32: {
    id: 5,
    bytes: 4,
    read: (view, at) => view.getInt32(at, true),
    write: (view, at, value) => view.setInt32(at, Number(value), true),
  },
  f32: {
    id: 6,
    bytes: 4,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, Number(value), true),
  },
  bool: {
    id: 7,
    bytes: 1,
    read: (view, at) => view.getUint8(at) !== 0,
    write: (view, at, value) => view.setUint8(at, value ? 1 : 0),
  },
  u64: {
    id: 10,
    bytes: 8,
    read: (view, at) => narrowed(view.getBigUint64(at, true)),
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  },
  i64: {
    id: 11,
    bytes: 8,
    read: (view, at) => narrowed(view.getBigInt64(at, true)),
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
  f64: {
    id: 12,
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, Number(value), true),
  },
} satisfies Record<string, FixedKind>;

export type GgufFixedType = keyof typeof FIXED_KINDS;
export type GgufScalarType = GgufFixedType | 'string';

export const STRING_ID = 8;
export const ARRAY_ID = 9;

export const fixedKind = (type: GgufFixedType): FixedKind => FIXED_KINDS[type];

export const idOfScalar = (type: GgufScalarType) => (type === 'string' ? STRING_ID : FIXED_KINDS[type].id);

const scalarTypes = new Map<number, GgufScalarType>([
  [STRING_ID, 'string'],
  ...Object.entries(FIXED_KINDS).map(([type, { id }]) => [id, type as GgufFixedType] as const),
]);

/** The type of a metadata value; undefined for arrays and for what GGUF does not know. */
export const scalarTypeOf = (id: number): GgufScalarType | undefined => scalarTypes.get(id);

interface TensorKind {
  readonly id: number;
  /** Elements of a block, which lie together in a row. */
  readonly elements: number;
  /** Bytes of a block. */
  readonly bytes: number;
}

/** How a tensor's numbers are stored, by ggml's names. */
const TENSOR_KINDS = {
  F32: { id: 0, elements: 1, bytes: 4 },
  F16: { id: 1, elements: 1, bytes: 2 },
  Q4_0: { id: 2, elements: 32, bytes: 18 },
  Q4_1: { id: 3, elements: 32, bytes: 20 },
  Q5_0: { id: 6, elements: 32, bytes: 22 },
  Q5_1: { id: 7, elements: 32, bytes: 24 },
  Q8_0: { id: 8, elements: 32, bytes: 34 },
  Q8_1: { id: 9, elements: 32, bytes: 36 },
  Q2_K: { id: 10, elements: 256, bytes: 84 },
  Q3_K: { id: 11, elements: 256, bytes: 110 },
  Q4_K: { id: 12, elements: 256, bytes: 144 },
  Q5_K: { id: 13, elements: 256, bytes: 176 },
  Q6_K: { id: 14, elements: 256, bytes: 210 },
  Q8_K: { id: 15, elements: 256, bytes: 292 },
  IQ2_XXS: { id: 16, elements: 256, bytes: 66 },
  IQ2_XS: { id: 17, elements: 256, bytes: 74 },
  IQ3_XXS: { id: 18, elements: 256, bytes: 98 },
  IQ1_S: { id: 19, elements: 256, bytes: 50 },
  IQ4_NL: { id: 20, elements: 32, bytes: 18 },
  IQ3_S: { id: 21, elements: 256, bytes: 110 },
  IQ2_S: { id: 22, elements: 256, bytes: 82 },
  IQ4_XS: { id: 23, elements: 256, bytes: 136 },
  I8: { id: 24, elements: 1, bytes: 1 },
  I16: { id: 25, elements: 1, bytes: 2 },
  I32: { id: 26, elements: 1, bytes: 4 },
  I64: { id: 27, elements: 1, bytes: 8 },
  F64: { id: 28, elements: 1, bytes: 8 },
  IQ1_M: { id: 29, elements: 256, bytes: 56 },
  BF16: { id: 30, elements: 1, bytes: 2 },
  TQ1_0: { id: 34, elements: 256, bytes: 54 },
  TQ2_0: { id: 35, elements: 256, bytes: 66 },
  MXFP4: { id: 39, elements: 32, bytes: 17 },
  NVFP4: { id: 40, elements: 64, bytes: 36 },
} satisfies Record<string, TensorKind>;

export type GgufTensorType = keyof typeof TENSOR_KINDS;

export const tensorKind = (type: GgufTensorType): TensorKind => TENSOR_KINDS[type];

const tensorTypes = new Map(Object.entries(TENSOR_KINDS).map(([type, { id }]) => [id, type as GgufTensorType]));

/** undefined for what ggml has dropped, or has added since. */
export const tensorTypeOf = (id: number): GgufTensorType | undefined => tensorTypes.get(id);

/** Bytes of so many elements, which must be whole blocks. */
export const tensorBytes = (type: GgufTensorType, elements: number) =>
  (elements / TENSOR_KINDS[type].elements) * TENSOR_KINDS[type].bytes;
