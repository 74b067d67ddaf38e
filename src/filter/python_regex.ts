/**
 * Python's re.fullmatch for the part of its syntax that describes regular languages, in time proportional to
 * pattern × text. A backtracking engine such as the browser's own can take longer than the universe for `(a+)+$`;
 * stepping through all states at once cannot. A look ahead or behind is a pattern of its own, asked at most once at each
 * place. What needs backtracking (back-references, atomic groups) is refused by name.
 */
import type { Look, Node } from './python_regex_node';
import { PatternError, parsePattern } from './python_regex_parse';

export { PatternError } from './python_regex_parse';

/** One state: where to go from here, and on what. */
type State =
  | { readonly kind: 'character'; readonly test: (character: string) => boolean; readonly next: number }
  | {
      readonly kind: 'assertion';
      readonly test: (text: readonly string[], at: number) => boolean;
      readonly next: number;
    }
  | { readonly kind: 'split'; readonly next: number; readonly other: number }
  | { readonly kind: 'accept' };

/** More parts than any path's pattern has, few enough to test a tree between two keystrokes. */
const MOST_PARTS = 1_000;

/** The state that ends a match. */
const ACCEPT = 0;

/**
 * Compiles a Python pattern to a test of whole texts, as re.fullmatch does.
 *
 * @throws PatternError where Python would not take the pattern or we cannot.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const builder = { states: [{ kind: 'accept' }] as State[], parts: 0 };
  const start = build(parsePattern(pattern), ACCEPT, builder);
  return (text) => run(builder.states, start, [...text], { from: 0, whole: true });
}

interface Builder {
  readonly states: State[];
  parts: number;
}

/** Whether a look ahead or behind holds at a place; the answers for the latest text are kept. */
function lookOf({ of, back, negated }: Look, builder: Builder) {
  const own: Builder = { states: [{ kind: 'accept' }], parts: builder.parts };
  const start = build(of, ACCEPT, own);
  builder.parts = own.parts;
  let known: { readonly text: readonly string[]; readonly answers: Map<number, boolean> } | null = null;
  return (text: readonly string[], at: number): boolean => {
    if (known?.text !== text) known = { text, answers: new Map() };
    const found =
      known.answers.get(at) ?? (at >= back && run(own.states, start, text, { from: at - back, whole: false }));
    known.answers.set(at, found);
    return found !== negated;
  };
}

/** Adds the states of `node`, which go on to `next`; answers with the first of them. */
function build(node: Node, next: number, builder: Builder): number {
  if (++builder.parts > MOST_PARTS) {
    throw new PatternError(
      'The pattern is too large when its repetitions are written out.',
      0,
      'Use smaller numbers in "{m,n}".',
    );
  }
  const add = (state: State) => builder.states.push(state) - 1;
  switch (node.kind) {
    case 'character':
      return add({ kind: 'character', test: node.test, next });
    case 'assertion':
      return add({ kind: 'assertion', test: node.test, next });
    case 'look':
      return add({ kind: 'assertion', test: lookOf(node, builder), next });
    case 'sequence':
      return node.of.reduceRight((after, part) => build(part, after, builder), next);
    case 'choice':
      return node.of
        .map((part) => build(part, next, builder))
        .reduceRight((other, first) => add({ kind: 'split', next: first, other }));
    case 'repeat': {
      let after = next;
      if (node.max === Number.POSITIVE_INFINITY) {
        const loop = { kind: 'split' as const, next: 0, other: next };
        after = add(loop);
        loop.next = build(node.of, after, builder);
      } else {
        for (let i = node.min; i < node.max; i++) {
          after = add({ kind: 'split', next: build(node.of, after, builder), other: next });
        }
      }
      for (let i = 0; i < node.min; i++) after = build(node.of, after, builder);
      return after;
    }
  }
}

/** Where a match begins, and whether it has to reach the end of the text. */
interface Stretch {
  readonly from: number;
  readonly whole: boolean;
}

/** Walks through the text with the list of all states that the pattern may be in. */
function run(states: readonly State[], start: number, text: readonly string[], { from, whole }: Stretch): boolean {
  const reached = new Int32Array(states.length).fill(-1); // the position at which a state was last entered
  let current: number[] = [];
  enter(states, start, text, from, reached, current);
  for (let at = from; at < text.length && current.length > 0; at++) {
    if (!whole && current.includes(ACCEPT)) return true;
    const character = text[at]!;
    const next: number[] = [];
    for (const index of current) {
      const state = states[index]!;
      if (state.kind === 'character' && state.test(character)) enter(states, state.next, text, at + 1, reached, next);
    }
    current = next;
  }
  return current.includes(ACCEPT);
}

/** Adds to `into` what can be reached from `first` without reading a character and was not yet reached at `at`. */
function enter(
  states: readonly State[],
  first: number,
  text: readonly string[],
  at: number,
  reached: Int32Array,
  into: number[],
): void {
  const open = [first];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached[index] === at) continue;
    reached[index] = at;
    const state = states[index]!;
    if (state.kind === 'split') open.push(state.next, state.other);
    else if (state.kind !== 'assertion') into.push(index);
    else if (state.test(text, at)) open.push(state.next);
  }
}
