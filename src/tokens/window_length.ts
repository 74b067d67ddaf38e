import type { FoundLengths, WindowLength } from './report';

/** Lengths are whole multiples of this. */
const LENGTH_STEP = 16;
/** T where there is text alone, or nothing that is longer. */
const DEFAULT_LENGTH = 64;

/** T that holds a conversation of so many tokens: the model reads all but the last token of a window. */
const lengthFor = (tokens: number): number => Math.ceil((tokens - 1) / LENGTH_STEP) * LENGTH_STEP;

/** The next T that is a whole multiple of the step. */
export const nextLength = (length: number): number => LENGTH_STEP * (Math.floor(length / LENGTH_STEP) + 1);

/** T, the window length that holds every conversation whole, within what the base allows, and why it is that. */
export function fittingLength({ longest, text }: FoundLengths, most: number): WindowLength {
  const least = text || longest === 0 ? DEFAULT_LENGTH : LENGTH_STEP;
  const wanted = Math.max(least, lengthFor(longest));
  if (wanted > most) return { sequenceLength: most, chosen: 'base' };
  return { sequenceLength: wanted, chosen: wanted === lengthFor(longest) ? 'longest' : 'text' };
}
