/** What a call makes of its arguments. */
import type { Expression } from './expression';
import { FilterError } from './filter_error';
import { compilePattern, PatternError } from './python_regex';
import type { Literal, Token } from './tokenize';
import { asFilter, beginOf, fault, type Reader, type Value } from './values';

/** An argument of a call, before it is known what the call wants. */
export interface Argument {
  readonly name: Token | null;
  readonly begin: number;
  readonly value: Value;
}

export const NAMES = ['PathRegex', 'PathContains', 'All', 'Any', 'Not', 'Everything', 'Nothing'] as const;
export type Name = (typeof NAMES)[number];

/** The node that a call makes, without its place. */
export function construct(reader: Reader, name: Token, args: readonly Argument[]): Expression {
  const kind = name.text as Name;
  if (kind === 'PathRegex') {
    const [pattern, sep] = bind(reader, name, args, ['pattern', 'sep']);
    const literal = text(reader, name, pattern, 'a pattern');
    checkPattern(reader, literal);
    return { kind, pattern: literal.value, sep: sep ? text(reader, name, sep, 'a separator').value : '/' };
  }
  if (kind === 'PathContains') {
    const [key, exact] = bind(reader, name, args, ['key', 'exact']);
    return { kind, key: text(reader, name, key, 'a key').value, exact: exact ? truth(reader, exact) : true };
  }
  const named = args.find((arg) => arg.name);
  if (named) throw fault(reader, `${kind} takes no argument by name.`, named, 'Leave the name and the "=" out.');
  const of = args.map((arg) => asFilter(reader, arg.value));
  if (kind === 'All' || kind === 'Any') return { kind, of };
  if (kind === 'Not') {
    if (of.length !== 1) {
      throw fault(reader, `Not takes one filter, and here are ${of.length}.`, name, 'Write Not(Any(…)) for several.');
    }
    return { kind, of: of[0]! };
  }
  if (of.length > 0) throw fault(reader, `${kind} takes no arguments.`, args[0]!, `Write ${kind}.`);
  return { kind };
}

/** Puts arguments, by position or by name, into the order of `parameters`. */
function bind(reader: Reader, call: Token, args: readonly Argument[], parameters: readonly string[]) {
  const bound: (Argument | undefined)[] = parameters.map(() => undefined);
  for (const [i, arg] of args.entries()) {
    const at = arg.name ? parameters.indexOf(arg.name.text) : i;
    if (at < 0) {
      throw fault(
        reader,
        `${call.text} has no argument "${arg.name?.text}".`,
        arg,
        `It has ${parameters.join(' and ')}.`,
      );
    }
    if (at >= parameters.length)
      throw fault(reader, `${call.text} takes ${parameters.length} arguments.`, arg, 'Leave this one out.');
    if (bound[at]) throw fault(reader, `"${parameters[at]}" is given twice.`, arg, 'Keep one of them.');
    bound[at] = arg;
  }
  return bound;
}

function text(reader: Reader, call: Token, arg: Argument | undefined, what: string): Literal {
  if (!arg) throw fault(reader, `${call.text} needs ${what}.`, call, `Write ${call.text}("…").`);
  if (arg.value.kind !== 'string')
    throw fault(reader, `${call.text} needs ${what} in quotes here.`, arg, 'Put it in quotes.');
  return arg.value;
}

/** The word True, False or None that a value is, if it is one. */
export function constant(reader: Reader, value: Value): string | null {
  if (value.kind !== 'Everything' && value.kind !== 'Nothing') return null;
  const written = reader.text.slice(beginOf(value), value.span?.end);
  return ['True', 'False', 'None'].includes(written) ? written : null;
}

function truth(reader: Reader, arg: Argument): boolean {
  const written = constant(reader, arg.value);
  if (written !== 'True' && written !== 'False')
    throw fault(reader, '"exact" is True or False.', arg, 'Write exact=False for a part of a name.');
  return written === 'True';
}

/** Tries the pattern, and moves its error from the pattern to the text around it. */
function checkPattern(reader: Reader, literal: Literal): void {
  try {
    compilePattern(literal.value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const offset = literal.offsets[error.index] ?? literal.end - 1;
    throw new FilterError(error.problem.what, reader.text, offset, error.problem.fix);
  }
}
