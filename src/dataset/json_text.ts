import { parseShallow } from '../containers/shallow_json';
import type { RecordNotes } from './record_notes';

/** Levels of lists and objects in a record: far fewer than can be written again, far more than any conversation branches. */
export const DEEPEST_RECORD = 512;

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

/** A text of values cut into its strings, with their quotes, and what is between them. A string that never closes goes to the end. */
function* cutAtStrings(text: string, quotes: RegExp): Generator<{ readonly part: string; readonly isString: boolean }> {
  for (let at = 0; at < text.length; ) {
    quotes.lastIndex = at;
    const open = quotes.exec(text)?.index ?? text.length;
    if (open > at) yield { part: text.slice(at, open), isString: false };
    at = open < text.length ? endOfString(text, open) : open;
    if (at > open) yield { part: text.slice(open, at), isString: true };
  }
}

function endOfString(text: string, open: number): number {
  const stop = text[open] === '"' ? /["\\]/g : /['\\]/g;
  stop.lastIndex = open + 1;
  for (let found = stop.exec(text); found; found = stop.exec(text)) {
    if (found[0] !== '\\') return stop.lastIndex;
    stop.lastIndex += 1;
  }
  return text.length;
}

/** JSON of values as Python prints them: single quotes, None, True, False, NaN. What is JSON already stays as it is. */
export function pythonAsJson(text: string): string {
  const parts: string[] = [];
  for (const { part, isString } of cutAtStrings(text, /["']/g)) {
    parts.push(
      isString ? `"${jsonEscapes(part.slice(1, -1))}"` : part.replace(PYTHON, (word) => WORDS[word] ?? 'null'),
    );
  }
  return parts.join('');
}

const PYTHON = /\b(?:None|True|False|NaN)\b|-?\bInfinity\b/g;
const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false' };

/** What stands between the quotes of a Python string as it stands between those of a JSON string. */
const jsonEscapes = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})|\\([\s\S])|"/gi, (found: string, hex?: string, escaped?: string) => {
    if (hex !== undefined) return `\\u00${hex}`;
    if (escaped === undefined) return '\\"';
    return escaped === "'" ? "'" : found;
  });

/** The value that a text of JSON spells; the text itself where it spells none, or one that is too deep. */
export function parsedOr(text: string): unknown {
  try {
    return parseShallow(text, DEEPEST_RECORD);
  } catch {
    return text;
  }
}

/** JSON without the commas that stand before a closing bracket; strings stay as they are. */
export function withoutTrailingCommas(text: string): string {
  const parts: string[] = [];
  for (const { part, isString } of cutAtStrings(text, /"/g)) {
    parts.push(isString ? part : part.replace(/,(?=\s*[}\]])/g, ''));
  }
  return parts.join('');
}
