/** What is read and written of a tokenizer.json. */
export interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

/**
 * A tokenizer with as many tokens as a model has rows: what is added are its letters by twos, then by threes. Every way to put a
 * token together of two others is a merge, as in files that are converted from SentencePiece: two for a token, as Gemma 3 has.
 * @param size tokens in all
 */
export function filledUp<File extends TokenizerFile>(tokenizer: File, size: number): File {
  const vocab = new Map(Object.entries(tokenizer.model.vocab));
  const merges = [...tokenizer.model.merges];
  const letters = [...vocab.keys()].filter((token) => token.length === 1);
  const twos = letters.flatMap((first) => letters.map((second) => [first, second] as const));
  const add = (text: string, ways: readonly (readonly [string, string])[]) => {
    if (vocab.size >= size || vocab.has(text)) return;
    vocab.set(text, vocab.size);
    merges.push(...ways);
  };
  for (const [a, b] of twos) add(a + b, [[a, b]]);
  for (const [a, b] of twos)
    for (const c of letters)
      add(a + b + c, [
        [a + b, c],
        [a, b + c],
      ]);
  return { ...tokenizer, model: { ...tokenizer.model, vocab: Object.fromEntries(vocab), merges } };
}
