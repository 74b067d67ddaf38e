/** Which of openpi's model variants a text speaks of. */
import { CONFIGURATIONS, DEFAULT_VARIANTS, type Variants } from './stock';
import type { Literal, Token } from './tokenize';
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

/** @param tokens where it is looked for @param all of the text, which may give a name to a variant */
export function namedIn(tokens: readonly Token[], all = tokens): Named[] {
  const found: Named[] = [];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    if (!isName(token, ...VARIANT_NAMES)) continue;
    const equals = tokens.slice(i + 1, i + 7).findIndex((one) => isMark(one, '='));
    const value = tokens[i + 2 + equals];
    const annotated = isMark(tokens[i + 1], ':');
    const literal = value?.kind === 'string' ? value : literalCalled(all, value);
    if (equals < 0 || (equals > 0 && !annotated) || !literal) continue;
    const how = annotated ? 'default' : depth > 0 ? 'argument' : 'line';
    found.push({ name: token.text as VariantName, value: literal.value, how });
  }
  return found;
}

/** The string that a line of the text gives a name to. */
function literalCalled(tokens: readonly Token[], name: Token | undefined): Literal | undefined {
  if (name?.kind !== 'name') return undefined;
  const at = tokens.findIndex(
    (token, i) => isName(token, name.text) && isMark(tokens[i + 1], '=') && tokens[i + 2]?.kind === 'string',
  );
  const found = tokens[at + 2];
  return at >= 0 && found?.kind === 'string' ? found : undefined;
}

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
