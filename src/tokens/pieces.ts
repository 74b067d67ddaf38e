/** Longest piece, UTF-16 units. Short pieces keep the tokenizer's work queue small and tell lines apart well enough. */
const PIECE_LENGTH = 1024;

/**
 * Cuts a text where no token can reach across: before line feeds, else before spaces. A stretch of PIECE_LENGTH without either is
 * cut in its middle, but never inside a character.
 */
export function* pieces(text: string): Generator<string, void> {
  let start = 0;
  while (text.length - start > PIECE_LENGTH) {
    const limit = start + PIECE_LENGTH;
    const found = runStart(text, '\n', start, limit) || runStart(text, ' ', start, limit);
    const end = found || (isLowSurrogate(text, limit) ? limit - 1 : limit);
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

const isLowSurrogate = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** A word with the spaces before it, or line feeds, or the spaces that end a piece. */
export const WORDS = / *[^ \n]+|\n+| +/g;

interface Vocabulary {
  readonly normalizer: unknown;
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * True where encoding words one by one gives the same as encoding the text: no token holds a space after something else, or a
 * line feed beside something else, so no merge reaches from one word into the next. Spaces must be written as ▁.
 */
export function wordsStandAlone({ normalizer, model }: Vocabulary) {
  const { type, pattern, content } = (normalizer ?? {}) as {
    type?: string;
    pattern?: { String?: string };
    content?: string;
  };
  if (type !== 'Replace' || pattern?.String !== ' ' || content !== '▁') return false;
  return !Object.keys(model.vocab).some((token) => /[^▁]▁|[^\n]\n|\n[^\n]/.test(token));
}
