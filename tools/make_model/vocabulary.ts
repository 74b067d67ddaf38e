/** What is read and written of a tokenizer.json. */
export interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

/**
 * A tokenizer with as many tokens as a model has rows: each that is added is two of its own tokens, side by side. Every way to put
 * a token together is a merge, as in files that are converted from SentencePiece: two for each token, as Gemma 3 has.
 * @param size tokens in all
 */
export function filledUp<File extends TokenizerFile>(tokenizer: File, size: number): File {
  const vocab = new Map(Object.entries(tokenizer.model.vocab));
  const merges = [...tokenizer.model.merges];
  const control = new Set(tokenizer.added_tokens.map(({ content }) => content));
  const parts = [...vocab.keys()].filter((token) => !control.has(token) && !/^<0x..>$/.test(token));
  for (const text of pairs(parts)) {
    if (vocab.size >= size) break;
    if (vocab.has(text)) continue;
    for (let cut = 1; cut < text.length; cut++) {
      const [left, right] = [text.slice(0, cut), text.slice(cut)];
      if (vocab.has(left) && vocab.has(right)) merges.push([left, right]);
    }
    vocab.set(text, vocab.size);
  }
  return { ...tokenizer, model: { ...tokenizer.model, vocab: Object.fromEntries(vocab), merges } };
}

/** Each part with each, so that none comes often before others have come. */
function* pairs(parts: readonly string[]): Generator<string> {
  for (let shift = 0; shift < parts.length; shift++)
    for (const [n, part] of parts.entries()) yield part + parts[(n + shift) % parts.length]!;
}
