/** Splits Python text into its statements, as far as a filter's code has any. */
import type { Token } from './tokenize';
import { isMark, isName } from './values';

export interface Statement {
  /** Columns of white space before its line; a tab reaches to the next eighth. */
  readonly indent: number;
  /** Its tokens, never none, and an end. */
  readonly tokens: readonly Token[];
}

/** A line break ends a statement outside brackets; so does a ";". */
export function statementsOf(text: string, tokens: readonly Token[]): Statement[] {
  const statements: Statement[] = [];
  let depth = 0;
  let from = 0;
  let indent = 0;
  const finish = (to: number) => {
    if (to > from) statements.push({ indent, tokens: ended(tokens.slice(from, to)) });
    from = to;
  };
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'end') break;
    const startsLine = i === 0 || breaks(text.slice(tokens[i - 1]!.end, token.begin));
    if (depth === 0 && startsLine) {
      finish(i);
      indent = columnOf(text, token.begin);
    }
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth = Math.max(0, depth - 1);
    if (depth === 0 && isMark(token, ';')) {
      finish(i);
      from = i + 1;
    }
  }
  finish(tokens.length - 1);
  return statements;
}

/** `tokens`, and an end behind the last. */
function ended(tokens: readonly Token[]): Token[] {
  const { end } = tokens[tokens.length - 1]!;
  return [...tokens, { kind: 'end', text: '', begin: end, end }];
}

/** Whether the gap between two tokens ends a line. */
const breaks = (gap: string) =>
  gap
    .replace(/#[^\n]*/g, '')
    .replace(/\\\r?\n/g, '')
    .includes('\n');

function columnOf(text: string, offset: number): number {
  let column = 0;
  for (const character of text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)) {
    column = character === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  }
  return column;
}

const COMPOUND = ['if', 'for', 'while', 'with', 'try', 'match', 'async'];
const CONTINUES = ['elif', 'else', 'except', 'finally'];

/** One `if …:`, `else:` or `for …:` with the statements under it. */
export interface Branch {
  /** What stands before the ":", keyword first. */
  readonly head: Statement;
  readonly body: readonly Statement[];
}

export const isCompound = ({ tokens }: Statement) =>
  isName(tokens[0], ...COMPOUND, ...CONTINUES) && !isMark(tokens[1], '=', '.');

/** Whether it goes on with a statement above it, as `else:` does. */
export const continues = ({ tokens }: Statement) => isName(tokens[0], ...CONTINUES);

/**
 * The branches of the compound statement that stands first in `statements`: it and the `elif`, `else`, … that go on
 * with it, and how many statements they take.
 */
export function branchesOf(statements: readonly Statement[]): { readonly branches: Branch[]; readonly count: number } {
  const { indent } = statements[0]!;
  const branches: Branch[] = [];
  let count = 0;
  do {
    const header = statements[count]!;
    let end = count + 1;
    while (end < statements.length && statements[end]!.indent > indent) end++;
    const { head, rest } = splitHeader(header);
    branches.push({ head, body: [...rest, ...statements.slice(count + 1, end)] });
    count = end;
  } while (count < statements.length && statements[count]!.indent === indent && continues(statements[count]!));
  return { branches, count };
}

/** A header up to its ":", and the statement that may follow on the same line. */
export function splitHeader({ indent, tokens }: Statement): { readonly head: Statement; readonly rest: Statement[] } {
  let depth = 0;
  const colon = tokens.findIndex((token) => {
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    return depth === 0 && isMark(token, ':');
  });
  const written = tokens.slice(0, -1);
  if (colon < 1) return { head: { indent, tokens }, rest: [] };
  const rest = written.slice(colon + 1);
  return {
    head: { indent, tokens: ended(written.slice(0, colon)) },
    rest: rest.length > 0 ? [{ indent: indent + 1, tokens: ended(rest) }] : [],
  };
}
