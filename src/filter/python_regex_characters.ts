/** What single characters and escapes of a Python pattern stand for. */

/** Whether one character (a code point) is meant. */
export type Test = (character: string) => boolean;

/** `.`: any character but a line break, or truly any. */
export const dot = (all: boolean): Test => (all ? () => true : (c) => c !== '\n');

const digit: Test = (c) => /\p{Nd}/u.test(c);
const word: Test = (c) => /[\p{L}\p{N}_]/u.test(c);
// Python's spaces are JavaScript's without U+FEFF and with the separators U+001C to U+001F and U+0085.
const space: Test = (c) => (/\s/.test(c) && c !== '\ufeff') || '\x1c\x1d\x1e\x1f\x85'.includes(c);

const sets: Readonly<Record<string, Test>> = {
  d: digit,
  D: (c) => !digit(c),
  w: word,
  W: (c) => !word(c),
  s: space,
  S: (c) => !space(c),
};

/** The set that `\` + `letter` stands for: \d \D \w \W \s \S. */
export const classEscape = (letter: string | undefined): Test | undefined =>
  letter !== undefined && Object.hasOwn(sets, letter) ? sets[letter] : undefined;

const control: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The character that an escape stands for, and how much of `text` (which follows the backslash) it takes. */
export function characterEscape(text: string): { readonly character: string; readonly length: number } | null {
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text);
  if (hex) {
    const code = Number.parseInt((hex[1] ?? hex[2] ?? hex[3]) as string, 16);
    return code > 0x10ffff ? null : { character: String.fromCodePoint(code), length: hex[0].length };
  }
  const octal = /^(?:0[0-7]{0,2}|[0-3][0-7]{2})/.exec(text);
  if (octal) return { character: String.fromCharCode(Number.parseInt(octal[0], 8)), length: octal[0].length };
  const first = text.codePointAt(0);
  if (first === undefined) return null;
  const character = String.fromCodePoint(first);
  if (Object.hasOwn(control, character)) return { character: control[character]!, length: 1 };
  return /[a-zA-Z0-9]/.test(character) ? null : { character, length: character.length };
}
