import type { Expression } from './expression';

/** The expression as Python text; parsing it gives the same expression. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'PathRegex': {
      const sep = expression.sep === '/' ? '' : `, sep=${quote(expression.sep)}`;
      return `PathRegex(${quoteRaw(expression.pattern)}${sep})`;
    }
    case 'PathContains':
      return `PathContains(${quote(expression.key)}${expression.exact ? '' : ', exact=False'})`;
    case 'All':
    case 'Any':
      return `${expression.kind}(${expression.of.map(print).join(', ')})`;
    case 'Not':
      return `Not(${print(expression.of)})`;
    case 'Everything':
    case 'Nothing':
      return expression.kind;
  }
}

/** A pattern as people write it: a raw string where it holds backslashes and a raw string can hold it. */
const quoteRaw = (text: string): string => (/^[^"\n\r]*\\[^"\n\r]*[^"\n\r\\]$/.test(text) ? `r"${text}"` : quote(text));

const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/[\n\r]/g, (c) => (c === '\n' ? '\\n' : '\\r'))}"`;
