import { type Axis, axes, type ElementType, type Tensor } from './tensor';

/** How a shader sees a tensor. `packable`: f32, or bf16 packed in u32, told apart by the override NAME_PACKED. */
export interface Binding<Shape extends string> {
  readonly access: 'read' | 'read_write' | 'uniform';
  readonly shape: Shape;
  readonly type: ElementType;
  readonly packable: boolean;
}

export const read = <const S extends string>(shape: S, type: ElementType = 'f32'): Binding<S> => ({
  access: 'read',
  shape,
  type,
  packable: false,
});

/** A parameter: read only, float32 if it trains, packed bf16 if it is frozen. The shader declares array<u32>. */
export const weights = <const S extends string>(shape: S): Binding<S> => ({
  access: 'read',
  shape,
  type: 'f32',
  packable: true,
});

export const write = <const S extends string>(shape: S, type: ElementType = 'f32'): Binding<S> => ({
  access: 'read_write',
  shape,
  type,
  packable: false,
});

/** Numbers that change each step, in a uniform struct. */
export const uniform = (): Binding<''> => ({ access: 'uniform', shape: '', type: 'f32', packable: false });

// biome-ignore lint/suspicious/noExplicitAny: a shape is any string here; the exact ones are checked where tensors meet bindings
export type Bindings = Record<string, Binding<any>>;
export type Tensors<B extends Bindings> = { readonly [Name in keyof B]: Tensor<B[Name]['shape']> };
export type AxisOf<B extends Bindings> = { [Name in keyof B]: Axis<B[Name]['shape']> }[keyof B];
export type Workgroups = readonly [x: number, y?: number, z?: number];
export type Overrides = Readonly<Record<string, number | boolean>>;

/** One entry of the table of ops: a shader and what TypeScript must know of it. */
export interface Kernel<B extends Bindings> {
  readonly label: string;
  readonly source: string;
  /** In binding order: the nth is @group(0) @binding(n). */
  readonly bindings: B;
  /** The shader's overrides, beyond the sizes of its axes and the NAME_PACKED flags. A call may change them. */
  readonly overrides: Overrides;
  readonly workgroups: (sizes: Readonly<Record<AxisOf<B>, number>>) => Workgroups;
  /** Floating-point operations of one dispatch; 0 where it only moves data. */
  readonly flops?: (sizes: Readonly<Record<AxisOf<B>, number>>) => number;
}

export const kernel = <const B extends Bindings>(spec: Kernel<B>) => spec;

/** WebGPU allows no more workgroups than this in one dimension. */
const MAX_WORKGROUPS = 65535;

/** Workgroups for `invocations` in a row; the shader finds its index with lib/flat_index.wgsl. */
export function flat(invocations: number, workgroup: number): Workgroups {
  const groups = Math.ceil(invocations / workgroup);
  if (groups <= MAX_WORKGROUPS) return [groups];
  const y = Math.ceil(groups / MAX_WORKGROUPS);
  return [Math.ceil(groups / y), y];
}

/** A kernel with its tensors and constants, before any GPU: what a tape records. */
export interface Call {
  readonly kernel: Kernel<Bindings>;
  readonly tensors: Readonly<Record<string, Tensor<string>>>;
  /** Every override the shader has: sizes of axes, NAME_PACKED flags, constants. */
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: Workgroups;
  readonly flops: number;
}

/** Checks shapes, element types and sizes, and fixes every constant. */
export function call<B extends Bindings>(spec: Kernel<B>, tensors: Tensors<B>, overrides: Overrides = {}): Call {
  const named = Object.keys(spec.bindings).map((name) => [name, tensors[name] as Tensor<string>] as const);
  const sizes = commonSizes(spec.label, spec.bindings, named);
  const constants: Record<string, number> = {};
  for (const [name, value] of Object.entries({ ...spec.overrides, ...overrides })) constants[name] = Number(value);
  for (const name of Object.keys(overrides)) {
    if (!(name in spec.overrides)) throw new Error(`${spec.label} has no override ${name}`);
  }
  for (const [name, t] of named) {
    const binding = spec.bindings[name] as Binding<string>;
    if (binding.packable) constants[`${name.toUpperCase()}_PACKED`] = Number(t.type === 'bf16');
    else if (t.type !== binding.type) throw new Error(`${spec.label}: ${name} is ${t.type}, not ${binding.type}`);
  }
  const workgroups = spec.workgroups(sizes as Record<AxisOf<B>, number>);
  if (workgroups.some((n) => n !== undefined && (n < 1 || n > MAX_WORKGROUPS))) {
    throw new Error(`${spec.label}: ${workgroups.join(' × ')} workgroups is out of range`);
  }
  return {
    kernel: spec as unknown as Kernel<Bindings>,
    tensors: tensors as Readonly<Record<string, Tensor<string>>>,
    constants: { ...constants, ...sizes },
    workgroups,
    flops: spec.flops?.(sizes as Record<AxisOf<B>, number>) ?? 0,
  };
}

/** One length for each axis, or an error that names the two tensors that differ. */
function commonSizes(label: string, bindings: Bindings, named: readonly (readonly [string, Tensor<string>])[]) {
  const sizes: Record<string, number> = {};
  const source: Record<string, string> = {};
  for (const [name, tensor] of named) {
    const wanted = axes((bindings[name] as Binding<string>).shape);
    const given = axes(tensor.shape);
    if (given.join(' ') !== wanted.join(' ')) {
      throw new Error(`${label}: ${name} is (${given.join(', ')}), not (${wanted.join(', ')})`);
    }
    for (const axis of wanted) {
      const size = tensor.sizes[axis as never] as number;
      if (axis in sizes && sizes[axis] !== size) {
        throw new Error(`${label}: ${axis} is ${sizes[axis]} in ${source[axis]} but ${size} in ${name}`);
      }
      sizes[axis] = size;
      source[axis] = name;
    }
  }
  return sizes;
}
