/** What a pattern that matches no path was meant to be. */
import type { Expression } from './expression';
import { ofDots, renamings } from './pattern_names';
import { PatternError } from './python_regex';
import { isEmpty, matched, type Tree } from './tree';

export type Atom = Extract<Expression, { kind: 'PathRegex' | 'PathContains' }>;

export const isAtom = (expression: Expression): expression is Atom =>
  expression.kind === 'PathRegex' || expression.kind === 'PathContains';

/** A letter, perhaps with a "*" as in file names, or a ".", perhaps repeated. */
const SIMPLE = /\.[*+?]?|[\w/-]\*?/g;

/** A layer's number after the name of the layers: `layers/0`, `layers[3]`, `encoderblock_\d+`, `layers/(0|1)`. */
const LAYER_INDEX =
  /(layers|encoderblock)(?:[/_.]|\\\.|\\?\[)(?:\d+|\[[\d-]+\][+*]?|\\d[+*]?|\((?:\?:)?[\d|]+\))(?:\\?\])?(?=[/_.\\)*|]|$)/g;

/** The atom without a layer's number, if it has one and matches without it. */
export function withoutLayerIndex(tree: Tree, atom: Atom): Atom | null {
  if (atom.kind !== 'PathRegex') return null;
  return firstThatMatches(tree, atom, [atom.pattern.replace(LAYER_INDEX, '$1')]);
}

/** The atom that matches wherever this one occurs inside a path, with the asterisks that it seems to have lost. */
export function asSubstring(tree: Tree, atom: Atom): Atom | null {
  if (atom.kind === 'PathContains') {
    const loose: Atom = { ...atom, exact: false };
    return atom.exact && !isEmpty(matched(tree, loose)) ? loose : null;
  }
  const ahead = /^\(\?[=!]/.test(atom.pattern) ? [`${atom.pattern}.*`] : []; // a look ahead is no text by itself
  return firstThatMatches(tree, atom, [...ahead, ...simplePattern(atom.pattern), anywhere(atom.pattern)]);
}

/** The pattern with the names that paths here have, and what it was called by; null where it still matches nothing. */
export function asNamedHere(tree: Tree, atom: Atom): { readonly atom: Atom; readonly why: string } | null {
  if (atom.kind === 'PathContains') return keyAsNamedHere(tree, atom);
  if (atom.sep !== '/') return null;
  for (const { pattern, why } of renamings(atom.pattern)) {
    const found = firstThatMatches(tree, atom, [pattern, pattern.replace(LAYER_INDEX, '$1'), anywhere(pattern)]);
    if (found) return { atom: found, why };
  }
  return null;
}

/** The same of a key: another key, or the pattern that says what no single name says. */
function keyAsNamedHere(tree: Tree, atom: Extract<Atom, { kind: 'PathContains' }>) {
  // A dot of a key is a dot, and no name here has one.
  const slashes = atom.key.replaceAll('.', '/');
  for (const { pattern, why } of [...(slashes === atom.key ? [] : [ofDots(slashes)]), ...renamings(slashes)]) {
    const key: Atom = { ...atom, key: pattern };
    const named: Atom = { kind: 'PathRegex', pattern: anywhere(pattern), sep: '/' };
    const found = [key, { ...key, exact: false }, named].find((one) => matchesSome(tree, one));
    if (found) return { atom: found, why };
  }
  return null;
}

/** `.llm.` → `.*llm.*`, `.*.img*` → `.*img.*`: a pattern of letters and "." with ".*" wherever something may stand. */
function simplePattern(pattern: string): string[] {
  const pieces = pattern.match(SIMPLE) ?? [];
  if (pieces.join('') !== pattern) return [];
  const words = pieces
    .map((piece) => (piece.startsWith('.') ? '\n' : piece.replace('*', '\n')))
    .join('')
    .split('\n')
    .filter(Boolean);
  return [`.*${words.join('.*')}.*`.replace(/^\.\*\.\*$/, '.*')];
}

/** The pattern with anything before and behind it. */
function anywhere(pattern: string): string {
  const [flags = ''] = /^\(\?[a-zA-Z]+\)/.exec(pattern) ?? [];
  const inner = pattern
    .slice(flags.length)
    .replace(/^(?:\^|\\A)?(?:\.\*)*/, '')
    .replace(/(?<!\\)(?:\\\\)*\$$/, '')
    .replace(/(?<!\\)(?:\.\*)+$/, '');
  return `${flags}.*${inner.includes('|') ? `(?:${inner})` : inner}.*`;
}

/** The first of `patterns` that differs, that Python takes and that matches a leaf. */
function firstThatMatches(tree: Tree, atom: Extract<Atom, { kind: 'PathRegex' }>, patterns: readonly string[]) {
  for (const pattern of patterns) {
    const repaired: Atom = { ...atom, pattern };
    if (pattern !== atom.pattern && matchesSome(tree, repaired)) return repaired;
  }
  return null;
}

/** False too for a pattern that Python would not take. */
function matchesSome(tree: Tree, atom: Atom): boolean {
  try {
    return !isEmpty(matched(tree, atom));
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}
