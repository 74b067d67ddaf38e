import { excerpt } from '../problem';
import type { Expression, Span } from './expression';
import { FilterError } from './filter_error';
import type { CONFIGURATIONS, Variants } from './stock';
import type { Literal, Token } from './tokenize';

/** `[a, b]` or `(a, b)`: Any of its members where a filter is wanted. `filters.append(…)` adds to the same list. */
export interface List {
  readonly kind: 'list';
  readonly of: Value[];
  readonly begin: number;
  readonly end: number;
}

/** A model's configuration, of which only the filter that openpi makes of it is known. */
export interface Configuration {
  readonly kind: 'configuration';
  readonly stock: Expression;
  readonly begin: number;
}

/** What a name stands for that we cannot read; an error only where it is used. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly why: FilterError;
}

/** What a condition under a name came to: `has_lora = "lora" in variant`. */
export interface Truth {
  readonly kind: 'truth';
  readonly holds: boolean;
  readonly begin: number;
  readonly end: number;
}

export type Value = Expression | Literal | List | Configuration | Truth;

/** A place in the tokens of a text, and what the names in it stand for. */
export interface Reader {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
  readonly names: Map<string, Value | Unreadable>;
  /** What the model's configuration is called, where that is known. */
  readonly variants: Variants | null;
  /** The configuration that `super()` or `self` is of. */
  readonly configuration: (typeof CONFIGURATIONS)[number];
  /** What the text leaves out or says in another way, and what was read in its place. */
  readonly assumed: Assumption[];
}

/** Something that the text does not say as Python would have it, and how it was read. */
export interface Assumption {
  readonly rule:
    | 'list-not-begun'
    | 'result-not-returned'
    | 'name-of-openpi'
    | 'operator'
    | 'curly-quotes'
    | 'full-width'
    | 'no-filter-set'
    | 'what-trains';
  readonly span: Span;
  /** One sentence. */
  readonly what: string;
}

/** More than people write; few enough to test on a tree between two keystrokes. */
export const MOST_PARTS = 1_000;

export const peek = (reader: Reader) => reader.tokens[reader.at] as Token;

export const isMark = (token: Token | undefined, ...marks: string[]) =>
  token?.kind === 'mark' && marks.includes(token.text);

export const isName = (token: Token | undefined, ...names: string[]) =>
  token?.kind === 'name' && (names.length === 0 || names.includes(token.text));

export const fault = (reader: Reader, what: string, token: { readonly begin: number }, fix?: string) =>
  new FilterError(what, reader.text, token.begin, fix);

/** Takes the mark, or says what is missing. */
export function take(reader: Reader, mark: string, why: string): Token {
  const token = peek(reader);
  if (!isMark(token, mark)) {
    const before = token.kind === 'end' ? '' : ` before "${excerpt(token.text)}"`;
    throw fault(reader, `A "${mark}" is missing ${why}${before}.`, token, `Add a "${mark}".`);
  }
  reader.at++;
  return token;
}

export const beginOf = (value: Value) => ('begin' in value ? value.begin : (value.span?.begin ?? 0));

/** The value as a filter: a list is Any of its members, as in flax. */
export function asFilter(reader: Reader, found: Value): Expression {
  switch (found.kind) {
    case 'string':
      throw fault(reader, 'A bare string is no filter for paths.', found, `Write PathRegex(${excerpt(found.text)}).`);
    case 'configuration':
      throw fault(reader, 'A model configuration is no filter.', found, 'Add ".get_freeze_filter()".');
    case 'truth':
      return { kind: found.holds ? 'Everything' : 'Nothing', span: { begin: found.begin, end: found.end } };
    case 'list': {
      const of = found.of.map((member) => asFilter(reader, member));
      return limited(reader, { kind: 'Any', of, span: { begin: found.begin, end: found.end } });
    }
    default:
      return found;
  }
}

const sizes = new WeakMap<Expression, number>();

/** Sub-expressions, itself included. A name used twice counts twice. */
const sizeOf = (expression: Expression): number => sizes.get(expression) ?? 1;

/** `expression` as it is, unless names that stand for names have made it huge. */
export function limited<E extends Expression>(reader: Reader, expression: E): E {
  const of = expression.kind === 'Not' ? [expression.of] : 'of' in expression ? expression.of : [];
  const size = 1 + of.reduce((sum, part) => sum + sizeOf(part), 0);
  if (size > MOST_PARTS) {
    const begin = expression.span?.begin ?? 0;
    throw fault(reader, `The filter has more than ${MOST_PARTS} parts.`, { begin }, 'Say it with fewer patterns.');
  }
  sizes.set(expression, size);
  return expression;
}
