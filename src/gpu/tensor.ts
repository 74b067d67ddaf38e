/** The axes of a shape such as 'N C': 'N' | 'C'. The letters are in README.md. */
export type Axis<Shape extends string> = Shape extends `${infer First} ${infer Rest}`
  ? First | Axis<Rest>
  : Shape extends ''
    ? never
    : Shape;

/** How long each axis is, e.g. { N: 256, C: 640 }. */
export type Sizes<Shape extends string> = { readonly [A in Axis<Shape>]: number };

/**
 * Of a weight; the place in the list is its number in lib/packed.wgsl. All but f32 are of frozen weights only: bf16 and f16 are packed
 * two to a u32, the lower half first; int8 and q8_0 lie in rows, see int8Row().
 */
export const WEIGHT_TYPES = ['f32', 'bf16', 'f16', 'int8', 'q8_0'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

/** Integers of 8 bits, times a float32: one for a row, or one for each block of GGUF's Q8_0. */
export type Int8Type = 'int8' | 'q8_0';
export type FloatType = Exclude<WeightType, Int8Type>;

export type ElementType = WeightType | 'u32' | 'i32';

/** What a byte on the GPU is for. */
export type MemoryKind =
  | 'frozen'
  | 'trainable'
  | 'gradients'
  | 'moments'
  | 'activations'
  | 'workspace'
  | 'prefix'
  | 'inputs'
  | 'staging'
  | 'sampler';

/** A piece of GPU memory, before it exists: one GPUBuffer, or, if planned, a share of a slot. */
export interface Storage {
  readonly label: string;
  readonly bytes: number;
  readonly kind: MemoryKind;
  /** True: lives only between its first write and its last read, so the plan may reuse its memory. */
  readonly planned: boolean;
  /** Where it is no plain storage buffer. A staging buffer without a use is one to upload through. */
  readonly use?: 'uniform' | 'read back';
  /** Written when the buffer is made: numbers that never change. */
  readonly contents?: Uint32Array<ArrayBuffer>;
}

/** Values on the GPU, row-major, with their shape in the type. Exists without a GPU; `storage` finds the buffer. */
export interface Tensor<Shape extends string> {
  readonly label: string;
  readonly shape: Shape;
  readonly sizes: Sizes<Shape>;
  readonly type: ElementType;
  readonly storage: Storage;
  /** Where it begins in its storage, bytes; a multiple of 256. */
  readonly offset: number;
  /** Of a trainable parameter: where its gradient is summed. */
  readonly gradient?: Tensor<Shape>;
}

/** What is written to each of some tensors, under the same names. */
export type ValuesOf<T> = { readonly [Name in keyof T]: ArrayBufferView<ArrayBuffer> };

/** Binding offsets must be multiples of this many bytes (WebGPU's default limit). */
export const OFFSET_ALIGNMENT = 256;

const axesOf = new Map<string, readonly string[]>();

/** The letters of a shape. There are few shapes and many tensors, so each is split once. */
export function axes(shape: string): readonly string[] {
  const known = axesOf.get(shape);
  if (known) return known;
  const split = shape === '' ? [] : shape.split(' ');
  axesOf.set(shape, split);
  return split;
}

/** Number of elements of a shape. */
export function count<S extends string>(shape: S, sizes: Sizes<S>): number {
  let product = 1;
  for (const axis of axes(shape)) product *= sizes[axis as Axis<S>];
  return product;
}

const BYTES: Readonly<Record<Exclude<ElementType, Int8Type>, number>> = { f32: 4, bf16: 2, f16: 2, u32: 4, i32: 4 };

export const isInt8 = (type: ElementType): type is Int8Type => type === 'int8' || type === 'q8_0';

/** Values that share a scale in Q8_0. */
export const Q8_BLOCK = 32;

/** A row of `columns` integers, counted in words of 32 bits: the integers, four to a word, then the scales, then what makes it even. */
export function int8Row(type: Int8Type, columns: number): { readonly values: number; readonly words: number } {
  const values = Math.ceil(columns / 4);
  const scales = type === 'int8' ? 1 : Math.ceil(columns / Q8_BLOCK);
  return { values, words: 2 * Math.ceil((values + scales) / 2) };
}

/**
 * Where an element begins, bytes.
 * @param columns elements of a row; of integers of 8 bits only a row has a place
 * @throws Error where such an element begins no row
 */
export function byteOffset(type: ElementType, element: number, columns = Number.NaN): number {
  if (!isInt8(type)) return element * BYTES[type];
  if (!Number.isInteger(element / columns))
    throw new Error(`element ${element} begins no row of ${columns} in ${type}`);
  return (element / columns) * 4 * int8Row(type, columns).words;
}

/** Bytes that `elements` take; a multiple of 4, as WebGPU demands. @throws Error as byteOffset() does */
export const byteLength = (type: ElementType, elements: number, columns?: number) =>
  Math.ceil(byteOffset(type, elements, columns) / 4) * 4;

/** Elements that so many bytes have room for, in whole rows where only those have a place. */
export const elementsIn = (type: ElementType, bytes: number, columns: number) =>
  isInt8(type) ? Math.floor(bytes / byteOffset(type, columns, columns)) * columns : Math.floor(bytes / BYTES[type]);

/** Bytes of one tensor. */
export const bytesOf = (t: Tensor<string>) => byteLength(t.type, count(t.shape, t.sizes), columnsOf(t.shape, t.sizes));

/** Elements of a row: the last axis. */
const columnsOf = <S extends string>(shape: S, sizes: Sizes<S>) => sizes[axes(shape).at(-1) as Axis<S>];

/** A tensor with a storage of its own. */
export function tensor<const S extends string>(
  label: string,
  shape: S,
  sizes: Sizes<S>,
  options: { type?: ElementType; kind: MemoryKind; planned?: boolean; use?: Storage['use'] },
): Tensor<S> {
  const type = options.type ?? 'f32';
  const own = pick(shape, sizes);
  const storage = {
    label,
    bytes: byteLength(type, count(shape, own), columnsOf(shape, own)),
    kind: options.kind,
    planned: options.planned ?? false,
    ...(options.use ? { use: options.use } : {}),
  };
  return { label, shape, sizes: own, type, storage, offset: 0 };
}

/**
 * The same values under another shape; the number of elements must stay, and of integers of 8 bits the rows.
 * @throws Error where they differ
 */
export function reshape<const To extends string>(from: Tensor<string>, shape: To, sizes: Sizes<To>): Tensor<To> {
  const own = pick(shape, sizes);
  const before = count(from.shape, from.sizes);
  const after = count(shape, own);
  if (before !== after) {
    throw new Error(`${from.label}: ${before} elements (${from.shape}) cannot become ${after} (${shape})`);
  }
  if (isInt8(from.type) && columnsOf(from.shape, from.sizes) !== columnsOf(shape, own))
    throw new Error(`${from.label}: rows of (${from.shape}) cannot become those of (${shape}) in ${from.type}`);
  const { gradient, ...rest } = from;
  return { ...rest, shape, sizes: own, ...(gradient ? { gradient: reshape(gradient, shape, sizes) } : {}) };
}

/**
 * Rows first … first + rows - 1 of the outermost axis, as a view.
 * @throws Error where the first row begins at a byte where no binding may
 */
export function rowsOf<S extends string>(from: Tensor<S>, first: number, rows: number): Tensor<S> {
  const [outer] = axes(from.shape) as readonly [Axis<S>];
  const elementsPerRow = count(from.shape, from.sizes) / from.sizes[outer];
  const offset = from.offset + byteOffset(from.type, first * elementsPerRow, columnsOf(from.shape, from.sizes));
  if (offset % OFFSET_ALIGNMENT !== 0) {
    throw new Error(`${from.label}: row ${first} starts at byte ${offset}, which no binding may`);
  }
  const { gradient, ...rest } = from;
  const sizes = { ...from.sizes, [outer]: rows } as Sizes<S>;
  return { ...rest, sizes, offset, ...(gradient ? { gradient: rowsOf(gradient, first, rows) } : {}) };
}

/** Only the sizes that the shape names. */
function pick<S extends string>(shape: S, sizes: Sizes<S>): Sizes<S> {
  const own: Record<string, number> = {};
  for (const axis of axes(shape)) own[axis] = sizes[axis as Axis<S>];
  return own as Sizes<S>;
}

export type BytesByKind = Readonly<Record<MemoryKind, number>>;

/** Bytes of all kinds together. */
export const totalOf = (byKind: BytesByKind): number => Object.values(byKind).reduce((sum, bytes) => sum + bytes, 0);
