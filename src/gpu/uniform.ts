import './missing_globals';
import { makeShaderDataDefinitions, makeStructuredView } from 'webgpu-utils';
import type { Storage, Tensor } from './tensor';

/** A kernel, as far as its uniforms go. */
interface Shader {
  readonly label: string;
  readonly source: string;
}

/** What a field of a uniform may be: one number. */
export type FieldType = 'u32' | 'i32' | 'f32';

type FieldView = Uint32Array | Int32Array | Float32Array;

/** Structs and bindings: all that says how a uniform is laid out. The library's parser does not read all of our functions. */
const DECLARATIONS = /^struct [^}]*\}|^@group.*;/gm;

/** A uniform struct, laid out as its WGSL declares it, with its numbers given by the names of its fields. */
export class Uniform {
  readonly fields: Readonly<Record<string, FieldType>>;
  /** What was set last, as the shader reads it. */
  readonly contents: Uint32Array<ArrayBuffer>;
  readonly #where: string;
  readonly #views: ReadonlyMap<string, FieldView>;

  /** @throws Error where the shader has no such uniform, or one whose fields are not single numbers */
  constructor({ label, source }: Shader, name: string) {
    this.#where = `${label}: ${name}`;
    const declarations = source.match(DECLARATIONS)?.join('\n') ?? '';
    const definition = makeShaderDataDefinitions(declarations).uniforms[name];
    if (!definition) throw new Error(`${label} has no uniform ${name}`);
    const { views, arrayBuffer } = makeStructuredView(definition);
    const named = Object.entries(views as Record<string, unknown>);
    this.fields = Object.fromEntries(named.map(([field, view]) => [field, this.#typeOf(field, view)]));
    this.#views = new Map(named as [string, FieldView][]);
    this.contents = new Uint32Array(arrayBuffer as ArrayBuffer);
  }

  /**
   * Sets every field.
   * @throws Error that names the kernel and the field: one that is missing, unknown, or not of its type
   */
  set(values: Readonly<Record<string, number>>): Uint32Array<ArrayBuffer> {
    for (const [field, view] of this.#views) {
      const value = values[field];
      if (value === undefined) throw new Error(`${this.#where}.${field} is not given`);
      view[0] = value;
      // What a whole number's view took up is what was given; a float is rounded, and NaN is none of the others.
      const held = view instanceof Float32Array ? typeof value === 'number' : view[0] === value;
      if (!held) throw new Error(`${this.#where}.${field} is ${value}, no ${this.fields[field]}`);
    }
    for (const field in values) {
      if (!this.#views.has(field)) throw new Error(`${this.#where} has no field ${field}`);
    }
    return this.contents;
  }

  /** A storage for its bytes. With `contents`, their numbers never change. */
  storage(label: string, contents?: Uint32Array<ArrayBuffer>): Storage {
    const { byteLength: bytes } = this.contents;
    return { label, bytes, kind: 'inputs', planned: false, use: 'uniform', ...(contents ? { contents } : {}) };
  }

  #typeOf(field: string, view: unknown): FieldType {
    if (view instanceof Float32Array && view.length === 1) return 'f32';
    if (view instanceof Uint32Array && view.length === 1) return 'u32';
    if (view instanceof Int32Array && view.length === 1) return 'i32';
    throw new Error(`${this.#where}.${field} is not one number`);
  }
}

/** A uniform as the tensor that a call binds: it has no axes, and is bound whole. */
export const uniformTensor = (storage: Storage): Tensor<''> => ({
  label: storage.label,
  shape: '',
  sizes: {},
  type: 'f32',
  storage,
  offset: 0,
});
