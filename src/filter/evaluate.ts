import type { Expression } from './expression';
import { compilePattern } from './python_regex';

/** What an expression says of a path such as "PaliGemma/llm/layers/attn/q_einsum/w". */
export type Predicate = (path: string) => boolean;

/** A part that looks at paths itself. */
export type Pattern = Extract<Expression, { readonly kind: 'PathRegex' | 'PathContains' }>;

/** What patterns come to, and how their answers are put together: T is an answer, for one path or for many. */
export interface Answers<T> {
  readonly pattern: (pattern: Pattern) => T;
  /** Of no parts: yes, everywhere. */
  readonly all: (parts: readonly T[]) => T;
  /** Of no parts: no, everywhere. */
  readonly any: (parts: readonly T[]) => T;
  readonly not: (part: T) => T;
}

/**
 * The one place that says what an expression means.
 * @param inner the answer of a part
 */
export function evaluate<T>(expression: Expression, answers: Answers<T>, inner: (part: Expression) => T): T {
  switch (expression.kind) {
    case 'PathRegex':
    case 'PathContains':
      return answers.pattern(expression);
    case 'All':
      return answers.all(expression.of.map(inner));
    case 'Any':
      return answers.any(expression.of.map(inner));
    case 'Not':
      return answers.not(inner(expression.of));
    case 'Everything':
      return answers.all([]);
    case 'Nothing':
      return answers.any([]);
  }
}

const predicates: Answers<Predicate> = {
  pattern: predicateOf,
  all: (parts) => (path) => parts.every((part) => part(path)),
  any: (parts) => (path) => parts.some((part) => part(path)),
  not: (part) => (path) => !part(path),
};

/**
 * Prepares an expression for many paths.
 *
 * @throws ProblemError for a regular expression that Python would not take or that we refuse.
 */
export const compile = (expression: Expression): Predicate => evaluate(expression, predicates, compile);

/** The same for a pattern. */
export function predicateOf(pattern: Pattern): Predicate {
  if (pattern.kind === 'PathContains') {
    const { key, exact } = pattern;
    return (path) => path.split('/').some((part) => (exact ? part === key : part.includes(key)));
  }
  const { sep } = pattern;
  const matchesWhole = compilePattern(pattern.pattern);
  return (path) => matchesWhole(sep === '/' ? path : path.split('/').join(sep));
}

/** Whether `expression` names the leaf at `path`. For many paths, compile() once. */
export const matches = (expression: Expression, path: string): boolean => compile(expression)(path);
