/** One stretch of a preview window, as it is drawn. */
export interface DrawnPiece {
  readonly text: string;
  readonly trained: boolean;
  readonly special: boolean;
}

/** The control tokens of the tokenizers that this page knows. Text in angle brackets that is none of them stays text. */
const specialToken = /(<(?:bos|eos|pad|unk|mask|start_of_turn|end_of_turn)>)/;

/** Cuts the pieces of a preview where special tokens stand, so that those can be drawn as what they are. */
export function drawnPieces(
  pieces: readonly { readonly text: string; readonly trained: boolean }[],
): readonly DrawnPiece[] {
  return pieces.flatMap(({ text, trained }) =>
    text
      .split(specialToken)
      .filter((part) => part !== '')
      .map((part) => ({ text: part, trained, special: specialToken.test(part) })),
  );
}
