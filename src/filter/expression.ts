/** The filters of flax's nnx and of openpi: which leaves of a parameter tree an expression names. */

/** Where a sub-expression stands in the text that it was parsed from: first character, and the one after the last. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

export type Expression = (
  | { readonly kind: 'PathRegex'; readonly pattern: string; readonly sep: string }
  | { readonly kind: 'PathContains'; readonly key: string; readonly exact: boolean }
  | { readonly kind: 'All'; readonly of: readonly Expression[] }
  | { readonly kind: 'Any'; readonly of: readonly Expression[] }
  | { readonly kind: 'Not'; readonly of: Expression }
  | { readonly kind: 'Everything' }
  | { readonly kind: 'Nothing' }
) & { readonly span?: Span };
