/** The axes of a shape such as 'N C': 'N' | 'C'. The letters are in README.md. */
export type Axis<Shape extends string> = Shape extends `${infer First} ${infer Rest}`
  ? First | Axis<Rest>
  : Shape extends ''
    ? never
    : Shape;

/** How long each axis is, e.g. { N: 256, C: 640 }. */
export type Sizes<Shape extends string> = { readonly [A in Axis<Shape>]: number };

/** Of a weight. bf16 and f16 are packed two to a u32, the lower half first: frozen weights only. */
export type WeightType = 'f32' | 'bf16' | 'f16';

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

const bytesPerElement = (type: ElementType) => (type === 'bf16' || type === 'f16' ? 2 : 4);

/** Bytes that `elements` take; a multiple of 4, as WebGPU demands. */
export const byteLength = (type: ElementType, elements: number) =>
  Math.ceil((elements * bytesPerElement(type)) / 4) * 4;

/** Bytes of one tensor. */
export const bytesOf = (t: Tensor<string>) => byteLength(t.type, count(t.shape, t.sizes));

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
    bytes: byteLength(type, count(shape, own)),
    kind: options.kind,
    planned: options.planned ?? false,
    ...(options.use ? { use: options.use } : {}),
  };
  return { label, shape, sizes: own, type, storage, offset: 0 };
}

/**
 * The same values under another shape; the number of elements must stay.
 * @throws Error where the number of elements differs
 */
export function reshape<const To extends string>(from: Tensor<string>, shape: To, sizes: Sizes<To>): Tensor<To> {
  const own = pick(shape, sizes);
  const before = count(from.shape, from.sizes);
  const after = count(shape, own);
  if (before !== after) {
    throw new Error(`${from.label}: ${before} elements (${from.shape}) cannot become ${after} (${shape})`);
  }
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
  const offset = from.offset + first * elementsPerRow * bytesPerElement(from.type);
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
