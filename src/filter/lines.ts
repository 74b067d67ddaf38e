/** The statements without a block: what each does to the names, the lists and the result. */
import { holds, isVariant } from './condition';
import { constant } from './construct';
import type { Expression, Span } from './expression';
import { FilterError } from './filter_error';
import type { Statement } from './statements';
import type { Variants } from './stock';
import type { Token } from './tokenize';
import { filter, value } from './value';
import {
  type Assumption,
  fault,
  isMark,
  isName,
  type List,
  MOST_PARTS,
  peek,
  type Reader,
  take,
  type Unreadable,
  type Value,
} from './values';

/** A filter that the text may mean as its result, and where it stands. */
export interface Candidate {
  readonly expression: Expression;
  readonly at: Token;
}

export interface Program {
  readonly text: string;
  readonly names: Map<string, Value | Unreadable>;
  readonly ignored: { span: Span; what: string }[];
  /** `freeze_filter=…`, then `return …`, then expressions that stand alone: the first kind that occurs is meant. */
  readonly freezeFilters: Candidate[];
  readonly returned: Candidate[];
  readonly alone: Candidate[];
  /** Names given to filters that nothing has used yet: a single one is meant where nothing else is. */
  readonly unused: Map<string, Candidate>;
  /** What could not be read and has not been needed so far. */
  readonly errors: FilterError[];
  /** Lists that lines add to and nothing has used yet, and where the last of these lines stands. */
  readonly lists: Map<string, { readonly list: List; readonly span: Span }>;
  readonly variants: Variants | null;
  readonly configuration: Reader['configuration'];
  readonly assumed: Assumption[];
  depth: number;
}

/** Statements that say nothing about a filter. `print` and `assert` may look at a list without changing it. */
export const HARMLESS = ['import', 'from', 'pass', 'print', 'assert', 'global', 'nonlocal'];

export const at = (program: Program, what: string, token: Token, fix: string) =>
  new FilterError(what, program.text, token.begin, fix);

export function readerOf(program: Program, { tokens }: Statement, from = 0): Reader {
  const { text, names, variants, configuration, assumed } = program;
  return { text, tokens, at: from, depth: 0, names, variants, configuration, assumed };
}

/** One statement without a block; true for a `return`. */
export function line(program: Program, statement: Statement): boolean {
  const { tokens } = statement;
  const [first] = tokens as [Token];
  const explicit = tokens.findIndex((token, i) => isName(token, 'freeze_filter') && isMark(tokens[i + 1], '=', ':'));
  const equals = isName(first) ? assignment(tokens, 1) : -1;
  if (explicit >= 0) return freezeFilter(program, statement, explicit);
  if (isName(first, 'return')) return returns(program, statement);
  if (isName(first, ...HARMLESS) || isMark(first, '@')) ignore(program, statement);
  else if (addsTo(tokens)) extend(program, statement);
  else if (equals > 0) assign(program, statement, equals);
  else alone(program, statement);
  return false;
}

/** Whether it is `name += …`, `name.append(…)` or `name.extend(…)`. */
export const addsTo = ([name, mark, more]: readonly Token[]): boolean =>
  isName(name) && ((isMark(mark, '+') && isMark(more, '=')) || (isMark(mark, '.') && isName(more, 'append', 'extend')));

/** Where the "=" of `name = …` or `name: type = …` stands, the name being before `from`; -1 where there is none. */
function assignment(tokens: readonly Token[], from: number): number {
  if (isMark(tokens[from], '=')) return isMark(tokens[from + 1], '=') ? -1 : from;
  if (!isMark(tokens[from], ':')) return -1;
  return tokens.findIndex((token, i) => i > from && isMark(token, '='));
}

/** `freeze_filter=…` on a line of its own or anywhere in a call, such as `TrainConfig(…)`. */
function freezeFilter(program: Program, statement: Statement, index: number): boolean {
  const { tokens } = statement;
  const equals = assignment(tokens, index + 1);
  if (equals < 0) {
    ignore(program, statement);
    return false;
  }
  const reader = readerOf(program, statement, equals + 1);
  const expression = filter(reader);
  const next = peek(reader);
  if (next.kind !== 'end' && !isMark(next, ',', ')')) throw follows(reader);
  use(program, statement);
  program.freezeFilters.push({ expression, at: tokens[index]! });
  const more = tokens.findIndex(
    (token, i) => i > equals && isName(token, 'freeze_filter') && isMark(tokens[i + 1], '='),
  );
  if (more > 0) return freezeFilter(program, statement, more);
  if (index > 0) ignore(program, statement);
  return false;
}

function returns(program: Program, statement: Statement): boolean {
  const reader = readerOf(program, statement, 1);
  if (peek(reader).kind === 'end') ignore(program, statement);
  else program.returned.push({ expression: whole(reader), at: statement.tokens[1]! });
  use(program, statement);
  return true;
}

/** A filter, and nothing behind it but a comma. */
export function whole(reader: Reader): Expression {
  const expression = filter(reader);
  if (isMark(peek(reader), ',')) reader.at++;
  if (peek(reader).kind !== 'end') throw follows(reader);
  return expression;
}

const follows = (reader: Reader) =>
  fault(
    reader,
    `"${peek(reader).text}" follows the end of the filter.`,
    peek(reader),
    'Join filters with Any(…) or All(…).',
  );

const firstNameOf = ({ tokens }: Statement) => tokens[0]!.text;

/** `filters += [a]`, `filters.append(a)`, `filters.extend([a])`. */
function extend(program: Program, statement: Statement): void {
  const name = firstNameOf(statement);
  const known = program.names.get(name);
  if (known === undefined) {
    begin(program, statement);
    return;
  }
  if (known.kind !== 'list') {
    const what = `"${name}" is added to, and no line above makes it a list.`;
    program.errors.push(at(program, what, statement.tokens[0]!, `Begin with "${name} = []".`));
    ignore(program, statement);
    return;
  }
  add(program, statement, known);
}

/** Lines copied without the one that begins their list; what cannot be read matters only if the list is used. */
function begin(program: Program, statement: Statement): void {
  const name = firstNameOf(statement);
  const { begin, end } = statement.tokens[0]!;
  const list: List = { kind: 'list', of: [], begin, end };
  try {
    add(program, statement, list);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    program.names.set(name, { kind: 'unreadable', why: error });
    program.errors.push(error);
    ignore(program, statement);
    return;
  }
  program.names.set(name, list);
  const what = `No line begins the list: this was read as if "${name} = []" stood above.`;
  program.assumed.push({ rule: 'list-not-begun', span: { begin, end }, what });
}

function add(program: Program, statement: Statement, list: List): void {
  use(program, statement);
  const reader = readerOf(program, statement, 3);
  const method = isMark(statement.tokens[1], '.') ? statement.tokens[2]!.text : null;
  if (method) take(reader, '(', `after "${method}"`);
  const place = peek(reader);
  const added = value(reader);
  if (method && isMark(peek(reader), ',')) reader.at++;
  if (method) take(reader, ')', `to close ${method}(`);
  if (peek(reader).kind !== 'end') throw follows(reader);
  if (method !== 'append' && added.kind !== 'list') throw fault(reader, 'Only a list can be added to a list.', place);
  list.of.push(...(method !== 'append' && added.kind === 'list' ? added.of : [added]));
  if (list.of.length > MOST_PARTS) throw fault(reader, `The list has more than ${MOST_PARTS} members.`, place);
  const span = { begin: statement.tokens[0]!.begin, end: statement.tokens[statement.tokens.length - 2]!.end };
  program.lists.set(firstNameOf(statement), { list, span });
}

/** `name = …`; what cannot be read matters only if the name is used. */
function assign(program: Program, statement: Statement, equals: number): void {
  const name = statement.tokens[0]!;
  const reader = readerOf(program, statement, equals + 1);
  const truth = statement.tokens.some(isVariant) ? holds({ ...reader }) : null;
  if (truth !== null) {
    const { begin, end } = peek(reader);
    use(program, statement);
    program.names.set(name.text, { kind: 'truth', holds: truth, begin, end });
    return;
  }
  try {
    const found = value(reader);
    if (isMark(peek(reader), ',')) reader.at++;
    if (peek(reader).kind !== 'end') throw follows(reader);
    use(program, statement);
    program.names.set(name.text, found);
    if (isFilter(found) && constant(reader, found) === null)
      program.unused.set(name.text, { expression: found, at: name });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    use(program, statement);
    program.names.set(name.text, { kind: 'unreadable', why: error });
    program.errors.push(error);
    ignore(program, statement);
  }
}

export const isFilter = (value: Value): value is Expression =>
  !['string', 'list', 'configuration', 'truth'].includes(value.kind);

/** An expression that stands alone: the result, unless a line says what is; or a docstring, a rest of a call, a call. */
function alone(program: Program, statement: Statement): void {
  const { tokens } = statement;
  if (tokens[0]?.kind === 'string' || tokens.slice(0, -1).every((token) => isMark(token, ')', ']', '}', ','))) {
    ignore(program, statement);
    return;
  }
  try {
    program.alone.push({ expression: whole(readerOf(program, statement)), at: tokens[0]! });
    use(program, statement);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    // Whatever it does to a list is not known: the filter may depend on it.
    if (tokens.slice(0, 2).some((token) => isList(program, token))) {
      const fix = 'Write it with append or extend, or write the list out.';
      throw at(program, 'What this line does to the list is not followed here.', tokens[0]!, fix);
    }
    if (tokens.some((token) => isList(program, token))) throw error;
    program.errors.push(error);
    ignore(program, statement);
  }
}

export const isList = (program: Program, token: Token | undefined) =>
  token?.kind === 'name' && program.names.get(token.text)?.kind === 'list';

/** Notes that the names in a statement have been used, or are given anew. */
function use(program: Program, { tokens }: Statement): void {
  for (const { text } of tokens) {
    program.unused.delete(text);
    program.lists.delete(text);
  }
}

/** Names a statement that has no say in the filter. */
export function ignore(program: Program, { tokens }: Statement): void {
  const span = { begin: tokens[0]!.begin, end: tokens[tokens.length - 1]!.end };
  program.ignored.push({ span, what: firstLine(program.text.slice(span.begin, span.end)) });
}

export const firstLine = (text: string) => (text.split('\n')[0] as string).trim();
