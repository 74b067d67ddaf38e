import { type Ema, emaOf } from './ema';
import type { Expression, Span } from './expression';
import { FilterError } from './filter_error';
import { run } from './program';
import { statementsOf } from './statements';
import type { Variants } from './stock';
import { type Token, tokenize } from './tokenize';
import type { Assumption } from './values';
import { modelOf, type NamedModel, variantsOfText } from './variants';

export { FilterError } from './filter_error';
export type { Variants } from './stock';
export type { Assumption } from './values';

/** A part of the text that has no say in the filter. */
export interface Ignored {
  readonly span: Span;
  /** Its first line, as written. */
  readonly what: string;
}

export interface Reading {
  readonly expression: Expression;
  readonly ignored: readonly Ignored[];
  /** What the text leaves out or says in another way, and what was read in its place. */
  readonly assumed: readonly Assumption[];
  /** The moving average that the configuration in the text keeps; null where none is known of. */
  readonly ema: Ema | null;
  /** The model that the configuration in the text is of; null where there is none. */
  readonly model: NamedModel | null;
}

/**
 * Reads a filter as it stands in Python code of flax or openpi: an expression such as
 * `nnx.All(nnx_utils.PathRegex(".*llm.*"), …)`, or the lines that make one (`filters.append(…)`, `freeze_filter=…`,
 * `return nnx.All(*filters)`). Nothing is executed: what these lines do to lists and names of filters is followed, other
 * lines are named in `ignored`. Conditions on the variants of the model are decided by those that the text names, or else
 * by `chosen`; another condition, or a loop, that decides about the filter is refused. Each node keeps its place in the text.
 *
 * @param chosen the variants of the model that the person chose, for conditions on variants that the text does not name
 * @throws FilterError that points at the character at fault.
 */
export function read(text: string, chosen: Variants | null = null): Reading {
  const code = withoutFrame(text);
  const tokens = tokenize(code);
  const statements = statementsOf(code, tokens);
  if (statements.length === 0) {
    throw new FilterError('The filter is empty.', text, 0, 'Write Nothing to freeze nothing.');
  }
  const made = run(text, statements, variantsOfText(tokens, chosen), curlyQuotes(tokens));
  return { ...made, ema: emaOf(text, tokens), model: modelOf(tokens) };
}

/**
 * The filter that `read` finds in the text.
 *
 * @throws FilterError that points at the character at fault.
 */
export const parse = (text: string): Expression => read(text).expression;

/** Fences of Markdown and prompts of a Python console around the code, as blanks: places in the text stay. */
const withoutFrame = (text: string): string =>
  text.replace(/^[ \t]*```.*$|^[ \t]*(?:>>>|\.\.\.)[ ]/gm, (frame) =>
    isFrame(text, frame) ? ' '.repeat(frame.length) : frame,
  );

/** "... " continues a line of a console, and only there: alone it is Python's Ellipsis. */
const isFrame = (text: string, frame: string) => !frame.includes('...') || /^[ \t]*>>>/m.test(text);

function curlyQuotes(tokens: readonly Token[]): Assumption[] {
  const first = tokens.find(({ kind, text }) => kind === 'string' && /^[a-zA-Z]*[^"'a-zA-Z]/.test(text));
  if (!first) return [];
  const what = 'Python does not take curly quotes: they were read as straight ones.';
  return [{ rule: 'curly-quotes', span: { begin: first.begin, end: first.end }, what }];
}
