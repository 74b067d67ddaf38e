import type { Choice } from '../problem';

/** The fields of a record or of a turn. Only own ones count, so that a record cannot speak through a prototype. */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a record cannot be learned from. */
export interface RecordFault {
  readonly what: string;
  readonly fix: string;
  readonly choice?: Choice;
}

export const isFault = (value: object): value is RecordFault => 'fix' in value;

export const has = (fields: Fields, name: string): boolean => Object.hasOwn(fields, name);

export const wrongType = (name: string, wanted: string, value: unknown): RecordFault => ({
  what: `"${name}" should be ${wanted} but is ${describe(value)}.`,
  fix: `Make "${name}" ${wanted}.`,
});

export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}
