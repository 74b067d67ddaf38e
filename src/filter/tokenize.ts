/** Python's tokens, as far as a filter has any. */
import { FilterError } from './filter_error';

export interface Mark {
  /** `end` stands behind the last token. */
  readonly kind: 'name' | 'mark' | 'end';
  /** As written. */
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/** A string, with what it says; adjacent strings are one, as in Python. */
export interface Literal {
  readonly kind: 'string';
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  readonly value: string;
  /** For each UTF-16 unit of `value`, where it stands in the text. */
  readonly offsets: readonly number[];
}

export type Token = Mark | Literal;

const SKIPPED = /(?:\s|#[^\n]*|\\\r?\n)*/y;
const STRING = /([a-zA-Z]*)("""|'''|["'“”„‘’‚＂＇「『])/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const MARK = /\.\.\.|./suy;

/** @throws FilterError for a string that does not end or that Python would not take. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const found = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += (found(SKIPPED) as RegExpExecArray)[0].length;
    if (at >= text.length) break;
    const quote = found(STRING);
    if (quote && /['’]/.test(quote[2]!) && !/^(?:[ubf]|[bf]?r|r[bf])?$/i.test(quote[1]!)) {
      // An apostrophe in words around the code.
      const end = at + quote[0].length;
      tokens.push({ kind: 'mark', text: quote[0], begin: at, end });
      at = end;
      continue;
    }
    if (quote && !/^[ru]?$/i.test(quote[1]!)) {
      const end = closing(text, at, quote); // f"…" and b"…": an error only where a filter needs them
      tokens.push({ kind: 'mark', text: text.slice(at, end), begin: at, end });
      at = end;
      continue;
    }
    if (quote) {
      const literal = readString(text, at, quote);
      at = literal.end;
      const last = tokens[tokens.length - 1];
      if (last?.kind === 'string') tokens[tokens.length - 1] = join(text, last, literal);
      else tokens.push(literal);
      continue;
    }
    const name = found(NAME);
    const written = (name ?? (found(MARK) as RegExpExecArray))[0];
    tokens.push({ kind: name ? 'name' : 'mark', text: narrow(written), begin: at, end: at + written.length });
    at += written.length;
  }
  tokens.push({ kind: 'end', text: '', begin: text.length, end: text.length });
  return tokens;
}

/** Marks that a Chinese keyboard gives in place of Python's. */
const FULL_WIDTH: ReadonlyMap<string, string> = new Map([
  ['。', '.'],
  ['、', ','],
]);

/** A full-width mark as Python has it; anything else as it is. */
const narrow = (written: string): string =>
  /^[！-～]$/.test(written) ? written.normalize('NFKC') : (FULL_WIDTH.get(written) ?? written);

const join = (text: string, a: Literal, b: Literal): Literal => ({
  kind: 'string',
  text: text.slice(a.begin, b.end),
  begin: a.begin,
  end: b.end,
  value: a.value + b.value,
  offsets: [...a.offsets, ...b.offsets],
});

const notClosed = (text: string, begin: number, quote: string) =>
  new FilterError('This string is not closed.', text, begin, `Add a ${quote}.`);

/** Curly quotes come in pairs, and a straight one may stand at either end. */
const CLOSING: Readonly<Record<string, string>> = {
  '“': '”“"',
  '”': '”“"',
  '„': '”“"',
  '‘': "’‘'",
  '’': "’‘'",
  '‚': "’‘'",
  '「': '」',
  '『': '』',
};

const closes = (text: string, at: number, quote: string) =>
  CLOSING[quote]?.includes(text[at] ?? '\n') ?? text.startsWith(quote, at);

/** Where the string ends that begins here: whatever follows a backslash does not end it. */
function closing(text: string, begin: number, [opening, , quote]: RegExpExecArray): number {
  const mark = quote as string;
  for (let at = begin + opening.length; at < text.length; at += text[at] === '\\' ? 2 : 1) {
    if (closes(text, at, mark)) return at + mark.length;
    if (text[at] === '\n' && mark.length === 1) break;
  }
  throw notClosed(text, begin, mark);
}

function readString(text: string, begin: number, [opening, prefix, quote]: RegExpExecArray): Literal {
  const kind = (prefix as string).toLowerCase();
  const units: string[] = [];
  const offsets: number[] = [];
  let at = begin + opening.length;
  while (!closes(text, at, quote as string)) {
    if (at >= text.length || (text[at] === '\n' && quote?.length === 1)) {
      throw notClosed(text, begin, quote as string);
    }
    const { value, length } = text[at] === '\\' ? readEscape(text, at, kind === 'r') : { value: text[at]!, length: 1 };
    units.push(value);
    for (let i = 0; i < value.length; i++) offsets.push(at + (value.length === length ? i : 0));
    at += length;
  }
  const end = at + (quote as string).length;
  return { kind: 'string', text: text.slice(begin, end), begin, end, value: units.join(''), offsets };
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** What a backslash at `at` and the characters after it say. */
function readEscape(text: string, at: number, raw: boolean): { value: string; length: number } {
  const next = text[at + 1] ?? '';
  if (raw) return { value: `\\${next}`, length: 1 + next.length }; // both stay, even before a quote
  if (Object.hasOwn(NAMED_ESCAPES, next)) return { value: NAMED_ESCAPES[next]!, length: 2 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4));
  if (octal) return { value: String.fromCharCode(Number.parseInt(octal[0], 8)), length: 1 + octal[0].length };
  const digits = { x: 2, u: 4, U: 8 }[next];
  if (digits) {
    const hex = text.slice(at + 2, at + 2 + digits);
    const code = Number.parseInt(hex, 16);
    if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex) || code > 0x10ffff) {
      throw new FilterError(
        `"\\${next}" needs ${digits} hexadecimal digits of a character.`,
        text,
        at,
        'Write "\\\\" for a backslash.',
      );
    }
    return { value: String.fromCodePoint(code), length: 2 + digits };
  }
  if (next === 'N') {
    throw new FilterError('Characters by name, "\\N{…}", are not supported.', text, at, 'Write the character itself.');
  }
  return { value: '\\', length: 1 }; // Python keeps the backslash of an escape that it does not know
}
