import type { Place } from '../bench/freeze_desk';

/** A line of the editor, and what of it is marked. */
export interface EditorLine {
  /** From 1. */
  readonly number: number;
  readonly before: string;
  /** Null: nothing in this line. */
  readonly marked: string | null;
  readonly after: string;
}

/** A text line by line, with the part at `place` marked; a mark of a line's end takes the width of a letter. */
export function linesOf(text: string, place: Place | null): readonly EditorLine[] {
  let from = 0;
  return text.split('\n').map((line, index) => {
    const start = place ? Math.max(place.start - from, 0) : 0;
    const end = place ? Math.min(place.end - from, line.length) : -1;
    // A place behind the last letter is in this line; one that begins in a later line, or ended in an earlier one, is not.
    const isHere = place !== null && start <= line.length && place.end > from;
    from += line.length + 1;
    if (!isHere) return { number: index + 1, before: line, marked: null, after: '' };
    return {
      number: index + 1,
      before: line.slice(0, start),
      marked: line.slice(start, end) || '\u00a0',
      after: line.slice(end),
    };
  });
}
