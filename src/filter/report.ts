import type { Expression, Span } from './expression';
import { print } from './print';
import { isEmpty, leavesIn, type Mask, matched, parametersIn, type Tree } from './tree';

/** What one sub-expression matched. */
export interface Part {
  readonly expression: Expression;
  /** Where it stands in the text. */
  readonly span: Span;
  /** Index of the part around it; -1 for the whole filter. */
  readonly parent: number;
  /** Indexes of the parts directly in it. */
  readonly inner: readonly number[];
  /** 0 for the whole filter. */
  readonly depth: number;
  readonly mask: Mask;
  readonly leaves: number;
  readonly parameters: number;
}

/** What a filter does to a tree; bytes are openpi's, see `residentStateBytes`. */
export interface Report {
  readonly tree: Tree;
  /** The whole filter first, then its parts as they stand in it, each before its own parts. */
  readonly parts: readonly Part[];
  readonly frozenLeaves: number;
  readonly frozenParameters: number;
  readonly trainableLeaves: number;
  readonly trainableParameters: number;
  readonly residentStateBytes: number;
  /** Of these, the moving average's. */
  readonly emaBytes: number;
}

/** Bytes that openpi keeps for a frozen parameter: bf16. */
const FROZEN_BYTES = 2;
/** Bytes that openpi keeps for a trainable parameter: float32 and two Adam moments. */
const TRAINABLE_BYTES = 12;

/** Bytes of a weight that trains: float32. */
const WEIGHT_BYTES = 4;

/** Bytes that openpi keeps from step to step, for so many parameters. */
export const residentStateBytes = (frozen: number, trainable: number) =>
  FROZEN_BYTES * frozen + TRAINABLE_BYTES * trainable;

/** Bytes of openpi's moving average: a second copy of all parameters, each as the first is stored. */
export const emaBytes = (frozen: number, trainable: number) => FROZEN_BYTES * frozen + WEIGHT_BYTES * trainable;

/**
 * What `expression` and each of its parts match in `tree`.
 * @param ema whether openpi keeps a moving average of the parameters too
 */
export function report(expression: Expression, tree: Tree, ema = false): Report {
  const parts: Part[] = [];
  const visit = (part: Expression, parent: number, depth: number): number => {
    const mask = matched(tree, part);
    const span = part.span ?? { begin: 0, end: 0 };
    const counts = { leaves: leavesIn(mask), parameters: parametersIn(tree, mask) };
    const inner: number[] = [];
    const index = parts.push({ expression: part, span, parent, inner, depth, mask, ...counts }) - 1;
    for (const one of partsOf(part)) inner.push(visit(one, index, depth + 1));
    return index;
  };
  visit(expression, -1, 0);
  const { leaves, parameters } = parts[0]!;
  const trainableParameters = tree.parameters.reduce((sum, count) => sum + count, 0) - parameters;
  const average = ema ? emaBytes(parameters, trainableParameters) : 0;
  return {
    tree,
    parts,
    frozenLeaves: leaves,
    frozenParameters: parameters,
    trainableLeaves: tree.paths.length - leaves,
    trainableParameters,
    residentStateBytes: residentStateBytes(parameters, trainableParameters) + average,
    emaBytes: average,
  };
}

/** The sub-expressions that stand directly in `expression`. */
export function partsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'Not') return [expression.of];
  return expression.kind === 'All' || expression.kind === 'Any' ? expression.of : [];
}

/** One link of the chain that decided about a leaf. */
export interface Reason {
  /** Index into the report's parts. */
  readonly part: number;
  readonly matches: boolean;
  /** One sentence. */
  readonly text: string;
}

/**
 * Why the leaf is frozen or trains: the whole filter first, then only the parts that decided: all parts of an All that
 * matches, the first that fails of one that does not; the first part that matches of an Any, all where none does.
 * Empty for a path that the tree does not have.
 */
export function why({ tree, parts }: Report, path: string): Reason[] {
  const leaf = tree.paths.indexOf(path);
  const chain: Reason[] = [];
  if (leaf < 0) return chain;
  const holds = (index: number) => parts[index]!.mask[leaf] === 1;
  const visit = (index: number) => {
    const { expression, inner } = parts[index]!;
    const matches = holds(index);
    chain.push({ part: index, matches, text: sentence(expression, matches) });
    if (inner.length === 0) return;
    const allCount = expression.kind === 'Not' || (expression.kind === 'All') === matches;
    if (allCount) inner.forEach(visit);
    else visit(inner.find((i) => holds(i) === matches)!);
  };
  visit(0);
  return chain;
}

/** Why a leaf is matched by a part, or why it is not. */
export function sentence(expression: Expression, matches: boolean): string {
  switch (expression.kind) {
    case 'PathRegex':
    case 'PathContains':
      return `${print(expression)} ${matches ? 'matches this path' : 'does not match this path'}.`;
    case 'All':
      return matches
        ? 'All matches, because each of its parts does.'
        : 'All does not match, because this part does not.';
    case 'Any':
      return matches ? 'Any matches, because this part does.' : 'Any does not match, because none of its parts does.';
    case 'Not':
      return matches
        ? 'Not matches, because what it holds does not.'
        : 'Not does not match, because what it holds does.';
    case 'Everything':
      return 'Everything matches each path.';
    case 'Nothing':
      return 'Nothing matches no path.';
  }
}

/** Whether the filter freezes no leaf at all. */
export const freezesNothing = ({ parts }: Report): boolean => isEmpty((parts[0] as Part).mask);
