/** What a TrainConfig in a text says beside its model and its filter. */
import type { Token } from './tokenize';
import { isMark, isName } from './values';

/** The name of a TrainConfig that is made in the text; undefined where none is. */
export const trainConfigIn = (tokens: readonly Token[]): Token | undefined =>
  tokens.find(
    (token, i) => isName(token, 'TrainConfig') && isMark(tokens[i + 1], '(') && !isName(tokens[i - 1], 'class'),
  );

/** openpi's default. */
const DEFAULT_BATCH = 32;

/**
 * Samples of a step, as the text's `batch_size` or the default of its TrainConfig has it.
 * @returns null where the text has no say in it, says two numbers, or has code in place of a number
 */
export function batchOf(text: string, tokens: readonly Token[]): number | null {
  const set = tokens.filter((token, i) => isName(token, 'batch_size') && isMark(tokens[i + 1], '='));
  if (set.length === 0) return trainConfigIn(tokens) ? DEFAULT_BATCH : null;
  const written = set.map(({ end }) => /^\s*=\s*(\d[\d_]*)\s*(?:[,);\n#]|$)/.exec(text.slice(end))?.[1]);
  const numbers = new Set(written.map((digits) => Number(digits?.replaceAll('_', ''))));
  const [batch] = numbers;
  return numbers.size === 1 && batch !== undefined && Number.isSafeInteger(batch) && batch > 0 ? batch : null;
}
