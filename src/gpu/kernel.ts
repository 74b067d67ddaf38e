import {
  type Axis,
  axes,
  type ElementType,
  isInt8,
  type Storage,
  type Tensor,
  WEIGHT_TYPES,
  type WeightType,
} from './tensor';
import { Uniform, uniformTensor } from './uniform';

/** How a shader sees a tensor. `packable`: types of a weight that it reads out of u32, told apart by the override NAME_FORMAT. */
export interface Binding<Shape extends string> {
  readonly access: 'read' | 'read_write' | 'uniform';
  readonly shape: Shape;
  readonly type: ElementType;
  readonly packable: readonly WeightType[];
}

export const read = <const S extends string>(shape: S, type: ElementType = 'f32'): Binding<S> => ({
  access: 'read',
  shape,
  type,
  packable: [],
});

/**
 * A parameter: read only, float32 if it trains, one of these types if it is frozen. The shader declares array<u32>.
 * @param types floats alone, where the shader does not read rows
 */
export const weights = <const S extends string>(
  shape: S,
  types: readonly WeightType[] = FLOAT_WEIGHTS,
): Binding<S> => ({
  access: 'read',
  shape,
  type: 'f32',
  packable: types,
});

const FLOAT_WEIGHTS = WEIGHT_TYPES.filter((type) => !isInt8(type));

export const write = <const S extends string>(shape: S, type: ElementType = 'f32'): Binding<S> => ({
  access: 'read_write',
  shape,
  type,
  packable: [],
});

/** Numbers that change each step, in a uniform struct. */
export const uniform = (): Binding<''> => ({ access: 'uniform', shape: '', type: 'f32', packable: [] });

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
  /** The shader's overrides, beyond the sizes of its axes and each NAME_FORMAT. A call may change them. */
  readonly overrides: Overrides;
  /**
   * Where the shader finds the sizes of its axes and all overrides but WORKGROUP. Overrides make one pipeline for
   * each set of sizes, which suits a kernel of few; a product that occurs in twenty sizes would compile for seconds,
   * so it reads them from a uniform `sizes` and has one pipeline for all.
   */
  readonly sizesIn?: 'overrides' | 'uniform';
  readonly workgroups: (
    sizes: Readonly<Record<AxisOf<B>, number>>,
    constants: Readonly<Record<string, number>>,
  ) => Workgroups;
  /** Floating-point operations of one dispatch; 0 where it only moves data. */
  readonly flops?: (sizes: Readonly<Record<AxisOf<B>, number>>, constants: Readonly<Record<string, number>>) => number;
}

export function kernel<const B extends Bindings>(spec: Kernel<B>): Kernel<B> {
  if (spec.sizesIn !== 'uniform') return spec;
  return { ...spec, bindings: { ...spec.bindings, [SIZES]: uniform() } };
}

/** Name of the uniform that holds a kernel's sizes: its axes, and its overrides but WORKGROUP; flags are u32. */
const SIZES = 'sizes';

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
  /** Every override the shader has: sizes of axes (unless they are in a uniform), each NAME_FORMAT, constants. */
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: Workgroups;
  readonly flops: number;
}

type Named = readonly [name: string, tensor: Tensor<string>];

/**
 * Checks shapes, element types and sizes, and fixes every constant. Recording a model calls it thousands of times.
 * @throws Error that names the kernel and what is wrong: a shape, an element type, a size, an override, too many workgroups
 */
export function call<B extends Bindings>(spec: Kernel<B>, tensors: Tensors<B>, overrides: Overrides = {}): Call {
  const kernel = spec as unknown as Kernel<Bindings>;
  const given = tensors as Readonly<Record<string, Tensor<string>>>;
  const named: Named[] = [];
  for (const name in spec.bindings) if (name in given) named.push([name, given[name]!]);
  const sizes = commonSizes(spec.label, spec.bindings, named);
  const numbers: Record<string, number> = { ...sizes };
  for (const name in spec.overrides) numbers[name] = Number(overrides[name] ?? spec.overrides[name]);
  for (const name in overrides) if (!(name in spec.overrides)) throw new Error(`${spec.label} has no override ${name}`);
  const formats = formatsOf(kernel, named);
  const workgroups = spec.workgroups(sizes as Record<AxisOf<B>, number>, numbers);
  if (workgroups.some((n) => n !== undefined && (n < 1 || n > MAX_WORKGROUPS))) {
    throw new Error(`${spec.label}: ${workgroups.join(' × ')} workgroups is out of range`);
  }
  const flops = spec.flops?.(sizes as Record<AxisOf<B>, number>, numbers) ?? 0;
  if (spec.sizesIn !== 'uniform')
    return { kernel, tensors: given, constants: { ...numbers, ...formats }, workgroups, flops };
  const { WORKGROUP, ...fields } = numbers;
  const constants = WORKGROUP === undefined ? formats : { ...formats, WORKGROUP };
  return { kernel, tensors: { ...given, [SIZES]: sizesTensor(kernel, fields) }, constants, workgroups, flops };
}

/** Checks each tensor's element type; tells for packable ones how they are stored. */
function formatsOf({ label, bindings }: Kernel<Bindings>, named: readonly Named[]) {
  const formats: Record<string, number> = {};
  for (const [name, t] of named) {
    const { packable, type } = bindings[name]!;
    const weight = packable.find((one) => one === t.type);
    if (weight) formats[`${name.toUpperCase()}_FORMAT`] = WEIGHT_TYPES.indexOf(weight);
    else if (t.type !== type) throw new Error(`${label}: ${name} is ${t.type}, not ${type}`);
  }
  return formats;
}

const sizesOf = new WeakMap<Kernel<Bindings>, Uniform>();

/** One small buffer for each set of numbers, whichever calls use it. */
const sizesStorages = new Map<string, Storage>();

function sizesTensor(kernel: Kernel<Bindings>, numbers: Readonly<Record<string, number>>): Tensor<''> {
  const layout = sizesOf.get(kernel) ?? new Uniform(kernel, SIZES);
  sizesOf.set(kernel, layout);
  const contents = layout.set(numbers);
  const key = contents.join(' ');
  const storage = sizesStorages.get(key) ?? layout.storage(SIZES, contents.slice());
  sizesStorages.set(key, storage);
  return uniformTensor(storage);
}

/** One length for each axis, or an error that names the two tensors that differ. */
function commonSizes(label: string, bindings: Bindings, named: readonly Named[]) {
  const sizes: Record<string, number> = {};
  const source: Record<string, string> = {};
  for (const [name, tensor] of named) {
    const { shape } = bindings[name]!;
    if (tensor.shape !== shape) {
      throw new Error(`${label}: ${name} is (${axes(tensor.shape).join(', ')}), not (${axes(shape).join(', ')})`);
    }
    for (const axis of axes(shape)) {
      const size = tensor.sizes[axis as never]!;
      if (axis in sizes && sizes[axis] !== size) {
        throw new Error(`${label}: ${axis} is ${sizes[axis]} in ${source[axis]} but ${size} in ${name}`);
      }
      sizes[axis] = size;
      source[axis] = name;
    }
  }
  return sizes;
}
