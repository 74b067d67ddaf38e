import { type Ema, emaOf } from './ema';
import type { Expression, Span } from './expression';
import { FilterError } from './filter_error';
import { modelOf, type NamedModel } from './named_model';
import { run } from './program';
import { statementsOf } from './statements';
import type { Variants } from './stock';
import { type Token, tokenize } from './tokenize';
import { batchOf, trainConfigIn } from './train_config';
import { type Assumption, isName } from './values';
import { variantsOfText } from './variants';

export { FilterError } from './filter_error';
export type { Variants } from './stock';
export type { Assumption } from './values';

/** A part of the text that has no say in the filter. */
export interface Ignored {
  readonly span: Span;
  /** Its first line, as written. */
  readonly what: string;
}

export interface Reading {
  readonly expression: Expression;
  readonly ignored: readonly Ignored[];
  /** What the text leaves out or says in another way, and what was read in its place. */
  readonly assumed: readonly Assumption[];
  /** The moving average that the configuration in the text keeps; null where none is known of. */
  readonly ema: Ema | null;
  /** The model that the configuration in the text is of; null where there is none. */
  readonly model: NamedModel | null;
  /** Samples of a step, as the configuration in the text has it; null where there is none. */
  readonly batch: number | null;
}

/**
 * Reads a filter as it stands in Python code of flax or openpi: an expression such as
 * `nnx.All(nnx_utils.PathRegex(".*llm.*"), …)`, or the lines that make one (`filters.append(…)`, `freeze_filter=…`,
 * `return nnx.All(*filters)`). Nothing is executed: what these lines do to lists and names of filters is followed, other
 * lines are named in `ignored`. Conditions on the variants of the model are decided by those that the text names, or else
 * by `chosen`; another condition, or a loop, that decides about the filter is refused. Each node keeps its place in the text.
 *
 * @param chosen the variants of the model that the person chose, for conditions on variants that the text does not name
 * @throws FilterError that points at the character at fault.
 */
export function read(text: string, chosen: Variants | null = null): Reading {
  const code = withoutFrame(text);
  const tokens = tokenize(code);
  const statements = statementsOf(code, tokens);
  if (statements.length === 0) {
    throw new FilterError('The filter is empty.', text, 0, 'Write Nothing to freeze nothing.');
  }
  const variants = variantsOfText(tokens, chosen);
  const made = run(text, statements, variants, curlyQuotes(tokens));
  const assumed = [...made.assumed, ...fullWidth(text, tokens, made.ignored)];
  const ema = emaOf(text, tokens);
  return { ...made, assumed, ema, model: modelOf(tokens), batch: batchOf(text, tokens) };
}

/** What a text's configuration says beside its filter. */
export interface Configured extends Pick<Reading, 'model' | 'batch'> {
  /** Whether there is a moving average; null where nothing says it. */
  readonly ema: boolean | null;
}

/** The configuration in a text, whatever becomes of its filter; of a text that has no tokens, nothing. */
export function configurationIn(text: string): Configured {
  try {
    const tokens = tokenize(withoutFrame(text));
    const says = trainConfigIn(tokens) || tokens.some((token) => isName(token, 'ema_decay'));
    return { model: modelOf(tokens), batch: batchOf(text, tokens), ema: says ? emaOf(text, tokens) !== null : null };
  } catch (error) {
    if (error instanceof FilterError) return { model: null, batch: null, ema: null };
    throw error;
  }
}

/**
 * The filter that `read` finds in the text.
 *
 * @throws FilterError that points at the character at fault.
 */
export const parse = (text: string): Expression => read(text).expression;

/** Fences of Markdown, prompts of a Python console and numbers of lines around the code, as blanks: places in the text stay. */
const withoutFrame = (text: string): string =>
  withoutNumbers(
    text.replace(/^[ \t]*```.*$|^[ \t]*(?:>>>|\.\.\.:?|In \[\d+\]:)(?:[ ]|$)/gm, (frame) =>
      isFrame(text, frame) ? ' '.repeat(frame.length) : frame,
    ),
  );

/** A number before every line, with what sets it off from the code. */
const NUMBERED = /^[ \t]*(\d+)(?:[ ]?[|│┃]|[.:)]?(?=[ \t]|\r?$))/gm;

/** The text without the numbers of its lines, where each line that is not empty has one and they count up. */
function withoutNumbers(text: string): string {
  const numbers = [...text.matchAll(NUMBERED)].map(([, digits]) => Number(digits));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = numbers[0] ?? 0;
  if (numbers.length < 2 || numbers.length < lines.length || numbers.some((n, i) => n !== first + i)) return text;
  return text.replace(NUMBERED, (frame) => frame.replace(/[^\t]/g, ' '));
}

/** "... " continues a line of a console, and only there: alone it is Python's Ellipsis. */
const isFrame = (text: string, frame: string) => !frame.includes('...') || /^[ \t]*(?:>>>|In \[)/m.test(text);

function curlyQuotes(tokens: readonly Token[]): Assumption[] {
  const first = tokens.find(({ kind, text }) => kind === 'string' && /^[a-zA-Z]*[^"'a-zA-Z]/.test(text));
  if (!first) return [];
  const what = 'Python does not take curly quotes: they were read as straight ones.';
  return [{ rule: 'curly-quotes', span: { begin: first.begin, end: first.end }, what }];
}

/** The first full-width mark, of the filter's lines where they have one. */
function fullWidth(text: string, tokens: readonly Token[], ignored: readonly Ignored[]): Assumption[] {
  const all = tokens.filter(
    ({ kind, text: read, begin, end }) => kind === 'mark' && end - begin === 1 && read !== text[begin],
  );
  const isIgnored = ({ begin }: Token) => ignored.some(({ span }) => span.begin <= begin && begin < span.end);
  const first = all.find((token) => !isIgnored(token)) ?? all[0];
  if (!first) return [];
  const { begin, end } = first;
  const what = `Python does not take full-width marks: "${text[begin]}" was read as "${first.text}".`;
  return [{ rule: 'full-width', span: { begin, end }, what }];
}
