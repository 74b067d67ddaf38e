import { type Answers, evaluate, type Pattern, predicateOf } from './evaluate';
import type { Expression } from './expression';

/** Shapes by path, such as "PaliGemma/llm/layers/attn/q_einsum/w": [18, 8, 2048, 256]. A scalar's shape is []. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** 1 for each leaf that matches, in the order of the tree's paths. */
export type Mask = Uint8Array;

/** A parameter tree, prepared for many filters. */
export interface Tree {
  readonly paths: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  /** Elements of each leaf. */
  readonly parameters: readonly number[];
  /** What each pattern matched: from one key press to the next most patterns stay as they are. */
  readonly patterns: Map<string, Mask>;
  readonly expressions: WeakMap<Expression, Mask>;
}

const MOST_PATTERNS = 500;

export const treeOf = (shapes: Shapes): Tree => ({
  paths: Object.keys(shapes),
  shapes: Object.values(shapes),
  parameters: Object.values(shapes).map((shape) => shape.reduce((product, size) => product * size, 1)),
  patterns: new Map(),
  expressions: new WeakMap(),
});

/** The leaves that `expression` matches. */
export function matched(tree: Tree, expression: Expression): Mask {
  const known = tree.expressions.get(expression);
  if (known) return known;
  const mask = combined(tree, expression);
  tree.expressions.set(expression, mask);
  return mask;
}

function combined(tree: Tree, expression: Expression): Mask {
  const constant = (value: number) => new Uint8Array(tree.paths.length).fill(value);
  const masks: Answers<Mask> = {
    pattern: (pattern) => ofPattern(tree, pattern),
    all: (parts) => parts.reduce(both, constant(1)),
    any: (parts) => parts.reduce(either, constant(0)),
    not: (part) => part.map((bit) => 1 - bit),
  };
  return evaluate(expression, masks, (part) => matched(tree, part));
}

function ofPattern(tree: Tree, pattern: Pattern): Mask {
  const key = JSON.stringify(
    pattern.kind === 'PathRegex' ? [pattern.sep, pattern.pattern] : [pattern.exact, pattern.key],
  );
  const known = tree.patterns.get(key);
  if (known) return known;
  const matches = predicateOf(pattern);
  const mask = Uint8Array.from(tree.paths, (path) => (matches(path) ? 1 : 0));
  if (tree.patterns.size >= MOST_PATTERNS) tree.patterns.clear();
  tree.patterns.set(key, mask);
  return mask;
}

export const both = (a: Mask, b: Mask): Mask => a.map((bit, i) => bit & (b[i] as number));
export const either = (a: Mask, b: Mask): Mask => a.map((bit, i) => bit | (b[i] as number));
export const without = (a: Mask, b: Mask): Mask => a.map((bit, i) => bit & (1 - (b[i] as number)));
export const isEmpty = (mask: Mask): boolean => !mask.includes(1);
export const leavesIn = (mask: Mask): number => mask.reduce((count, bit) => count + bit, 0);

export const parametersIn = (tree: Tree, mask: Mask): number =>
  mask.reduce((sum, bit, i) => sum + bit * tree.parameters[i]!, 0);

export const pathsIn = (tree: Tree, mask: Mask): string[] => tree.paths.filter((_, i) => mask[i] === 1);

/** Leaves with this text somewhere in their paths. */
export const containing = (tree: Tree, part: string): Mask =>
  Uint8Array.from(tree.paths, (path) => (path.includes(part) ? 1 : 0));
