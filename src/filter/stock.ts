import type { Expression, Span } from './expression';

/** openpi's model variants, by the argument names of its configurations. */
export interface Variants {
  readonly paligemma_variant: string;
  readonly action_expert_variant: string;
}

/** Names that openpi's own method, and changes to it that people share, give to patterns, for lines copied without those. */
export const NAMES_OF_OPENPI: ReadonlyMap<string, string> = new Map([
  ['gemma_params_filter', '.*llm.*'],
  ['action_expert_params_filter', '.*llm.*_1.*'],
  ['action_expert_with_lora_params_filter', '.*llm.*_1.*lora.*'],
]);

/** What a configuration of openpi takes where it names no variant. */
export const DEFAULT_VARIANTS: Variants = { paligemma_variant: 'gemma_2b', action_expert_variant: 'gemma_300m' };

/** The configurations that have a stock filter. π0-FAST has no action expert of its own. */
export const CONFIGURATIONS = ['Pi0Config', 'Pi0FASTConfig'] as const;

/** What `get_freeze_filter()` of openpi's configuration answers: it goes by "lora" in the variants' names. */
export function stockFilter(
  configuration: (typeof CONFIGURATIONS)[number],
  { paligemma_variant, action_expert_variant }: Variants,
  span: Span,
): Expression {
  const regex = (pattern: string): Expression => ({ kind: 'PathRegex', pattern, sep: '/', span });
  const not = (of: Expression): Expression => ({ kind: 'Not', of, span });
  const backbone = paligemma_variant.includes('lora');
  const expert = configuration === 'Pi0Config' && action_expert_variant.includes('lora');
  if (!backbone && !expert) return { kind: 'Nothing', span };
  const of: Expression[] = [];
  if (backbone) {
    of.push(regex('.*llm.*'));
    if (!expert && configuration === 'Pi0Config') of.push(not(regex('.*llm.*_1.*')));
  } else of.push(regex('.*llm.*_1.*'));
  of.push(not(regex('.*lora.*')));
  return { kind: 'All', of, span };
}
