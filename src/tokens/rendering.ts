import type { Mark } from './control_marks';
import type { Before, TextTokenizer } from './tokenizer';

/** What a template wrote, as tokens. */
export interface TokenizedText {
  readonly tokens: number[];
  /** How many tokens stand before a place of the text; inside a token, those before it. */
  tokensBefore(place: number): number;
}

/** A part of a text between control tokens or cuts. */
interface Part {
  readonly at: number;
  /** As it is encoded, with what stands before it. */
  readonly text: string;
  readonly before: Before;
  /** Tokens before it. */
  readonly first: number;
}

/**
 * Encodes what a template wrote: the names in it are control tokens, all else is text, and what stands before and behind a cut is encoded
 * apart.
 * @param cuts places in the text, ascending
 * @param show a part of the text as the data have it
 */
export function tokenize(
  encode: TextTokenizer['encode'],
  text: string,
  marks: readonly Mark[],
  cuts: readonly number[],
  show: (part: string) => string,
): TokenizedText {
  const tokens: number[] = [];
  const parts: Part[] = [];
  let before: Before = 'nothing';
  let next = 0;
  const addText = (from: number, to: number) => {
    let at = from;
    const add = (end: number) => {
      if (end <= at) return;
      const part = { at, text: show(text.slice(at, end)), before, first: tokens.length };
      parts.push(part);
      for (const id of encode(part.text, before)) tokens.push(id);
      at = end;
      before = 'text';
    };
    for (; next < cuts.length && cuts[next]! < to; next++) add(cuts[next]!);
    add(to);
  };
  let at = 0;
  for (const mark of marks) {
    addText(at, mark.at);
    parts.push({ at: mark.at, text: '', before, first: tokens.length });
    tokens.push(mark.id);
    before = 'control';
    at = mark.end;
  }
  addText(at, text.length);
  return {
    tokens,
    tokensBefore(place) {
      if (place >= text.length) return tokens.length;
      const n = lastAt(parts, place);
      const part = parts[n];
      if (part === undefined) return 0;
      const end = parts[n + 1]?.first ?? tokens.length;
      if (part.at === place) return part.first;
      const inside = part.text === '' ? 1 : encode(show(text.slice(part.at, place)), part.before).length;
      return Math.min(end, part.first + inside);
    },
  };
}

/** Index of the last part that begins at a place or before it; a conversation may have very many. */
function lastAt(parts: readonly Part[], place: number): number {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.at <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
