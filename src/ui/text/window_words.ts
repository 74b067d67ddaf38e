import type { DatasetReport, TextDataEvent } from '../../worker/api';
import type { ChosenNumber } from '../bench/task_view';
import { count, counted, percent } from '../words/format';
import { words } from './words';

/** What was cut of conversations, one sentence; empty where nothing was. */
export function cutWords({ cut, sequenceLength }: Pick<TextDataEvent, 'cut' | 'sequenceLength'>): string {
  if (!cut || cut.examples === 0) return '';
  return words.data.cut(counted(cut.examples, 'example'), count(sequenceLength), percent(cut.share));
}

/** The window length that cuts nothing, or as little as the base allows; null where there is no better one. */
export function betterLength(
  { cut, sequenceLength, lengthThatCutsNone }: DatasetReport,
  context: number,
): { readonly length: number; readonly cutsNone: boolean } | null {
  const length = lengthThatCutsNone ?? context;
  if (cut.examples === 0 || length <= sequenceLength) return null;
  return { length, cutsNone: lengthThatCutsNone !== null };
}

/** The window length that was chosen from the data, and why. */
export function chosenLength({ chosen, sequenceLength, longest }: DatasetReport): ChosenNumber | null {
  if (chosen === null) return null;
  return {
    value: String(sequenceLength),
    why: words.data.chosen[chosen](count(sequenceLength), counted(longest, 'token')),
  };
}
