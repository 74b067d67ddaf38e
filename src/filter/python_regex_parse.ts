/** Reads the syntax of Python's `re` (3.11) into a tree; see python_regex.ts for what is refused and why. */
import { ProblemError } from '../problem';
import { characterEscape, classEscape, dot, type Test } from './python_regex_characters';
import { type Node, widthOf } from './python_regex_node';

/** A pattern that cannot be used; `index` is the character of the pattern at fault, from 0. */
export class PatternError extends ProblemError {
  readonly index: number;

  constructor(what: string, index: number, fix?: string) {
    super({ what, where: `character ${index + 1} of the pattern`, ...(fix ? { fix } : {}) });
    this.name = 'PatternError';
    this.index = index;
  }
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  readonly names: Set<string>;
}

const DEEPEST = 100;

export function parsePattern(text: string): Node {
  const reader: Reader = { text, at: 0, depth: 0, names: new Set() };
  const flags = globalFlags(reader);
  const node = choice(reader, flags);
  if (reader.at < text.length) {
    throw new PatternError('This ")" closes no group.', reader.at, 'Write "\\)" for the character.');
  }
  return node;
}

/** `(?is)` at the very start sets flags for the whole pattern. */
function globalFlags(reader: Reader): Flags {
  const none: Flags = { ignoreCase: false, dotAll: false };
  const group = /^\(\?([a-zA-Z]+)\)/.exec(reader.text);
  if (!group) return none;
  reader.at = group[0].length;
  return withFlags(none, group[1]!, '', 2);
}

function withFlags(flags: Flags, on: string, off: string, index: number): Flags {
  let { ignoreCase, dotAll } = flags;
  for (const [i, letter] of [...`${on}-${off}`].entries()) {
    const value = i < on.length;
    if (letter === 'i') ignoreCase = value;
    else if (letter === 's') dotAll = value;
    else if (letter !== '-' && letter !== 'u') {
      throw new PatternError(
        `The flag "${letter}" of (?${letter}) is not supported here.`,
        index + i,
        'Write the pattern without it.',
      );
    }
  }
  return { ignoreCase, dotAll };
}

function choice(reader: Reader, flags: Flags): Node {
  const options = [sequence(reader, flags)];
  while (reader.text[reader.at] === '|') {
    reader.at++;
    options.push(sequence(reader, flags));
  }
  return options.length === 1 ? options[0]! : { kind: 'choice', of: options };
}

function sequence(reader: Reader, flags: Flags): Node {
  const parts: Node[] = [];
  skipComments(reader);
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at]!)) {
    const begin = reader.at;
    const node = atom(reader, flags);
    skipComments(reader);
    parts.push(repeated(reader, node, begin));
    skipComments(reader);
  }
  return { kind: 'sequence', of: parts };
}

/** `(?#…)` counts as nothing at all: a quantifier after it belongs to what stands before it. */
function skipComments(reader: Reader): void {
  while (reader.text.startsWith('(?#', reader.at)) {
    const end = reader.text.indexOf(')', reader.at);
    if (end < 0) throw new PatternError('This comment is not closed.', reader.at, 'Add a ")".');
    reader.at = end + 1;
  }
}

/** One item without its quantifier. */
function atom(reader: Reader, flags: Flags): Node {
  const begin = reader.at;
  const character = String.fromCodePoint(reader.text.codePointAt(begin) as number);
  reader.at += character.length;
  switch (character) {
    case '.':
      return { kind: 'character', test: dot(flags.dotAll) };
    case '^':
      return assertions.A as Node;
    case '$':
      return assertions.$ as Node;
    case '(':
      return group(reader, flags, begin);
    case '[':
      return { kind: 'character', test: characterClass(reader, flags, begin) };
    case '\\':
      return escaped(reader, flags, begin);
    case '*':
    case '+':
    case '?':
      throw new PatternError(
        `There is nothing before this "${character}" to repeat.`,
        begin,
        `Write ".${character}" or "\\${character}".`,
      );
    default:
      if (character === '{' && quantifier(reader.text, begin)) {
        throw new PatternError('There is nothing before this "{" to repeat.', begin, 'Write "\\{" for the character.');
      }
      return { kind: 'character', test: folded((c) => c === character, flags) };
  }
}

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
const atBoundary = (text: readonly string[], at: number) => isWord(text[at - 1]) !== isWord(text[at]);

const assertions: Readonly<Record<string, Node>> = {
  A: { kind: 'assertion', test: (_, at) => at === 0 },
  Z: { kind: 'assertion', test: (text, at) => at === text.length },
  // Python's "$" also stands before a final line break.
  $: { kind: 'assertion', test: (text, at) => at === text.length || (at === text.length - 1 && text[at] === '\n') },
  b: { kind: 'assertion', test: atBoundary },
  B: { kind: 'assertion', test: (text, at) => text.length > 0 && !atBoundary(text, at) },
};

function escaped(reader: Reader, flags: Flags, begin: number): Node {
  const letter = reader.text[reader.at];
  if (letter !== undefined && Object.hasOwn(assertions, letter) && letter !== '$') {
    reader.at++;
    return assertions[letter]!;
  }
  if (letter !== undefined && /[1-9]/.test(letter) && !/^[0-3][0-7][0-7]/.test(reader.text.slice(reader.at))) {
    throw refused('A reference back to a group', `\\${letter}`, begin);
  }
  return { kind: 'character', test: folded(anyEscape(reader, begin), flags) };
}

/** `\d`, `\x41`, `\.`: what one escape stands for, inside a class or outside. */
function anyEscape(reader: Reader, begin: number): Test {
  const set = classEscape(reader.text[reader.at]);
  if (set) {
    reader.at++;
    return set;
  }
  const literal = literalEscape(reader, begin);
  return (c) => c === literal;
}

function literalEscape(reader: Reader, begin: number): string {
  const found = characterEscape(reader.text.slice(reader.at));
  if (!found) {
    const shown = reader.text.slice(begin, reader.at + 1);
    throw new PatternError(`"${shown}" means nothing in a Python pattern.`, begin, 'Write "\\\\" for a backslash.');
  }
  reader.at += found.length;
  return found.character;
}

/** A set in brackets; the opening one has been read. */
function characterClass(reader: Reader, flags: Flags, begin: number): Test {
  const { text } = reader;
  const negated = text[reader.at] === '^';
  if (negated) reader.at++;
  const tests: Test[] = [];
  for (let first = true; text[reader.at] !== ']' || first; first = false) {
    if (reader.at >= text.length) throw new PatternError('This "[" is not closed.', begin, 'Add a "]".');
    const from = reader.at;
    const low = classItem(reader);
    if (text[reader.at] !== '-' || text[reader.at + 1] === ']' || reader.at + 1 >= text.length) {
      tests.push(typeof low === 'string' ? (c) => c === low : low);
      continue;
    }
    reader.at++;
    const high = classItem(reader);
    if (typeof low !== 'string' || typeof high !== 'string' || codePoint(low) > codePoint(high)) {
      throw new PatternError(
        `"${text.slice(from, reader.at)}" is not a range of characters.`,
        from,
        'Put the smaller character first.',
      );
    }
    tests.push((c) => codePoint(low) <= codePoint(c) && codePoint(c) <= codePoint(high));
  }
  reader.at++;
  const member = folded((c) => tests.some((test) => test(c)), flags);
  return negated ? (c) => !member(c) : member;
}

const codePoint = (character: string) => character.codePointAt(0) as number;

/** One member of a set: a character, or the test of `\d` and the like. */
function classItem(reader: Reader): string | Test {
  const begin = reader.at;
  const character = String.fromCodePoint(reader.text.codePointAt(begin) as number);
  reader.at += character.length;
  if (character !== '\\') return character;
  const letter = reader.text[reader.at];
  const set = classEscape(letter);
  if (set || letter === 'b') reader.at++;
  return set ?? (letter === 'b' ? '\b' : literalEscape(reader, begin));
}

const folded = (test: Test, flags: Flags): Test =>
  flags.ignoreCase ? (c) => test(c) || test(c.toLowerCase()) || test(c.toUpperCase()) : test;

/** A group; its "(" has been read. Captures are not needed for a test of the whole text. */
function group(reader: Reader, flags: Flags, begin: number): Node {
  const rest = reader.text.slice(reader.at);
  const opening = /^\?(?:P<([^>]*)>|([a-zA-Z]*)(?:-([a-zA-Z]+))?:)/.exec(rest);
  let inner = flags;
  if (opening) {
    reader.at += opening[0].length;
    if (opening[1] !== undefined) defineName(reader, opening[1], begin);
    else inner = withFlags(flags, opening[2]!, opening[3] ?? '', begin + 2);
  } else if (/^\?<?[=!]/.test(rest)) return look(reader, flags, begin);
  else if (rest.startsWith('?')) throw refusedGroup(rest, begin);
  if (++reader.depth > DEEPEST) throw nestedTooDeeply(begin);
  const node = choice(reader, inner);
  closeGroup(reader, begin);
  return { kind: 'sequence', of: [node] };
}

function closeGroup(reader: Reader, begin: number): void {
  reader.depth--;
  if (reader.text[reader.at] !== ')') throw new PatternError('This "(" is not closed.', begin, 'Add a ")".');
  reader.at++;
}

/** A look ahead or behind; as in Python, what is looked for behind has one length. */
function look(reader: Reader, flags: Flags, begin: number): Node {
  const [opening] = /^\?<?[=!]/.exec(reader.text.slice(reader.at)) as RegExpExecArray;
  reader.at += opening.length;
  if (++reader.depth > DEEPEST) throw nestedTooDeeply(begin);
  const of = choice(reader, flags);
  closeGroup(reader, begin);
  const back = opening.includes('<') ? widthOf(of) : 0;
  if (back === null) {
    const what = `What "(${opening}…)" looks for behind has to have one length.`;
    throw new PatternError(what, begin, 'Leave "*", "+" and "?" out of it.');
  }
  return { kind: 'look', of, back, negated: opening.endsWith('!') };
}

function defineName(reader: Reader, name: string, begin: number): void {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    throw new PatternError(`"${name}" is not a name for a group.`, begin + 4, 'Use letters, digits and "_".');
  }
  if (reader.names.has(name))
    throw new PatternError(`Two groups are named "${name}".`, begin + 4, 'Rename one of them.');
  reader.names.add(name);
}

const nestedTooDeeply = (begin: number) =>
  new PatternError('The groups are nested too deeply.', begin, 'Leave out groups that change nothing.');

function refusedGroup(rest: string, begin: number): PatternError {
  if (rest.startsWith('?P=')) return refused('A reference back to a group', '(?P=…)', begin);
  if (rest.startsWith('?>')) return refused('An atomic group', '(?>…)', begin);
  if (rest.startsWith('?(')) return refused('A conditional group', '(?(…)…)', begin);
  if (/^\?[a-zA-Z]+\)/.test(rest)) return new PatternError('Flags for the whole pattern stand at its start.', begin);
  return new PatternError(`"(${rest.slice(0, 3)}" opens no group that Python knows.`, begin);
}

const refused = (construct: string, shown: string, index: number) =>
  new PatternError(
    `${construct}, ${shown}, is not supported.`,
    index,
    'Say it with All, Any and Not around simpler patterns.',
  );

interface Quantifier {
  readonly length: number;
  readonly min: number;
  readonly max: number;
}

/** The quantifier that stands at `at`, if any. A "{" that begins none is a character. */
function quantifier(text: string, at: number): Quantifier | null {
  const found = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})/.exec(text.slice(at, at + 40));
  if (!found || found[0] === '{}') return null;
  const [{ length }, sign, low, comma, high] = found as unknown as [string, ...(string | undefined)[]];
  if (sign) return { length, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
  const min = Number(low || 0);
  return { length, min, max: !comma ? min : high ? Number(high) : Number.POSITIVE_INFINITY };
}

/** `node` with the quantifier that follows it. Lazy or greedy makes no difference to a test of the whole text. */
function repeated(reader: Reader, node: Node, begin: number): Node {
  const found = quantifier(reader.text, reader.at);
  if (!found) return node;
  const { length, min, max } = found;
  const at = reader.at;
  if (node.kind === 'assertion')
    throw new PatternError(`"${reader.text.slice(begin, at)}" cannot be repeated.`, at, 'Leave the quantifier out.');
  if (min > max) throw new PatternError('The smaller number stands first in "{m,n}".', at, 'Swap the two.');
  reader.at += length;
  if (reader.text[reader.at] === '+') {
    throw refused('A possessive quantifier', `${reader.text.slice(at, reader.at)}+`, at);
  }
  if (reader.text[reader.at] === '?') reader.at++;
  if (quantifier(reader.text, reader.at)) {
    throw new PatternError('Two quantifiers follow each other.', reader.at, 'Put the first into a group: "(?:…)".');
  }
  return { kind: 'repeat', of: node, min, max };
}
