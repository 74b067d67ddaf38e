import { excerpt, type ProblemError, problem } from '../problem';
import { fieldsOf } from '../recording/json';
import { FRESH } from './ways_out';

/** A value of a file, as a sentence may repeat it: it can be nested deeper than a function can call itself. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${excerpt(value)}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? '[…]' : '{…}';
}

/** The keys of one object of a model's JSON files: each is checked as it is read. */
export class ConfigFields {
  /** Name of the file, for error messages. */
  readonly where: string;
  readonly #fields: ReadonlyMap<string, unknown>;
  /** What stands before a key in sentences, as `rope_scaling.`. */
  readonly #prefix: string;
  /** What to do about a value that cannot be. */
  readonly #fix: string;

  constructor(json: unknown, where: string, prefix = '', fix = FRESH) {
    this.where = where;
    this.#fields = fieldsOf(json);
    this.#prefix = prefix;
    this.#fix = fix;
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  get(key: string): unknown {
    return this.#fields.get(key);
  }

  keys(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /** Whether a key says something: neither absent nor null. */
  says(key: string): boolean {
    return (this.get(key) ?? null) !== null;
  }

  /** A key as sentences have it. */
  named(key: string): string {
    return this.#prefix + excerpt(key);
  }

  /** A whole number from `least` to `most`. @throws ProblemError for anything else, and where the key is absent and `absent` says nothing */
  count(key: string, most: number, absent?: number, least = 1): number {
    if (!this.has(key) && absent !== undefined) return absent;
    const value = this.#given(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.refuse(
      `${this.named(key)} is ${shown(value)}, which is no whole number from ${least} to ${most}.`,
      this.#fix,
    );
  }

  /** A number above 0. @throws ProblemError as `count` does */
  positive(key: string, most: number, absent?: number): number {
    if (!this.has(key) && absent !== undefined) return absent;
    const value = this.#given(key);
    if (typeof value === 'number' && value >= LEAST && value <= most) return value;
    throw this.refuse(`${this.named(key)} is ${shown(value)}, which is no number from ${LEAST} to ${most}.`, this.#fix);
  }

  /** A number above 0, or null where the key says null. @throws ProblemError as `count` does */
  positiveOrNull(key: string, most: number, absent: number | null): number | null {
    if (!this.has(key)) return absent;
    return this.get(key) === null ? null : this.positive(key, most);
  }

  /** @throws ProblemError for what is neither true nor false */
  flag(key: string, absent: boolean): boolean {
    const value = this.has(key) ? this.get(key) : absent;
    if (typeof value === 'boolean') return value;
    throw this.refuse(`${this.named(key)} is ${shown(value)}, which is neither true nor false.`, this.#fix);
  }

  /** An object within, whose keys are named with this one before them. @throws ProblemError for anything but an object */
  within(key: string): ConfigFields {
    const value = this.get(key);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.refuse(`${this.named(key)} is ${shown(value)}, which is no object.`, this.#fix);
    return new ConfigFields(value, this.where, `${this.named(key)}.`, this.#fix);
  }

  /** The keys of what a list has at a place, named with it before them; none where there is no such list, or nothing at the place. */
  item(key: string, place: number): ConfigFields {
    const list = this.get(key);
    const value: unknown = Array.isArray(list) ? list[place] : undefined;
    return new ConfigFields(value, this.where, `${this.named(key)}[${place}].`, this.#fix);
  }

  refuse(what: string, fix: string): ProblemError {
    return problem(what, this.where, fix);
  }

  #given(key: string): unknown {
    if (!this.has(key)) throw this.refuse(`It does not say ${this.named(key)}.`, this.#fix);
    return this.get(key);
  }
}

/** Smaller than any number that a configuration means; what is smaller would divide float32 into infinity. */
const LEAST = 1e-20;
