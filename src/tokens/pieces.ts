/** Longest piece, UTF-16 units. Short pieces keep the tokenizer's work queue small and tell lines apart well enough. */
const PIECE_LENGTH = 1024;
/** Where words do not stand alone, a piece goes on for so long to find a place where no token can reach across. */
const LONGEST_PIECE = 16 * PIECE_LENGTH;

/**
 * Cuts a text where no token can reach across: before line feeds, else before spaces. A stretch of PIECE_LENGTH without either is
 * cut in its middle, but never inside a character.
 */
export function* pieces(text: string): Generator<string, void> {
  let start = 0;
  while (text.length - start > PIECE_LENGTH) {
    const limit = start + PIECE_LENGTH;
    const found = runStart(text, '\n', start, limit) || runStart(text, ' ', start, limit);
    const end = found || wholeCharacter(text, limit);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** A single space before a word: the patterns that cut texts into words, and the vocabularies, let no token reach across. */
const WORD_START = /(?<=\S) (?=[\p{L}\p{N}])/gu;

/** The same for any tokenizer: line feeds may belong to what stands before them, and several spaces to each other. */
export function* longPieces(text: string): Generator<string, void> {
  let start = 0;
  while (text.length - start > PIECE_LENGTH) {
    const limit = start + LONGEST_PIECE;
    WORD_START.lastIndex = PIECE_LENGTH;
    const found = WORD_START.exec(text.slice(start, limit));
    if (!found && text.length <= limit) break;
    const end = found ? start + found.index : wholeCharacter(text, limit);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** Where the last run of `char` that lies between the positions begins; 0 where there is none. */
function runStart(text: string, char: string, start: number, limit: number) {
  let at = text.lastIndexOf(char, limit);
  while (at > start && text[at - 1] === char) at--;
  return at > start ? at : 0;
}

const wholeCharacter = (text: string, at: number) => ((text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at);

/** A word with the spaces before it, or line feeds, or the spaces that end a piece. */
export const WORDS = / *[^ \n]+|\n+| +/g;

interface Vocabulary {
  readonly normalizer: unknown;
  readonly added_tokens?: readonly { readonly content: string; readonly special: boolean }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * True where encoding words one by one gives the same as encoding the text: no token holds a space after something else, or a
 * line feed beside something else, so no merge reaches from one word into the next. Spaces must be written as ▁.
 */
export function wordsStandAlone({ normalizer, added_tokens = [], model }: Vocabulary) {
  const { type, pattern, content } = (normalizer ?? {}) as {
    type?: string;
    pattern?: { String?: string };
    content?: string;
  };
  if (type !== 'Replace' || pattern?.String !== ' ' || content !== '▁') return false;
  if (added_tokens.some((token) => !token.special && /[^ ] |[^\n]\n|\n[^\n]/.test(token.content))) return false;
  return !Object.keys(model.vocab).some((token) => /[^▁]▁|[^\n]\n|\n[^\n]/.test(token));
}
