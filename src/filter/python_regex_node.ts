/** What a pattern of Python's `re` consists of. */
import type { Test } from './python_regex_characters';

export type Node =
  | { readonly kind: 'character'; readonly test: Test }
  | { readonly kind: 'assertion'; readonly test: (text: readonly string[], at: number) => boolean }
  | { readonly kind: 'sequence'; readonly of: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number }
  | Look;

/** `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`: whether `of` matches `back` characters before a place, or whether it does not. */
export interface Look {
  readonly kind: 'look';
  readonly of: Node;
  readonly back: number;
  readonly negated: boolean;
}

/** How many characters a node matches; null where that is not one number. */
export function widthOf(node: Node): number | null {
  switch (node.kind) {
    case 'character':
      return 1;
    case 'assertion':
    case 'look':
      return 0;
    case 'repeat': {
      const width = widthOf(node.of);
      if (width === 0) return 0;
      return width !== null && node.min === node.max ? width * node.min : null;
    }
    case 'choice': {
      const [first, ...others] = node.of.map(widthOf) as [number | null, ...(number | null)[]];
      return others.every((width) => width === first) ? first : null;
    }
    case 'sequence':
      return node.of.map(widthOf).reduce((sum, width) => (sum === null || width === null ? null : sum + width), 0);
  }
}
