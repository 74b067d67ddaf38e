/** Reads one value of a filter's text: a filter, a string, a list. */
import { excerpt } from '../problem';
import { type Argument, constant, construct, NAMES, type Name } from './construct';
import type { Expression } from './expression';
import type { FilterError } from './filter_error';
import { CONFIGURATIONS, DEFAULT_VARIANTS, NAMES_OF_OPENPI, stockFilter } from './stock';
import type { Token } from './tokenize';
import {
  asFilter,
  beginOf,
  fault,
  isMark,
  isName,
  limited,
  MOST_PARTS,
  peek,
  type Reader,
  take,
  type Unreadable,
  type Value,
} from './values';

/** More than people write, less than what exhausts the stack. */
const DEEPEST = 200;

const spanOf = ({ begin, end }: Token) => ({ begin, end });

/** What to do about variants that nobody names. */
export const NAME_VARIANTS =
  'Name the variants on lines above, such as paligemma_variant = "gemma_2b_lora" and action_expert_variant = "gemma_300m".';

/** A value that must be a filter. */
export const filter = (reader: Reader): Expression => asFilter(reader, value(reader));

/** @throws FilterError that points at the character at fault. */
export function value(reader: Reader): Value {
  if (++reader.depth > DEEPEST)
    throw fault(reader, 'The filter is nested too deeply.', peek(reader), 'Say it with fewer parts.');
  const found = joined(reader, '|', () => joined(reader, '&', () => sum(reader)));
  reader.depth--;
  return found;
}

/** Filters joined by an operator, which flax does not have, but which says what is meant. */
function joined(reader: Reader, operator: '|' | '&', inner: () => Value): Value {
  const first = inner();
  const mark = peek(reader);
  if (!isMark(mark, operator)) return first;
  const of = [asFilter(reader, first)];
  while (isMark(peek(reader), operator)) {
    reader.at++;
    of.push(asFilter(reader, inner()));
  }
  const kind = operator === '|' ? 'Any' : 'All';
  const what = `Filters of flax are not joined by "${operator}": this was read as ${kind}(…, …).`;
  reader.assumed.push({ rule: 'operator', span: spanOf(mark), what });
  return limited(reader, { kind, of, span: { begin: beginOf(first), end: reader.tokens[reader.at - 1]!.end } });
}

/** A value, or lists that are added. */
function sum(reader: Reader): Value {
  let found = single(reader);
  while (found.kind === 'list' && isMark(peek(reader), '+')) {
    const plus = peek(reader);
    reader.at++;
    const more = single(reader);
    if (more.kind !== 'list') throw fault(reader, 'Only a list can be added to a list.', plus, 'Put it in [ ].');
    found = { ...found, of: room(reader, [...found.of, ...more.of], plus), end: more.end };
  }
  return found;
}

function single(reader: Reader): Value {
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
  if (isMark(token, '~')) return turned(reader, token);
  if (token.kind === 'name') return named(reader);
  throw notValue(reader, token);
}

/** `~filter`. */
function turned(reader: Reader, mark: Token): Value {
  if (++reader.depth > DEEPEST)
    throw fault(reader, 'The filter is nested too deeply.', mark, 'Say it with fewer parts.');
  reader.at++;
  const of = asFilter(reader, single(reader));
  reader.depth--;
  const what = 'Filters of flax are not turned by "~": this was read as Not(…).';
  reader.assumed.push({ rule: 'operator', span: spanOf(mark), what });
  return limited(reader, { kind: 'Not', of, span: { begin: mark.begin, end: reader.tokens[reader.at - 1]!.end } });
}

function notValue(reader: Reader, token: Token): FilterError {
  if (token.kind === 'end')
    return fault(reader, 'A filter is missing at the end.', token, 'Write PathRegex("…"), or Nothing.');
  if (isMark(token, '*')) {
    return fault(reader, 'A list cannot be unpacked here.', token, 'Write its members out.');
  }
  const prefix = /^([a-zA-Z]+)["']/.exec(token.text)?.[1];
  if (prefix)
    return fault(
      reader,
      `Strings marked "${excerpt(prefix)}" are not supported.`,
      token,
      'Write plain text in quotes.',
    );
  const fix = `The filters are ${NAMES.join(', ')}.`;
  return fault(reader, `A filter cannot begin with "${excerpt(token.text)}".`, token, fix);
}

/** `[a, b]` and `(a, b)` are lists; `(a)` is a alone. */
function list(reader: Reader, open: Token): Value {
  const close = open.text === '[' ? ']' : ')';
  reader.at++;
  const of: Value[] = [];
  let alone = true;
  while (!isMark(peek(reader), close)) {
    if (isMark(peek(reader), '*')) {
      of.push(...unpacked(reader));
      alone = false;
    } else of.push(value(reader));
    room(reader, of, open);
    if (!isMark(peek(reader), ',')) break;
    reader.at++;
    alone = false;
  }
  const { end } = take(reader, close, `to close the "${open.text}"`);
  if (open.text === '(' && of.length === 1 && alone) return of[0]!;
  return { kind: 'list', of, begin: open.begin, end };
}

function room(reader: Reader, of: Value[], at: Token): Value[] {
  if (of.length > MOST_PARTS)
    throw fault(reader, `The list has more than ${MOST_PARTS} members.`, at, 'Say it with fewer patterns.');
  return of;
}

/** `*filters`: the members of a list, by its name or written out. */
function unpacked(reader: Reader): readonly Value[] {
  reader.at++;
  const token = peek(reader);
  if (isMark(token, '*')) throw fault(reader, 'Arguments by name cannot be unpacked here.', token, 'Write them out.');
  const found = value(reader);
  if (found.kind !== 'list') {
    throw fault(
      reader,
      `Only a list can be unpacked, and "${excerpt(token.text)}" is none.`,
      token,
      'Leave the "*" out.',
    );
  }
  return found.of;
}

/** `nnx.All(…)`, `Nothing`, `True`, `filters`: a name with its prefixes, and its arguments. */
function named(reader: Reader): Value {
  const first = peek(reader);
  let name = first;
  reader.at++;
  if (isName(first, 'lambda')) {
    const fix = 'Say it with PathRegex("…") inside All, Any and Not.';
    throw fault(reader, 'A lambda is code, and no code is run here.', first, fix);
  }
  if (isName(first, 'super') && isMark(peek(reader), '(')) {
    reader.at++;
    take(reader, ')', 'to close super(');
  }
  const known = reader.names.get(first.text);
  if (known && !isMark(peek(reader), '(')) return ofName(reader, known, first);
  while (isMark(peek(reader), '.')) {
    reader.at++;
    name = peek(reader);
    if (name.kind !== 'name')
      throw fault(reader, 'A name is missing after the ".".', name, 'Write nnx.All(…), for example.');
    reader.at++;
  }
  if (name === first && (name.text === 'True' || name.text === 'False' || name.text === 'None')) {
    return { kind: name.text === 'True' ? 'Everything' : 'Nothing', span: spanOf(name) };
  }
  if (name !== first && isName(name, 'get_freeze_filter')) return stockOfSelf(reader, name, first);
  if (isType(name) && !isMark(peek(reader), '('))
    return { kind: 'Everything', span: { begin: first.begin, end: name.end } };
  if (isName(name, 'OfType') && isMark(peek(reader), '(')) return ofType(reader, name, first);
  const configuration = CONFIGURATIONS.find((known) => known === name.text);
  if (configuration && isMark(peek(reader), '(')) return stock(reader, configuration, first);
  const pattern = name === first ? NAMES_OF_OPENPI.get(name.text) : undefined;
  if (pattern !== undefined) return ofOpenpi(reader, name, pattern);
  if (!NAMES.includes(name.text as Name)) throw unknown(reader, name, name === first);
  if (!isMark(peek(reader), '(')) {
    if (name.text === 'Everything' || name.text === 'Nothing') {
      return { kind: name.text, span: { begin: first.begin, end: name.end } };
    }
    throw fault(reader, `"${excerpt(name.text)}" needs its arguments.`, name, `Write ${excerpt(name.text)}(…).`);
  }
  const args = callArguments(reader, name.text);
  const span = { begin: first.begin, end: reader.tokens[reader.at - 1]!.end };
  return limited(reader, { ...construct(reader, name, args), span });
}

function ofName(reader: Reader, known: Value | Unreadable, name: Token): Value {
  if (known.kind === 'unreadable') throw known.why;
  return known.kind === 'configuration' && isMark(peek(reader), '.') ? stockOf(reader, known.stock, name) : known;
}

/** Types of variables: each leaf of a parameter tree is one. */
const isType = (name: Token) => isName(name, 'Param', 'Variable', 'VariableState');

/** Types of flax that no leaf of openpi's parameters has, LoRA's neither. */
const OTHER_TYPES = [
  'LoRAParam',
  'BatchStat',
  'Cache',
  'Intermediate',
  'Perturbation',
  'RngState',
  'RngKey',
  'RngCount',
];

/** `OfType(nnx.Param)`. */
function ofType(reader: Reader, name: Token, first: Token): Expression {
  const [argument, ...more] = callArguments(reader, name.text);
  const isKnown = argument?.value.kind === 'Everything' && constant(reader, argument.value) === null;
  if (!isKnown || more.length > 0) throw fault(reader, 'OfType takes one type of flax.', name, 'Write nnx.Param.');
  return { kind: 'Everything', span: { begin: first.begin, end: reader.tokens[reader.at - 1]!.end } };
}

function ofOpenpi(reader: Reader, name: Token, pattern: string): Expression {
  const what = `No line says what "${excerpt(name.text)}" is: it was read as PathRegex("${pattern}"), which the name stands for in openpi's method and its variations.`;
  reader.assumed.push({ rule: 'name-of-openpi', span: spanOf(name), what });
  return { kind: 'PathRegex', pattern, sep: '/', span: spanOf(name) };
}

/** `super().get_freeze_filter()`, `self.model.get_freeze_filter()`: the stock filter of the variants that are known. */
function stockOfSelf(reader: Reader, name: Token, first: Token): Expression {
  take(reader, '(', 'after "get_freeze_filter"');
  const { end } = take(reader, ')', 'to close get_freeze_filter(');
  if (!reader.variants)
    throw fault(reader, 'The filter of a model depends on its variants, and no line names them.', name, NAME_VARIANTS);
  return stockFilter(reader.configuration, reader.variants, { begin: first.begin, end });
}

function unknown(reader: Reader, name: Token, bare: boolean): FilterError {
  const meant = NAMES.find((known) => known.toLowerCase() === name.text.toLowerCase().replaceAll('_', ''));
  if (meant) return fault(reader, `"${excerpt(name.text)}" is not a filter.`, name, `Write ${meant}.`);
  if (isName(name, ...OTHER_TYPES)) {
    const what = `No parameter of openpi is an nnx.${name.text}: each is an nnx.Param, and the filter matches nothing.`;
    const fix = name.text === 'LoRAParam' ? 'Write PathRegex(".*lora.*").' : 'Leave it out.';
    return fault(reader, what, name, fix);
  }
  if (isName(name, 'WithTag'))
    return fault(reader, "WithTag goes by tags, and openpi's parameters have none.", name, 'Write PathRegex("…").');
  const fix = `The filters are ${NAMES.join(', ')}.`;
  if (bare && !isMark(peek(reader), '(', '.')) {
    return fault(reader, `"${excerpt(name.text)}" is not a filter, and no line above says what it is.`, name, fix);
  }
  return fault(reader, `"${excerpt(name.text)}" is not a filter.`, name, fix);
}

function callArguments(reader: Reader, of: string): Argument[] {
  reader.at++; // the "("
  const args: Argument[] = [];
  while (!isMark(peek(reader), ')')) {
    const token = peek(reader);
    const { begin } = token;
    let name: Token | null = null;
    if (token.kind === 'name' && isMark(reader.tokens[reader.at + 1], '=')) {
      name = token;
      reader.at += 2;
    } else if (args.some((arg) => arg.name)) {
      throw fault(reader, 'An argument without a name follows one with a name.', token, 'Put it first.');
    }
    if (!name && isMark(token, '*')) {
      for (const member of unpacked(reader)) args.push({ name, begin, value: member });
    } else args.push({ name, begin, value: value(reader) });
    if (!isMark(peek(reader), ',')) break;
    reader.at++;
  }
  take(reader, ')', `to close ${of}(`);
  return args;
}

/** `Pi0Config(paligemma_variant="gemma_2b_lora", …)`, alone or with `.get_freeze_filter()`; other arguments do not matter. */
function stock(reader: Reader, configuration: (typeof CONFIGURATIONS)[number], first: Token): Value {
  const variants = { ...DEFAULT_VARIANTS };
  let depth = 0;
  do {
    const token = peek(reader);
    if (token.kind === 'end') throw fault(reader, `A ")" is missing to close ${configuration}(.`, token, 'Add a ")".');
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    if (depth === 1 && isName(token, ...Object.keys(variants)) && isMark(reader.tokens[reader.at + 1], '=')) {
      reader.at += 2;
      const variant = value(reader);
      if (variant.kind !== 'string')
        throw fault(reader, `"${excerpt(token.text)}" needs a name in quotes here.`, token, 'Put it in quotes.');
      variants[token.text as keyof typeof variants] = variant.value;
    } else reader.at++;
  } while (depth > 0);
  const filterOfIt = stockFilter(configuration, variants, {
    begin: first.begin,
    end: reader.tokens[reader.at - 1]!.end,
  });
  if (isMark(peek(reader), '.')) return stockOf(reader, filterOfIt, first);
  return { kind: 'configuration', stock: filterOfIt, begin: first.begin };
}

/** The stock filter, once `.get_freeze_filter()` follows. */
function stockOf(reader: Reader, found: Expression, first: Token): Expression {
  reader.at++;
  if (!isName(peek(reader), 'get_freeze_filter')) {
    throw fault(reader, 'A model configuration has one filter only.', peek(reader), 'Write ".get_freeze_filter()".');
  }
  reader.at++;
  take(reader, '(', 'after "get_freeze_filter"');
  const { end } = take(reader, ')', 'to close get_freeze_filter(');
  return moved(found, { begin: first.begin, end });
}

/** Puts the whole filter at `span`: it stands nowhere in the text. */
function moved(expression: Expression, span: { begin: number; end: number }): Expression {
  if (expression.kind === 'Not') return { ...expression, of: moved(expression.of, span), span };
  if ('of' in expression) return { ...expression, of: expression.of.map((part) => moved(part, span)), span };
  return { ...expression, span };
}
