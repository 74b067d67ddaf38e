import type { Expression } from './expression';
import { FilterError } from './filter_error';
import { compilePattern, PatternError } from './python_regex';
import { type Literal, type Token, tokenize } from './tokenize';

export { FilterError } from './filter_error';

interface Reader {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/** An argument of a call, before it is known what the call wants. */
interface Argument {
  readonly name: Token | null;
  readonly begin: number;
  readonly value: Expression | Literal;
}

const NAMES = ['PathRegex', 'PathContains', 'All', 'Any', 'Not', 'Everything', 'Nothing'] as const;
type Name = (typeof NAMES)[number];

/** More than people write, less than what exhausts the stack. */
const DEEPEST = 200;

/**
 * Reads a filter as it stands in Python code of flax or openpi: `nnx.All(nnx_utils.PathRegex(".*llm.*"), …)`.
 * Nothing is executed. Each node keeps its place in the text.
 *
 * @throws FilterError that points at the character at fault.
 */
export function parse(text: string): Expression {
  const reader: Reader = { text, tokens: tokenize(text), at: 0, depth: 0 };
  if (peek(reader).kind === 'end') {
    throw new FilterError('The filter is empty.', text, 0, 'Write Nothing to freeze nothing.');
  }
  const expression = filter(reader);
  const rest = peek(reader);
  if (rest.kind !== 'end') {
    throw fault(reader, `"${rest.text}" follows the end of the filter.`, rest, 'Join filters with Any(…) or All(…).');
  }
  return expression;
}

const peek = (reader: Reader) => reader.tokens[reader.at] as Token;

const fault = (reader: Reader, what: string, token: { readonly begin: number }, fix?: string) =>
  new FilterError(what, reader.text, token.begin, fix);

function take(reader: Reader, mark: string, why: string): Token {
  const token = peek(reader);
  if (token.kind !== 'mark' || token.text !== mark) {
    throw fault(
      reader,
      `A "${mark}" is missing ${why}${token.kind === 'end' ? '' : ` before "${token.text}"`}.`,
      token,
    );
  }
  reader.at++;
  return token;
}

const spanOf = ({ begin, end }: Token) => ({ begin, end });

const isMark = (token: Token, ...marks: string[]) => token.kind === 'mark' && marks.includes(token.text);

/** A value that must be a filter. */
const filter = (reader: Reader) => asFilter(reader, value(reader));

function asFilter(reader: Reader, found: Expression | Literal): Expression {
  if (found.kind !== 'string') return found;
  throw fault(reader, 'A bare string is no filter for paths.', found, `Write PathRegex(${found.text}).`);
}

function value(reader: Reader): Expression | Literal {
  if (++reader.depth > DEEPEST) throw fault(reader, 'The filter is nested too deeply.', peek(reader));
  const found = nestedValue(reader);
  reader.depth--;
  return found;
}

function nestedValue(reader: Reader): Expression | Literal {
  const token = peek(reader);
  if (token.kind === 'string') {
    reader.at++;
    return token;
  }
  if (isMark(token, '...')) {
    reader.at++;
    return { kind: 'Everything', span: spanOf(token) };
  }
  if (isMark(token, '[', '(')) return list(reader, token);
  if (token.kind === 'name') return call(reader);
  if (token.kind === 'end') throw fault(reader, 'A filter is missing at the end.', token);
  if (isMark(token, '&', '|', '~')) {
    throw fault(reader, `Filters are not joined by "${token.text}".`, token, 'Write All(…, …), Any(…, …) or Not(…).');
  }
  if (isMark(token, '*')) {
    throw fault(reader, 'A list of filters cannot be unpacked here.', token, 'Write its members out.');
  }
  throw fault(reader, `A filter cannot begin with "${token.text}".`, token);
}

/** `[a, b]` and `(a, b)` mean Any(a, b), as in flax; `(a)` is a alone. */
function list(reader: Reader, open: Token): Expression | Literal {
  const close = open.text === '[' ? ']' : ')';
  reader.at++;
  const members: (Expression | Literal)[] = [];
  let commas = 0;
  while (!isMark(peek(reader), close)) {
    members.push(value(reader));
    if (!isMark(peek(reader), ',')) break;
    reader.at++;
    commas++;
  }
  const end = take(reader, close, `to close the "${open.text}"`).end;
  if (open.text === '(' && members.length === 1 && commas === 0) return members[0] as Expression | Literal;
  return { kind: 'Any', of: members.map((member) => asFilter(reader, member)), span: { begin: open.begin, end } };
}

/** `nnx.All(…)`, `Nothing`, `True`: a name with its prefixes, and its arguments. */
function call(reader: Reader): Expression {
  const first = peek(reader);
  let name = first;
  reader.at++;
  while (isMark(peek(reader), '.')) {
    reader.at++;
    name = peek(reader);
    if (name.kind !== 'name') throw fault(reader, 'A name is missing after the ".".', name);
    reader.at++;
  }
  if (name === first && (name.text === 'True' || name.text === 'False' || name.text === 'None')) {
    return { kind: name.text === 'True' ? 'Everything' : 'Nothing', span: spanOf(name) };
  }
  if (!NAMES.includes(name.text as Name)) throw unknown(reader, name);
  if (!isMark(peek(reader), '(')) {
    if (name.text === 'Everything' || name.text === 'Nothing') {
      return { kind: name.text, span: { begin: first.begin, end: name.end } };
    }
    throw fault(reader, `"${name.text}" needs its arguments.`, name, `Write ${name.text}(…).`);
  }
  const args = callArguments(reader, name.text);
  const span = { begin: first.begin, end: (reader.tokens[reader.at - 1] as Token).end };
  return { ...construct(reader, name, args), span };
}

function unknown(reader: Reader, name: Token): FilterError {
  const meant = NAMES.find((known) => known.toLowerCase() === name.text.toLowerCase().replaceAll('_', ''));
  return fault(
    reader,
    `"${name.text}" is not a filter.`,
    name,
    meant ? `Write ${meant}.` : `The filters are ${NAMES.join(', ')}.`,
  );
}

function callArguments(reader: Reader, of: string): Argument[] {
  reader.at++; // the "("
  const args: Argument[] = [];
  while (!isMark(peek(reader), ')')) {
    const { begin } = peek(reader);
    let name: Token | null = null;
    if (peek(reader).kind === 'name' && isMark(reader.tokens[reader.at + 1] as Token, '=')) {
      name = peek(reader);
      reader.at += 2;
    } else if (args.some((arg) => arg.name)) {
      throw fault(reader, 'An argument without a name follows one with a name.', peek(reader));
    }
    args.push({ name, begin, value: value(reader) });
    if (!isMark(peek(reader), ',')) break;
    reader.at++;
  }
  take(reader, ')', `to close ${of}(`);
  return args;
}

/** The node that a call makes, without its place. */
function construct(reader: Reader, name: Token, args: readonly Argument[]): Expression {
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
  if (named) throw fault(reader, `${kind} takes no argument by name.`, named);
  const of = args.map((arg) => asFilter(reader, arg.value));
  if (kind === 'All' || kind === 'Any') return { kind, of };
  if (kind === 'Not') {
    if (of.length !== 1) {
      throw fault(reader, `Not takes one filter, and here are ${of.length}.`, name, 'Write Not(Any(…)) for several.');
    }
    return { kind, of: of[0] as Expression };
  }
  if (of.length > 0) throw fault(reader, `${kind} takes no arguments.`, args[0] as Argument);
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
    if (at >= parameters.length) throw fault(reader, `${call.text} takes ${parameters.length} arguments.`, arg);
    if (bound[at]) throw fault(reader, `"${parameters[at]}" is given twice.`, arg);
    bound[at] = arg;
  }
  return bound;
}

function text(reader: Reader, call: Token, arg: Argument | undefined, what: string): Literal {
  if (!arg) throw fault(reader, `${call.text} needs ${what}.`, call, `Write ${call.text}("…").`);
  if (arg.value.kind !== 'string') throw fault(reader, `${call.text} needs ${what} in quotes here.`, arg);
  return arg.value;
}

function truth(reader: Reader, arg: Argument): boolean {
  const written = arg.value.kind === 'string' ? '' : reader.text.slice(arg.value.span?.begin, arg.value.span?.end);
  if (written !== 'True' && written !== 'False') throw fault(reader, '"exact" is True or False.', arg);
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
