/** Changes to a filter that make it freeze what was meant. None freezes a LoRA leaf, which starts at random. */

import { narrowed } from './caught';
import type { Expression } from './expression';
import { asNamedHere, asSubstring, isAtom, withoutLayerIndex } from './pattern_repair';
import { print } from './print';
import { both, containing, isEmpty, leavesIn, type Mask, matched, type Tree, without } from './tree';

export const regex = (pattern: string): Expression => ({ kind: 'PathRegex', pattern, sep: '/' });
export const not = (of: Expression): Expression => ({ kind: 'Not', of });
export const all = (...of: Expression[]): Expression => (of.length === 1 ? (of[0] as Expression) : { kind: 'All', of });

/** An Any without an Any directly in it and without the same part twice. */
function any(...parts: Expression[]): Expression {
  const flat = parts.flatMap((part) => (part.kind === 'Any' ? part.of : [part]));
  const of = [...new Map(flat.map((part) => [print(part), part])).values()];
  return of.length === 1 ? of[0]! : { kind: 'Any', of };
}

const LORA = regex('.*lora.*');
export const loraLeaves = (tree: Tree): Mask => containing(tree, 'lora');

/** The expression with a part of it replaced. */
export const withInstead = (expression: Expression, part: Expression, other: Expression): Expression =>
  rebuilt(expression, (one) => (one === part ? other : one));

/** Rebuilds an expression from its innermost parts outwards. */
function rebuilt(expression: Expression, change: (expression: Expression) => Expression): Expression {
  if (expression.kind === 'Not') return change({ ...expression, of: rebuilt(expression.of, change) });
  if (expression.kind === 'All' || expression.kind === 'Any') {
    return change({ ...expression, of: expression.of.map((part) => rebuilt(part, change)) });
  }
  return change(expression);
}

const settledOnes = new WeakMap<Tree, WeakMap<Expression, Expression>>();

/** Patterns that miss by their asterisks or by a layer's number, an All that can match nothing, frozen LoRA: all put right. */
export function settled(tree: Tree, expression: Expression): Expression {
  const ofTree = settledOnes.get(tree) ?? new WeakMap<Expression, Expression>();
  settledOnes.set(tree, ofTree);
  const known = ofTree.get(expression) ?? settle(tree, expression);
  ofTree.set(expression, known);
  return known;
}

function settle(tree: Tree, expression: Expression): Expression {
  const patterns = rebuilt(expression, (part) => {
    if (!isAtom(part)) return part;
    if (!isEmpty(matched(tree, part))) return narrowed(tree, part) ?? part;
    return withoutLayerIndex(tree, part) ?? asSubstring(tree, part) ?? asNamedHere(tree, part)?.atom ?? part;
  });
  const split = rebuilt(patterns, (part) => {
    const whole = splitAll(tree, part) ?? part;
    return whole.kind === 'Any' ? any(...whole.of) : whole;
  });
  return withoutLora(tree, split);
}

/** The text of a repair; null where it would freeze nothing, everything or a LoRA leaf, or change nothing. */
export function repairText(tree: Tree, before: Expression, after: Expression | null): string | null {
  return after && isSound(tree, after) && print(after) !== print(before) ? print(after) : null;
}

/** The filter, put right, as one expression, for a text that Python would not take; null as above. */
export function writtenOut(tree: Tree, expression: Expression): string | null {
  const right = settled(tree, expression);
  return isSound(tree, right) ? print(right) : null;
}

function isSound(tree: Tree, expression: Expression): boolean {
  const mask = matched(tree, expression);
  return !isEmpty(mask) && mask.includes(0) && isEmpty(both(mask, loraLeaves(tree)));
}

/**
 * The Any that an All with disjoint parts was meant to be: parts that match something together stay together, and each
 * Not goes with those that it takes from. Null where the All matches something, or where a Not takes everything away.
 */
function splitAll(tree: Tree, expression: Expression): Expression | null {
  const groups = disjointGroups(tree, expression);
  if (!groups || expression.kind !== 'All') return null;
  const excluded = expression.of.filter((part) => part.kind === 'Not');
  const sides = groups.map(({ parts, mask }) =>
    all(...parts, ...excluded.filter((part) => !isEmpty(without(mask, matched(tree, part))))),
  );
  const isPlain = (side: Expression) => Number(side.kind === 'All');
  return any(...sides.sort((a, b) => isPlain(a) - isPlain(b)));
}

export interface Group {
  readonly parts: Expression[];
  mask: Mask;
}

/** The parts of an All in groups that match something together; null where a single group holds them all, or a part matches nothing. */
export function disjointGroups(tree: Tree, expression: Expression): Group[] | null {
  if (expression.kind !== 'All' || !isEmpty(matched(tree, expression))) return null;
  const groups: Group[] = [];
  for (const part of expression.of) {
    if (part.kind === 'Not') continue;
    const mask = matched(tree, part);
    if (isEmpty(mask)) return null;
    const group = groups.find((one) => !isEmpty(both(one.mask, mask)));
    if (group) {
      group.parts.push(part);
      group.mask = both(group.mask, mask);
    } else groups.push({ parts: [part], mask });
  }
  return groups.length > 1 ? groups : null;
}

/** The filter that freezes the same but for LoRA leaves; Not(LoRA) where it freezes nothing else, which is it the wrong way round. */
function withoutLora(tree: Tree, expression: Expression): Expression {
  const lora = loraLeaves(tree);
  const mask = matched(tree, expression);
  if (isEmpty(both(mask, lora))) return expression;
  if (isEmpty(without(mask, lora))) return not(LORA);
  return excluded(tree, expression, lora);
}

function excluded(tree: Tree, expression: Expression, lora: Mask): Expression {
  if (isEmpty(both(matched(tree, expression), lora))) return expression;
  if (expression.kind === 'Everything') return not(LORA);
  if (expression.kind === 'Any') return { ...expression, of: expression.of.map((part) => excluded(tree, part, lora)) };
  if (expression.kind !== 'All') return all(expression, not(LORA));
  // A Not that excludes LoRA leaves only is part of the new one.
  const kept = expression.of.filter((part) => part.kind !== 'Not' || !isEmpty(without(matched(tree, part.of), lora)));
  return all(...kept, not(LORA));
}

/** The filter without a part that changes nothing; null where that is not plain. */
export function withoutPart(expression: Expression, part: Expression): Expression | null {
  if (expression === part) return null;
  if (expression.kind === 'Not') {
    const of = withoutPart(expression.of, part);
    return of && { ...expression, of };
  }
  if (expression.kind !== 'All' && expression.kind !== 'Any') return expression;
  const of: Expression[] = [];
  for (const inner of expression.of) {
    const drops = expression.kind === 'Any' ? inner === part : inner.kind === 'Not' && inner.of === part;
    if (drops) continue;
    const kept = withoutPart(inner, part);
    if (!kept) return null;
    of.push(kept);
  }
  if (of.length === 0) return null;
  return of.length === 1 ? of[0]! : { ...expression, of };
}

/** The filter, put right, that freezes `more` too. */
export function withMore(tree: Tree, expression: Expression, more: Expression): Expression {
  const right = settled(tree, expression);
  const [mask, added] = [matched(tree, right), matched(tree, more)];
  if (isEmpty(without(added, mask))) return right;
  return withoutLora(tree, isEmpty(without(mask, added)) ? more : any(more, right));
}

/** What freezes all of `bases`, no LoRA leaf, and little else. */
export function freezingBases(tree: Tree, bases: Mask): Expression {
  const candidates = [
    all(regex('.*llm.*'), not(LORA)),
    all(regex('.*llm.*_1.*'), not(LORA)),
    all(regex('.*llm.*'), not(regex('.*llm.*_1.*')), not(LORA)),
  ];
  return candidates
    .filter((candidate) => isEmpty(without(bases, matched(tree, candidate))))
    .reduce<Expression>((best, one) => (size(tree, one) < size(tree, best) ? one : best), not(LORA));
}

const size = (tree: Tree, expression: Expression) => leavesIn(matched(tree, expression));
