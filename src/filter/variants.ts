/** Which of openpi's model variants a text speaks of. */
import type { Span } from './expression';
import { CONFIGURATIONS, DEFAULT_VARIANTS, type Variants } from './stock';
import type { Token } from './tokenize';
import { isMark, isName } from './values';

export type VariantName = keyof Variants;

export const VARIANT_NAMES = Object.keys(DEFAULT_VARIANTS) as VariantName[];

/** A variant that the text names, and how: as an argument of a call, on a line of its own, or as a class's default. */
interface Named {
  readonly name: VariantName;
  readonly value: string;
  readonly how: 'argument' | 'line' | 'default';
}

/**
 * The variants that the text names, in a call of a configuration or on lines of their own; of one that names neither,
 * those of the model that the person chose; then the defaults of a class in the text.
 * @param chosen by the person, if any
 * @returns null where nobody names any, or where the text names several
 */
export function variantsOfText(tokens: readonly Token[], chosen: Variants | null): Variants | null {
  const named = namedIn(tokens);
  for (const how of ['argument', 'line', 'default'] as const) {
    if (how === 'default' && chosen) return chosen;
    const found = named.filter((one) => one.how === how);
    if (found.length === 0) continue;
    const variants = { ...(how === 'line' && chosen ? chosen : DEFAULT_VARIANTS) };
    for (const { name, value } of found) {
      if (found.some((other) => other.name === name && other.value !== value)) return null;
      variants[name] = value;
    }
    return variants;
  }
  return chosen;
}

function namedIn(tokens: readonly Token[]): Named[] {
  const found: Named[] = [];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    if (!isName(token, ...VARIANT_NAMES)) continue;
    const equals = tokens.slice(i + 1, i + 7).findIndex((one) => isMark(one, '='));
    const value = tokens[i + 2 + equals];
    const annotated = isMark(tokens[i + 1], ':');
    if (equals < 0 || (equals > 0 && !annotated) || value?.kind !== 'string') continue;
    const how = annotated ? 'default' : depth > 0 ? 'argument' : 'line';
    found.push({ name: token.text as VariantName, value: value.value, how });
  }
  return found;
}

/** The model that a configuration in a text is of. */
export interface NamedModel {
  /** As people call it: π0, π0.5, π0-FAST. */
  readonly name: string;
  /** Null where the text names several of one. */
  readonly variants: Variants | null;
  readonly span: Span;
}

/** The model that the text configures; null where it configures none, or several kinds. */
export function modelOf(tokens: readonly Token[]): NamedModel | null {
  const calls = tokens.filter((token, i) => isName(token, ...CONFIGURATIONS) && isMark(tokens[i + 1], '('));
  const [first] = calls;
  if (!first || calls.some(({ text }) => text !== first.text)) return null;
  const isLater = tokens.some(
    (token, i) => isName(token, 'pi05') && isMark(tokens[i + 1], '=') && isName(tokens[i + 2], 'True'),
  );
  const name = first.text === 'Pi0Config' ? (isLater ? 'π0.5' : 'π0') : 'π0-FAST';
  const { begin, end } = first;
  return { name, variants: variantsOfText(tokens, null) ?? unnamed(tokens), span: { begin, end } };
}

/** What a configuration that names no variant is of. */
const unnamed = (tokens: readonly Token[]): Variants | null => (namedIn(tokens).length === 0 ? DEFAULT_VARIANTS : null);

/** The configuration that a text's `super()` or `self` speaks of: π0-FAST's where the text names that one alone. */
export const configurationOf = (tokens: readonly Token[]): (typeof CONFIGURATIONS)[number] =>
  CONFIGURATIONS.find((one) => one !== 'Pi0Config' && tokens.some((token) => isName(token, one))) ?? 'Pi0Config';

/** The variants of a model with these leaves, by where it has LoRA. */
export function variantsOfPaths(paths: readonly string[]): Variants {
  const lora = paths.filter((path) => path.includes('lora'));
  return {
    paligemma_variant: lora.some((path) => !path.includes('_1')) ? 'gemma_2b_lora' : 'gemma_2b',
    action_expert_variant: lora.some((path) => path.includes('_1')) ? 'gemma_300m_lora' : 'gemma_300m',
  };
}
