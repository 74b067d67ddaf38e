/** Lengths are whole multiples of this. */
const STEP = 16;
/** T where there is text alone, or nothing that is longer. */
const DEFAULT_LENGTH = 64;

/** What was found of conversations, in tokens, and whether there is text between them. */
export interface FoundLengths {
  /** Of the longest conversation; 0 where there is none. */
  readonly longest: number;
  readonly text: boolean;
}

/** T that holds a conversation of so many tokens: the model reads all but the last token of a window. */
export const lengthFor = (tokens: number): number => Math.ceil((tokens - 1) / STEP) * STEP;

/** T, the window length that cuts no conversation, within what the base allows. */
export function fittingLength({ longest, text }: FoundLengths, most: number): number {
  const least = text || longest === 0 ? DEFAULT_LENGTH : STEP;
  return Math.min(most, Math.max(least, lengthFor(longest)));
}
