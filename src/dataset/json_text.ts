import type { RecordNotes } from './record_notes';

/** The list that a field holds, also where it was written as a string of JSON, or as Python prints it; anything else as it is. */
export function listIn(value: unknown, notes: RecordNotes): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return value;
  for (const text of [value, pythonAsJson(value)]) {
    const list = parsedOr(text);
    if (list === text) continue;
    notes.add('A list of turns was written as a string and read from it.', 'Nothing needs to be done.');
    return list;
  }
  return value;
}

const PYTHON = /'([^'\\]*(?:\\.[^'\\]*)*)'|("[^"\\]*(?:\\.[^"\\]*)*")|\b(?:None|True|False|NaN)\b|-?\bInfinity\b/g;

/** JSON of values as Python prints them: single quotes, None, True, False, NaN. What is JSON already stays as it is. */
export const pythonAsJson = (text: string): string =>
  text.replace(PYTHON, (found: string, single?: string, double?: string) => {
    const inner = single ?? double?.slice(1, -1);
    return inner === undefined ? ({ True: 'true', False: 'false' }[found] ?? 'null') : `"${jsonEscapes(inner)}"`;
  });

/** What stands between the quotes of a Python string as it stands between those of a JSON string. */
const jsonEscapes = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})|\\([\s\S])|"/gi, (found: string, hex?: string, escaped?: string) => {
    if (hex !== undefined) return `\\u00${hex}`;
    if (escaped === undefined) return '\\"';
    return escaped === "'" ? "'" : found;
  });

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
  text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '');
