import { parseShallow } from '../containers/shallow_json';
import { problem } from '../problem';

export type Fields = ReadonlyMap<string, unknown>;

/** An object's own fields; a Map, so that no name in a file can speak through a prototype. Empty for anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : new Map();

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text with something in it, cut at `longest` characters; null for anything else. */
export const textOf = (value: unknown, longest = 4000): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, longest) : null;

/** A finite number, also from an INT64; null for anything else and for integers that a float64 cannot hold. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : null;
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** What a list of one holds; anything else as it is: some recorders write a number as a list of shape (1). */
export function scalarOf(value: unknown): unknown {
  const isOne = (Array.isArray(value) || ArrayBuffer.isView(value)) && 'length' in value && value.length === 1;
  return isOne ? (value as ArrayLike<unknown>)[0] : value;
}

/** An integer of 0 or more; null for anything else. */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The value that a JSON text says. @throws ProblemError that names the file, also where it is nested deeper than can be walked through */
export function parseJson(text: string, path: string): unknown {
  try {
    return parseShallow(text);
  } catch (error) {
    throw problem(
      `The file is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
      path,
      'Copy the file again from where it was recorded.',
    );
  }
}

/** The objects of a JSON Lines text, empty lines passed over. @throws ProblemError that names the file and the line. */
export function parseJsonLines(text: string, path: string): Fields[] {
  const records: Fields[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') records.push(fieldsOf(parseJson(line, `${path}, line ${index + 1}`)));
  }
  return records;
}
