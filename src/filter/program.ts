/** Follows the lines of Python that make a filter, without executing any: names, lists, and what is appended to them. */
import { holds, isVariant } from './condition';
import type { Expression } from './expression';
import { FilterError } from './filter_error';
import {
  addsTo,
  at,
  type Candidate,
  firstLine,
  HARMLESS,
  ignore,
  isFilter,
  isList,
  line,
  type Program,
  readerOf,
  whole,
} from './lines';
import { print } from './print';
import { type Branch, branchesOf, continues, isCompound, type Statement, splitHeader } from './statements';
import type { Variants } from './stock';
import type { Token } from './tokenize';
import { trainConfigIn } from './train_config';
import { NAME_VARIANTS } from './value';
import { type Assumption, isMark, isName } from './values';
import { configurationOf } from './variants';

const DEEPEST = 50;

/** @throws FilterError for a text that makes no filter, or more than one, or one that depends on what cannot be known */
export function run(
  text: string,
  statements: readonly Statement[],
  variants: Variants | null,
  noted: readonly Assumption[],
) {
  const program: Program = {
    text,
    names: new Map(),
    ignored: [],
    freezeFilters: [],
    returned: [],
    alone: [],
    unused: new Map(),
    errors: [],
    lists: new Map(),
    variants,
    configuration: configurationOf(statements.flatMap(({ tokens }) => tokens)),
    assumed: [...noted],
    depth: 0,
  };
  if (statements.length === 1 && isExpression(statements[0]!)) {
    return { expression: whole(readerOf(program, statements[0]!)), ignored: [], assumed: program.assumed };
  }
  block(program, statements);
  const config = trainConfigIn(statements.flatMap(({ tokens }) => tokens));
  return { expression: result(program, config), ignored: program.ignored, assumed: program.assumed };
}

/** Whether the only statement is to be read as a filter, mistakes included, because nothing marks it as something else. */
const isExpression = ({ tokens }: Statement) =>
  !isName(tokens[0], 'return', 'def', 'class', ...HARMLESS) &&
  !trainConfigIn(tokens) &&
  !isMark(tokens[0], '@') &&
  !tokens.some((token, i) => isName(token, 'freeze_filter') && isMark(tokens[i + 1], '=', ':')) &&
  !(isName(tokens[0]) && isMark(tokens[1], '=', ':', '+')) &&
  !(isMark(tokens[1], '.') && isName(tokens[2], 'append', 'extend')) &&
  !isCompound({ indent: 0, tokens });

function result(program: Program, config: Token | undefined): Expression {
  for (const [kind, found] of [
    ['freeze_filter', program.freezeFilters],
    ['return', program.returned],
    ['filter', program.alone],
  ] as const) {
    const first = found[0];
    if (!first) continue;
    const other = found.find(({ expression }) => print(expression) !== print(first.expression));
    if (!other) return first.expression;
    throw at(program, `A second ${kind} follows the first.`, other.at, 'Keep one, or join them with Any(…) or All(…).');
  }
  const [named, ...more] = program.unused.values();
  const list = filledList(program);
  if (list) return list;
  if (named && more.length === 0) return isWhatTrains(named.at) ? turned(program, named) : named.expression;
  if (config && more.length === 0) return freezesNothing(program, config);
  const error = program.errors[0];
  if (error) throw error;
  const last = more[more.length - 1];
  const fix = 'End with a line such as "return nnx.All(*filters)".';
  if (last) throw at(program, 'Several filters have names, and no line says which one is meant.', last.at, fix);
  throw new FilterError('No filter is made in these lines.', program.text, 0, fix);
}

/** A name that openpi has for the filter of what trains. */
const isWhatTrains = ({ text }: Token) => /^trainable_(?:\w+_)?filter$/.test(text);

/** What a filter of what trains leaves. */
function turned(program: Program, { expression, at }: Candidate): Expression {
  const span = { begin: at.begin, end: at.end };
  const what = `"${at.text}" says what trains: this was read as freezing all else.`;
  program.assumed.push({ rule: 'what-trains', span, what });
  return { kind: 'Not', of: expression, span: expression.span ?? span };
}

/** A TrainConfig without a filter has openpi's default. */
function freezesNothing(program: Program, { begin, end }: Token): Expression {
  const what = 'The configuration sets no freeze_filter, so openpi freezes nothing.';
  program.assumed.push({ rule: 'no-filter-set', span: { begin, end }, what });
  return { kind: 'Nothing', span: { begin, end } };
}

/** The list that lines were added to, where nothing uses it: openpi's method returns All of it. */
function filledList(program: Program): Expression | null {
  const [filled, ...others] = [...program.lists].filter(
    ([name, { list }]) => program.names.get(name) === list && list.of.length > 0 && list.of.every(isFilter),
  );
  if (!filled || others.length > 0) return null;
  const [name, { list, span }] = filled;
  const what = `No line returns the list: this was read as if "return nnx.All(*${name})" stood below it.`;
  program.assumed.push({ rule: 'result-not-returned', span, what });
  return { kind: 'All', of: list.of.filter(isFilter), span };
}

/** Follows statements one after the other; true once a `return` was among them. */
function block(program: Program, statements: readonly Statement[]): boolean {
  if (++program.depth > DEEPEST) {
    throw at(program, 'The lines are nested too deeply.', statements[0]!.tokens[0]!, 'Unfold them.');
  }
  let returned = false;
  for (let i = 0; i < statements.length; ) {
    const statement = statements[i]!;
    let leaves = false;
    let count = 1;
    if (isCompound(statement)) {
      const compound = branchesOf(statements.slice(i));
      count = compound.count;
      leaves = branches(program, compound.branches);
    } else if (isName(statement.tokens[0], 'def', 'class')) {
      leaves = block(program, splitHeader(statement).rest);
    } else leaves = line(program, statement);
    i += count;
    if (!leaves) continue;
    returned = true;
    // What follows in the same block is never reached; what stands further left is another block.
    while (i < statements.length && statements[i]!.indent >= statement.indent) {
      ignore(program, statements[i]!);
      i++;
    }
  }
  program.depth--;
  return returned;
}

/** Follows the branch that is taken, where that is plain; true once it returned. */
function branches(program: Program, all: readonly Branch[]): boolean {
  for (const [i, branch] of all.entries()) {
    const holds = continues(all[0]!.head) ? null : condition(program, branch.head);
    if (holds === null) {
      undecided(program, all.slice(i));
      return false;
    }
    if (holds) return block(program, branch.body);
  }
  return false;
}

/** Whether an `if` holds; null where that is not known. */
function condition(program: Program, { tokens }: Statement): boolean | null {
  const [keyword, ...rest] = tokens.slice(0, -1);
  if (isName(keyword, 'else')) return rest.length === 0 ? true : null;
  if (!isName(keyword, 'if', 'elif')) return null;
  const end = tokens[tokens.length - 1]!;
  return holds(readerOf(program, { indent: 0, tokens: [...rest, end] }));
}

const KEEP_CASE = 'Keep the lines of your case only, without the condition.';

/** Passes over branches that may or may not be taken; refuses where the filter depends on them. */
function undecided(program: Program, all: readonly Branch[]): void {
  const { tokens } = all[0]!.head;
  const head = tokens[0]!;
  const written = firstLine(program.text.slice(head.begin, tokens[tokens.length - 1]!.end));
  const loop = isName(head, 'for', 'while');
  const refusal = at(
    program,
    loop
      ? `The filter depends on a loop, and no code is run here: "${written}".`
      : `The filter depends on a condition, and no code is run here: "${written}".`,
    head,
    loop ? 'Write out what the loop makes.' : !program.variants && tokens.some(isVariant) ? NAME_VARIANTS : KEEP_CASE,
  );
  for (const { head, body } of all) {
    for (const { tokens } of [head, ...body]) {
      if (tokens.some((token) => decides(program, token))) throw refusal;
      if (isName(tokens[0]) && (isMark(tokens[1], '=') || addsTo(tokens))) {
        program.names.set(tokens[0]!.text, { kind: 'unreadable', why: refusal });
      }
    }
    for (const statement of body) ignore(program, statement);
  }
  ignore(program, all[0]!.head);
}

/** Whether a token under a condition makes the filter depend on it. */
const decides = (program: Program, token: Token) => isName(token, 'return', 'freeze_filter') || isList(program, token);
