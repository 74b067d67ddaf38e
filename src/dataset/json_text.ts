import type { RecordNotes } from './record_notes';

/** The list that a field holds, also where it was written as a string of JSON; anything else as it is. */
export function listIn(value: unknown, notes: RecordNotes): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return value;
  try {
    const list: unknown = JSON.parse(value);
    notes.add('A list of turns was written as a string of JSON and read from it.', 'Nothing needs to be done.');
    return list;
  } catch {
    return value;
  }
}

/** The value that a text of JSON spells; the text itself where it spells none. */
export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON without the commas that stand before a closing bracket; strings stay as they are. */
export const withoutTrailingCommas = (text: string): string =>
  text.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '');
