import type { Expression } from './expression';
import { FilterError } from './filter_error';
import { lint } from './lint';
import { read } from './parse';
import { print } from './print';
import { type Part, type Report, report, residentStateBytes, sentence, why } from './report';
import { type Tree, treeOf } from './tree';
import { elements, type Leaf } from '../model/tree';
import type { FreezeFilter, FreezeLeaf, FreezePart, FreezeReport } from '../worker/api';

/** Bytes a parameter: bf16; float32 weights, gradient and two moments. */
const OURS = { frozen: 2, trainable: 16 } as const;

/** A model's leaves, prepared for many filters. */
export interface FreezeTree {
  readonly tree: Tree;
  readonly leaves: readonly FreezeLeaf[];
}

export function freezeTree(leaves: readonly Leaf[]): FreezeTree {
  return {
    tree: treeOf(Object.fromEntries(leaves.map(({ path, shape }) => [path, shape]))),
    leaves: leaves.map(({ path, shape }) => {
      const parameters = elements(shape);
      const bytes = { frozen: OURS.frozen * parameters, trainable: OURS.trainable * parameters };
      const openpiBytes = { frozen: residentStateBytes(parameters, 0), trainable: residentStateBytes(0, parameters) };
      return { path, shape, parameters, bytes, openpiBytes };
    }),
  };
}

/** What the filter in `text` does to a tree, as plain data; a text that is no filter is an answer too. */
export function freezeReport({ tree, leaves }: FreezeTree, text: string): FreezeReport {
  try {
    return { text, leaves, filter: filterOf(tree, text), mistake: null };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { text, leaves, filter: null, mistake: { problem: error.problem, offset: error.offset } };
  }
}

function filterOf(tree: Tree, text: string): FreezeFilter {
  const { expression, ignored } = read(text);
  const found = report(expression, tree);
  const findings = lint(text, expression, tree, found);
  return {
    parts: found.parts.map((part) => partOf(found, part)),
    why: tree.paths.map((path) => why(found, path).map(({ part }) => part)),
    findings,
    ignored: ignored.map(({ what }) => what),
    frozenLeaves: found.frozenLeaves,
    frozenParameters: found.frozenParameters,
    trainableLeaves: found.trainableLeaves,
    trainableParameters: found.trainableParameters,
    openpiResidentBytes: found.residentStateBytes,
  };
}

function partOf(report: Report, part: Part): FreezePart {
  const { expression, span, parent, depth, mask, leaves, parameters } = part;
  return {
    kind: expression.kind,
    text: print(expression),
    start: span.begin,
    end: span.end,
    parent,
    depth,
    leaves: [...mask.keys()].filter((leaf) => mask[leaf] === 1),
    parameters,
    empty: leaves === 0 ? emptyBecause(report, part) : null,
    matches: sentence(expression, true),
    misses: sentence(expression, false),
  };
}

/** Why a part matched nothing, as far as its own parts tell; the linter says what to do about it. */
function emptyBecause({ parts }: Report, { expression, inner }: Part): string | null {
  if (saysSo(expression)) return null;
  switch (expression.kind) {
    case 'All':
      return inner.some((index) => (parts[index] as Part).leaves === 0)
        ? 'A part of it matches nothing.'
        : 'No leaf is matched by all of its parts.';
    case 'Any':
      return 'None of its parts matches a leaf.';
    case 'Not':
      return 'What it holds matches every leaf.';
    default:
      return 'It fits no path of this model.';
  }
}

/** Whether the part says outright that it matches nothing. */
function saysSo(expression: Expression): boolean {
  if (expression.kind === 'Not') return expression.of.kind === 'Everything';
  if (expression.kind === 'Any') return expression.of.every(saysSo);
  return expression.kind === 'Nothing' || (expression.kind === 'All' && expression.of.some(saysSo));
}
