import type { Expression } from './expression';
import { compilePattern } from './python_regex';

/** What an expression says of a path such as "PaliGemma/llm/layers/attn/q_einsum/w". */
export type Predicate = (path: string) => boolean;

/**
 * Prepares an expression for many paths.
 *
 * @throws ProblemError for a regular expression that Python would not take or that we refuse.
 */
export function compile(expression: Expression): Predicate {
  switch (expression.kind) {
    case 'PathRegex': {
      const { sep } = expression;
      const matchesWhole = compilePattern(expression.pattern);
      return (path) => matchesWhole(sep === '/' ? path : path.split('/').join(sep));
    }
    case 'PathContains': {
      const { key, exact } = expression;
      return (path) => path.split('/').some((part) => (exact ? part === key : part.includes(key)));
    }
    case 'All': {
      const parts = expression.of.map(compile);
      return (path) => parts.every((part) => part(path));
    }
    case 'Any': {
      const parts = expression.of.map(compile);
      return (path) => parts.some((part) => part(path));
    }
    case 'Not': {
      const part = compile(expression.of);
      return (path) => !part(path);
    }
    case 'Everything':
      return () => true;
    case 'Nothing':
      return () => false;
  }
}

/** Whether `expression` names the leaf at `path`. For many paths, compile() once. */
export const matches = (expression: Expression, path: string): boolean => compile(expression)(path);
