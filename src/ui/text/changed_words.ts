/** A stretch of text, and whether it stands in the text before it. */
export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/**
 * A text in pieces: what it has in common with the one before, and what is new in it. Compared word by word (each with the space
 * before it; where letters stand without spaces, as in Chinese, letter by letter), by their longest common subsequence.
 */
export function changedWords(before: string, now: string): readonly Piece[] {
  const [old, words] = [wordsOf(before), wordsOf(now)];
  const common = commonLengths(old, words);
  const pieces: { text: string; changed: boolean }[] = [];
  const add = (text: string, changed: boolean): void => {
    const last = pieces.at(-1);
    if (last?.changed === changed) last.text += text;
    else pieces.push({ text, changed });
  };
  let [i, j] = [0, 0];
  while (j < words.length) {
    if (i < old.length && old[i] === words[j]) {
      add(words[j++]!, false);
      i++;
    } else if (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!) i++;
    else add(words[j++]!, true);
  }
  return pieces;
}

const wordsOf = (text: string): readonly string[] =>
  text.match(
    /\s*(?:[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+)|\s+/gu,
  ) ?? [];

/** Length of the longest common subsequence of what follows each pair of places. (old + 1, words + 1) */
function commonLengths(old: readonly string[], words: readonly string[]): readonly (readonly number[])[] {
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(words.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = words.length - 1; j >= 0; j--)
      common[i]![j] =
        old[i] === words[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  return common;
}
