/** openpi's moving average of the parameters, which a TrainConfig keeps unless it says that it doesn't. */
import type { Span } from './expression';
import type { Token } from './tokenize';
import { trainConfigIn } from './train_config';
import { isMark, isName } from './values';

/** What a text's TrainConfig says of the average. */
export interface Ema {
  /** Where the average is set or, where it is left at its default, the configuration's name. */
  readonly span: Span;
  /** What it is set to, as written; null where nothing sets it. */
  readonly written: string | null;
  /** The whole text with the average turned off. */
  readonly repair: string;
}

/** openpi's default. */
export const DEFAULT_EMA_DECAY = '0.99';

/**
 * The average that the text keeps: `ema_decay` set to a number, or a TrainConfig that does not set it.
 * @returns null where the text turns it off, or has no say in it
 */
export function emaOf(text: string, tokens: readonly Token[]): Ema | null {
  const set = tokens.findIndex((_, i) => isSetTo(tokens, i));
  if (set >= 0) return ofValue(text, tokens, set);
  const call = trainConfigIn(tokens);
  if (!call) return null;
  const { begin, end } = call;
  const inside = tokens[tokens.indexOf(call) + 1]!.end;
  // On a line of its own where the other arguments have lines of theirs.
  const indent = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(inside))?.[1];
  const added = indent === undefined ? 'ema_decay=None, ' : `\n${indent}ema_decay=None,`;
  const repair = `${text.slice(0, inside)}${added}${text.slice(inside)}`;
  return { span: { begin, end }, written: null, repair };
}

/** Whether `ema_decay=…` stands there, and no comparison. */
const isSetTo = (tokens: readonly Token[], at: number) =>
  isName(tokens[at], 'ema_decay') && isMark(tokens[at + 1], '=') && !isMark(tokens[at + 2], '=');

function ofValue(text: string, tokens: readonly Token[], at: number): Ema | null {
  let last = at + 2;
  while (last < tokens.length - 1 && !isMark(tokens[last], ',', ')') && sameLine(text, tokens, last)) last++;
  const [first, final] = [tokens[at + 2]!, tokens[last - 1]!];
  if (isName(first, 'None') || last === at + 2) return null;
  const written = text.slice(first.begin, final.end);
  const repair = `${text.slice(0, first.begin)}None${text.slice(final.end)}`;
  return { span: { begin: tokens[at]!.begin, end: final.end }, written, repair };
}

const sameLine = (text: string, tokens: readonly Token[], at: number) =>
  !text.slice(tokens[at - 1]!.end, tokens[at]!.begin).includes('\n');
