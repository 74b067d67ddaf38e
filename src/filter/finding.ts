import { excerpt } from '../problem';
import type { Expression } from './expression';
import { print } from './print';
import { repairText } from './repair';
import type { Part, Report } from './report';
import type { Tree } from './tree';
import type { Assumption } from './values';

export type Rule =
  | 'empty'
  | 'disjoint-all'
  | 'substring-only'
  | 'stacked-layer-index'
  | 'other-variant'
  | 'unmatched-part'
  | 'lora-frozen-at-random'
  | 'lora-base-trainable'
  | 'lora-nothing-frozen'
  | 'stock-leaves-img-and-projections'
  | 'other-names'
  | 'nothing-trains'
  | 'also-matches'
  | 'full-beside-lora'
  | 'ema-copy'
  | 'other-model'
  | Assumption['rule'];

/** An error: the filter cannot be meant. A warning: it is hardly meant. A note: it may well be meant. */
export type Severity = 'error' | 'warning' | 'note';

/** Something that a filter does and that its author hardly wants, or should know. */
export interface Finding {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Offsets into the text, the first from 0 and the second behind the last; line and column of the first, from 1. */
  readonly at: { readonly start: number; readonly end: number; readonly line: number; readonly column: number };
  /** One sentence. */
  readonly message: string;
  /** The whole filter as it should read; null where none is plain. */
  readonly repair: string | null;
}

/** What the rules look at. */
export interface Linted {
  readonly text: string;
  readonly expression: Expression;
  readonly tree: Tree;
  readonly report: Report;
}

export function finding(
  { text, expression, tree }: Linted,
  rule: Rule,
  severity: Severity,
  part: Pick<Part, 'span'>,
  message: string,
  repaired: Expression | null,
): Finding {
  const { begin, end } = part.span;
  const lines = text.slice(0, begin).split('\n');
  const column = lines[lines.length - 1]!.length + 1;
  const at = { start: begin, end, line: lines.length, column };
  return { rule, severity, at, message, repair: repairText(tree, expression, repaired) };
}

/** A part as a message shows it: a pattern in quotes, anything else as written, not too long. */
export function shown(expression: Expression): string {
  return excerpt(expression.kind === 'PathRegex' ? `"${expression.pattern}"` : print(expression));
}

export const leaves = (count: number) => `${count} ${count === 1 ? 'leaf' : 'leaves'}`;

const short = (value: number) => Number(value.toPrecision(3)).toString();

/** Parameters as people say them: 2.51 billion. */
export function count(parameters: number): string {
  if (parameters >= 1e9) return `${short(parameters / 1e9)} billion`;
  if (parameters >= 1e6) return `${short(parameters / 1e6)} million`;
  return parameters.toLocaleString('en');
}

/** Bytes as people say them: 39.1 GB. */
export function bytes(value: number): string {
  if (value >= 1e9) return `${short(value / 1e9)} GB`;
  return value >= 1e6 ? `${short(value / 1e6)} MB` : `${value.toLocaleString('en')} bytes`;
}
