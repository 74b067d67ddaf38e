import type { Expression, Span } from './expression';
import { FilterError } from './filter_error';
import { run } from './program';
import { statementsOf } from './statements';
import { tokenize } from './tokenize';

export { FilterError } from './filter_error';

/** A part of the text that has no say in the filter. */
export interface Ignored {
  readonly span: Span;
  /** Its first line, as written. */
  readonly what: string;
}

export interface Reading {
  readonly expression: Expression;
  readonly ignored: readonly Ignored[];
}

/**
 * Reads a filter as it stands in Python code of flax or openpi: an expression such as
 * `nnx.All(nnx_utils.PathRegex(".*llm.*"), …)`, or the lines that make one (`filters.append(…)`, `freeze_filter=…`,
 * `return nnx.All(*filters)`). Nothing is executed: what these lines do to lists and names of filters is followed, other
 * lines are named in `ignored`, and a condition or a loop that decides about the filter is refused. Each node keeps its place in the text.
 *
 * @throws FilterError that points at the character at fault.
 */
export function read(text: string): Reading {
  const statements = statementsOf(text, tokenize(text));
  if (statements.length === 0) {
    throw new FilterError('The filter is empty.', text, 0, 'Write Nothing to freeze nothing.');
  }
  return run(text, statements);
}

/**
 * The filter that `read` finds in the text.
 *
 * @throws FilterError that points at the character at fault.
 */
export const parse = (text: string): Expression => read(text).expression;
