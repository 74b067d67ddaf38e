/** Plain data as files from anywhere hold it, checked and made anew: with the keys that are known, and no others. */

import { parseShallow } from '../containers/shallow_json';

/** What a JSON text says; undefined where it is none. */
export function jsonIn(written: string): unknown {
  try {
    return parseShallow(written);
  } catch {
    return undefined;
  }
}

/** The value in its form, or undefined where it has not that form; JSON has no undefined. */
export type Form<T> = (value: unknown) => T | undefined;

type Forms = Readonly<Record<string, Form<unknown>>>;
type Of<F> = F extends Form<infer T> ? T : never;
type Whole<N extends Forms, O extends Forms> = { readonly [K in keyof N]: Of<N[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>;
};

export const text: Form<string> = (value) => (typeof value === 'string' ? value : undefined);
export const flag: Form<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
export const number: Form<number> = (value) => (Number.isFinite(value) ? (value as number) : undefined);
export const count: Form<number> = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

type ArrayType =
  | Float32ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | Uint16ArrayConstructor
  | Uint8ArrayConstructor;

/** Numbers of this type: of an array there is none in JSON, and it is not copied. */
export const arrayOf =
  <C extends ArrayType>(type: C): Form<InstanceType<C>> =>
  (value) =>
    value instanceof type ? (value as InstanceType<C>) : undefined;

export const oneOf =
  <T extends string>(...words: readonly T[]): Form<T> =>
  (value) =>
    words.find((word) => word === value);

export const orNull =
  <T>(form: Form<T>): Form<T | null> =>
  (value) =>
    value === null ? null : form(value);

export const listOf =
  <T>(form: Form<T>): Form<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const list = value.map(form);
    return list.includes(undefined) ? undefined : (list as T[]);
  };

/** An object whose keys are names. */
export const byName =
  <T>(form: Form<T>): Form<Readonly<Record<string, T>>> =>
  (value) => {
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value).map(([name, own]) => [name, form(own)] as const);
    return entries.some(([, own]) => own === undefined)
      ? undefined
      : (Object.fromEntries(entries) as Record<string, T>);
  };

/** An object that has all keys of `needed`, and may have those of `optional`. */
export const object =
  <N extends Forms, O extends Forms = Record<never, never>>(needed: N, optional?: O): Form<Whole<N, O>> =>
  (value) => {
    if (!isObject(value)) return undefined;
    const fields: Record<string, unknown> = {};
    for (const [key, form] of Object.entries<Form<unknown>>({ ...optional, ...needed })) {
      const given = Object.hasOwn(value, key) ? value[key] : undefined;
      if (given === undefined && !(key in needed)) continue;
      fields[key] = form(given);
      if (fields[key] === undefined) return undefined;
    }
    return fields as Whole<N, O>;
  };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
