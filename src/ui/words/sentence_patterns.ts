/**
 * A sentence of the engine with holes, `{0}`, `{1}` …, and the same in another language. There a hole is written `{0}` where
 * it stays as it is, as a name or a number, and `<0>` where what stands in it is said in that language too.
 */
export type SentencePair = readonly [english: string, translated: string];

/** A pair taken apart: what is fixed, and what comes between. */
interface Pattern {
  /** The fixed texts before, between and behind the holes. */
  readonly fixed: readonly string[];
  /** Letters that are fixed: a sentence that says more of itself is asked first. */
  readonly letters: number;
  /** In what is said, holes by number: `said` are those to be translated. */
  readonly translated: readonly (string | { readonly hole: number; readonly said: boolean })[];
}

export interface Catalogue {
  /** Sentences without holes. */
  readonly whole: ReadonlyMap<string, string>;
  /** Those with holes, those with the most fixed letters first. */
  readonly patterns: readonly Pattern[];
}

/** A person's own text can be long: no sentence of the engine is. */
const LONGEST = 4000;
/** Patterns with fewer letters than this say little, and must not be found in what somebody else has written. */
const FEW_LETTERS = 9;
/** Phrases of one text that are looked for: a text that is none of ours is soon left as it is. */
const MOST_LOOKUPS = 150;
/** Places that are tried where a hole follows a hole. */
const MOST_CUTS = 40;

/** A text that is several sentences, one behind the other. */
const BETWEEN_SENTENCES = /(?<=[.?!]) (?=["A-Z])/;
const PROSE = /[A-Za-z]{2,} [a-z]{2,}/;
/** A word that stands by itself, where everything should have been said. */
const WORD = /(^| )[a-z]{3,}( |$)/;

export function catalogueOf(pairs: readonly SentencePair[]): Catalogue {
  const isWhole = ([english]: SentencePair) => !/\{\d\}/.test(english);
  const patterns = pairs.filter((pair) => !isWhole(pair)).map(patternOf);
  return {
    whole: new Map(pairs.filter(isWhole)),
    patterns: patterns.sort((one, other) => other.letters - one.letters),
  };
}

function patternOf([english, translated]: SentencePair): Pattern {
  const fixed = english.split(/\{\d\}/);
  const pieces = translated.split(/([{<]\d[}>])/).map((piece) => {
    const [, open, hole] = /^([{<])(\d)[}>]$/.exec(piece) ?? [];
    return hole === undefined ? piece : { hole: Number(hole), said: open === '<' };
  });
  return { fixed, letters: fixed.join('').replace(/[^A-Za-z]/g, '').length, translated: pieces };
}

/** The text in the language of the catalogue; as it is where it is no sentence of it. Each pattern takes time linear in the text. */
export function translate(text: string, catalogue: Catalogue): string {
  const known = new Map<string, string>();
  const say = (one: string): string => {
    const before = known.get(one);
    if (before !== undefined || known.size >= MOST_LOOKUPS) return before ?? one;
    known.set(one, one); // what is asked for again while it is looked for is no part of itself
    const found = catalogue.whole.get(one) ?? said(one, catalogue, say);
    known.set(one, found);
    return found;
  };
  return text.length > LONGEST ? text : say(text);
}

/** By the first pattern that fits and can say all that stands in its holes; else sentence by sentence; else by one that leaves some of it. */
function said(text: string, { patterns }: Catalogue, say: (text: string) => string): string {
  let partly: string | undefined;
  for (const pattern of patterns) {
    for (const holes of holesIn(text, pattern.fixed)) {
      const found = filled(pattern, holes, say);
      if (found?.all) return found.text;
      partly ??= found?.text;
    }
  }
  return bySentence(text, say) ?? partly ?? text;
}

/** Several sentences, each by itself; they stand without a space between them where they are Chinese. */
function bySentence(text: string, say: (text: string) => string): string | undefined {
  const sentences = text.split(BETWEEN_SENTENCES);
  if (sentences.length === 1) return undefined;
  return sentences.map(say).reduce((all, one) => all + (/[\x20-\x7e]$/.test(all) ? ' ' : '') + one);
}

/** A pattern with what stands in its holes; `all` where nothing is left in the language of the engine. Null where it only seems to fit. */
function filled(
  { letters, translated }: Pattern,
  holes: readonly string[],
  say: (text: string) => string,
): { readonly text: string; readonly all: boolean } | null {
  let all = true;
  let sure = letters >= FEW_LETTERS || !translated.some((piece) => typeof piece === 'object' && piece.said);
  const pieces = translated.map((piece) => {
    if (typeof piece === 'string') return piece;
    const value = holes[piece.hole] ?? '';
    const found = piece.said ? asPart(value, say) : value;
    const isWhole = found !== value || /^[\d.,]+$/.test(value);
    if (isWhole) sure = true;
    if (BETWEEN_SENTENCES.test(value)) all = false;
    if (!isWhole && piece.said && (WORD.test(value) || PROSE.test(value))) all = false;
    if (!piece.said && letters < FEW_LETTERS && PROSE.test(value)) all = false;
    if (!piece.said && /" /.test(value)) all = false; // it reaches from one quoted word to another
    return found;
  });
  if (!sure || (letters < FEW_LETTERS && !all)) return null;
  return { text: pieces.reduce(beside), all };
}

/** What stands in a hole: a phrase, or a sentence that has lost its full stop. */
function asPart(value: string, say: (text: string) => string): string {
  if (!/[A-Za-z]/.test(value)) return value;
  const stopped = `${value}.`;
  const sentence = /^[A-Z"].* .*[^.]$/.test(value) ? say(stopped) : stopped;
  return sentence === stopped ? say(value) : sentence.replace(/[。.]$/, '');
}

/** Two pieces of a sentence: between Chinese and Latin letters or digits stands a space, between Chinese and Chinese none. */
function beside(before: string, after: string): string {
  const [end, start] = [before.trimEnd(), after.trimStart()];
  const [isHan, isNextHan] = [/\p{Script=Han}$/u.test(end), /^\p{Script=Han}/u.test(start)];
  if (isHan && isNextHan) return end + start;
  const isMixed = (isHan && /^[\w]/.test(start)) || (isNextHan && /[\w]$/.test(end));
  return isMixed ? `${end} ${start}` : before + after;
}

/** What stands in the holes between the fixed texts; several ways only where a hole follows a hole. */
function holesIn(text: string, fixed: readonly string[]): readonly (readonly string[])[] {
  const last = fixed.at(-1) ?? '';
  const end = text.length - last.length;
  if (!text.startsWith(fixed[0] ?? '') || !text.endsWith(last)) return [];
  let ways: readonly { readonly at: number; readonly holes: readonly string[] }[] = [
    { at: fixed[0]?.length ?? 0, holes: [] },
  ];
  for (const part of fixed.slice(1, -1)) {
    ways = ways.flatMap(({ at, holes }) =>
      (part === '' ? cutsIn(text, at, end) : [text.indexOf(part, at)])
        .filter((found) => found >= at && found + part.length <= end)
        .map((found) => ({ at: found + part.length, holes: [...holes, text.slice(at, found)] })),
    );
  }
  return ways.filter(({ at }) => at <= end).map(({ at, holes }) => [...holes, text.slice(at, end)]);
}

/** Where one of two holes in a row may end: at its own end, or in front of a space or a mark. */
function cutsIn(text: string, from: number, to: number): number[] {
  const cuts = [to];
  for (let at = from; at < to && cuts.length < MOST_CUTS; at++) if (/[\s,:;(]/.test(text[at]!)) cuts.push(at);
  return cuts;
}
