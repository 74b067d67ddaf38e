import type { PreviewPiece } from '../../worker/api';

interface Part {
  readonly text: string;
  readonly special: boolean;
}

/** One stretch of a preview window as it is drawn: learned or not, with control tokens set apart. */
export interface DrawnPiece {
  readonly trained: boolean;
  readonly parts: readonly Part[];
}

/** The pieces of a preview with neighbours of one kind joined. */
export function drawnPieces(pieces: readonly PreviewPiece[]): readonly DrawnPiece[] {
  const drawn: { trained: boolean; parts: Part[] }[] = [];
  for (const { text, trained, control = false } of pieces) {
    if (text === '') continue;
    const last = drawn.at(-1);
    if (last?.trained === trained) last.parts.push({ text, special: control });
    else drawn.push({ trained, parts: [{ text, special: control }] });
  }
  return drawn.map(({ trained, parts }) => ({ trained, parts: lineEndsAlone(parts) ?? parts }));
}

/** A stretch of nothing but line ends, which would draw an empty line, as a mark; null for any other. */
function lineEndsAlone([first, ...others]: readonly Part[]): readonly Part[] | null {
  if (!first || others.length > 0 || first.special || !/^\n+$/.test(first.text)) return null;
  return [{ text: first.text.replaceAll('\n', '↵'), special: true }];
}
