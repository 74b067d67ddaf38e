/** Which of openpi's models a configuration in a text is of, and which one a tree is of. */
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { LLM } from '../leaves/gemma';
import { type ModelKind, pathOf } from '../leaves/row';
import { IMG } from '../leaves/siglip';
import type { Span } from './expression';
import { CONFIGURATIONS, DEFAULT_VARIANTS, type Variants } from './stock';
import type { Token } from './tokenize';
import { isMark, isName } from './values';
import { namedIn, variantsOfText } from './variants';

/** As people call them. */
export type ConfiguredKind = ModelKind | 'π0-FAST';

/** The model that a configuration in a text is of. */
export interface NamedModel {
  readonly kind: ConfiguredKind;
  /** Null where the text names several of one. */
  readonly variants: Variants | null;
  readonly span: Span;
}

/** A call that makes a configuration: its name, and the tokens up to its ")". */
interface Call {
  readonly name: Token;
  readonly inside: readonly Token[];
  /** Whether it is what a TrainConfig trains, `model=…`, and not one made for its filter alone. */
  readonly isModel: boolean;
}

/** The model that the text configures: what `model=` is given, or else all that it makes; null where these are several kinds, or none. */
export function modelOf(tokens: readonly Token[]): NamedModel | null {
  const calls = callsIn(tokens);
  const models = calls.filter(({ isModel }) => isModel);
  const meant = models.length > 0 ? models : calls;
  const [first] = meant;
  if (!first || meant.some((call) => kindOf(call) !== kindOf(first))) return null;
  const { begin, end } = first.name;
  return { kind: kindOf(first), variants: variantsOfCalls(meant, tokens), span: { begin, end } };
}

function callsIn(tokens: readonly Token[]): Call[] {
  return tokens.flatMap((name, i) => {
    if (!isName(name, ...CONFIGURATIONS) || !isMark(tokens[i + 1], '(') || isName(tokens[i - 1], 'class')) return [];
    let before = i - 1;
    while (isMark(tokens[before], '.') && isName(tokens[before - 1])) before -= 2;
    const isModel = isMark(tokens[before], '=') && isName(tokens[before - 1], 'model');
    return [{ name, inside: insideOf(tokens, i + 1), isModel }];
  });
}

/** The tokens between the bracket at `open` and the one that closes it, or the text's end. */
function insideOf(tokens: readonly Token[], open: number): readonly Token[] {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isMark(tokens[i], '(', '[', '{')) depth++;
    if (isMark(tokens[i], ')', ']', '}') && --depth === 0) return tokens.slice(open + 1, i);
  }
  return tokens.slice(open + 1);
}

function kindOf({ name, inside }: Call): ConfiguredKind {
  if (name.text !== 'Pi0Config') return 'π0-FAST';
  const isLater = inside.some(
    (token, i) => isName(token, 'pi05') && isMark(inside[i + 1], '=') && isName(inside[i + 2], 'True'),
  );
  return isLater ? 'π0.5' : 'π0';
}

/** Of `model=` what it names itself; elsewhere, what all of the text names. */
function variantsOfCalls(calls: readonly Call[], tokens: readonly Token[]): Variants | null {
  const [first, ...others] = calls;
  if (first?.isModel && others.length === 0) {
    const found = namedIn(first.inside, tokens);
    const said = found.map(({ name, value }) => [name, value] as const);
    return isNamedElsewhere(first, found.length) ? null : { ...DEFAULT_VARIANTS, ...Object.fromEntries(said) };
  }
  return variantsOfText(tokens, null) ?? (namedIn(tokens).length === 0 ? DEFAULT_VARIANTS : null);
}

/** Whether it takes a variant from a name, `paligemma_variant=variant`. */
const isNamedElsewhere = ({ inside }: Call, named: number) =>
  inside.filter((token, i) => isName(token, ...Object.keys(DEFAULT_VARIANTS)) && isMark(inside[i + 1], '=')).length >
  named;

const NO_STATE = pathOf(ACTION_PROJECTIONS.timeIn.kernel);
const OUT = pathOf(ACTION_PROJECTIONS.actionOut.kernel);

/** Which kind a model with these leaves is, whatever its size; null for a language model alone. */
export function kindOfPaths(paths: readonly string[]): ConfiguredKind | null {
  if (paths.includes(NO_STATE)) return 'π0.5';
  if (paths.includes(OUT)) return 'π0';
  const has = (tower: string, suffix = '') => paths.some((path) => path.startsWith(tower) && path.includes(suffix));
  if (has(LLM, '_1')) return 'π0';
  return has(IMG) && has(LLM) ? 'π0-FAST' : null;
}
