/** One stretch of a preview window as it is drawn: learned or not, with special tokens set apart. */
export interface DrawnPiece {
  readonly trained: boolean;
  readonly parts: readonly { readonly text: string; readonly special: boolean }[];
}

/** The control tokens of the tokenizers that this page knows. Text in angle brackets that is none of them stays text. */
const specialToken = /(<(?:bos|eos|pad|unk|mask|start_of_turn|end_of_turn)>)/;

/** The pieces of a preview with neighbours of one kind joined, cut where special tokens stand. */
export function drawnPieces(
  pieces: readonly { readonly text: string; readonly trained: boolean }[],
): readonly DrawnPiece[] {
  const joined: { text: string; trained: boolean }[] = [];
  for (const { text, trained } of pieces) {
    const last = joined[joined.length - 1];
    if (last?.trained === trained) last.text += text;
    else if (text !== '') joined.push({ text, trained });
  }
  return joined.map(({ text, trained }) => ({
    trained,
    parts: /^\n+$/.test(text)
      ? [{ text: text.replaceAll('\n', '↵'), special: true }] // line ends alone would draw an empty line
      : text
          .split(specialToken)
          .filter((part) => part !== '')
          .map((part) => ({ text: part, special: specialToken.test(part) })),
  }));
}
