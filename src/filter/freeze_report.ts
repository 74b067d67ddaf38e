import type { Problem } from '../problem';
import type { Expression } from './expression';
import { FilterError } from './filter_error';
import { lint } from './lint';
import { type ModuleName, modulesOf } from './modules';
import { type Reading, read } from './parse';
import { print } from './print';
import { emaBytes, type Part, type Report, report, residentStateBytes, sentence, why } from './report';
import { type Tree, treeOf } from './tree';
import { variantsOfPaths } from './variants';

/** Bytes a parameter: bf16; float32 weights, gradient and two moments. */
const OURS = { frozen: 2, trainable: 16 } as const;

/** A model's leaves, prepared for many filters. */
export interface FreezeTree {
  readonly tree: Tree;
  readonly leaves: readonly FreezeLeaf[];
}

/** @param leaves of the model: path, and the length of each axis */
export function freezeTree(leaves: readonly Pick<FreezeLeaf, 'path' | 'shape'>[]): FreezeTree {
  const tree = treeOf(Object.fromEntries(leaves.map(({ path, shape }) => [path, shape])));
  const modules = modulesOf(tree);
  return {
    tree,
    leaves: leaves.map(({ path, shape }, leaf) => {
      const module = modules.find(({ mask }) => mask[leaf] === 1)?.name ?? null;
      const parameters = shape.reduce((product, length) => product * length, 1);
      const bytes = { frozen: OURS.frozen * parameters, trainable: OURS.trainable * parameters };
      const openpiBytes = { frozen: residentStateBytes(parameters, 0), trainable: residentStateBytes(0, parameters) };
      return { path, shape, module, parameters, bytes, openpiBytes };
    }),
  };
}

/** What the filter in `text` does to a tree, as plain data; a text that is no filter is an answer too. */
export function freezeReport({ tree, leaves }: FreezeTree, text: string): FreezeReport {
  try {
    return reportOfReading({ tree, leaves }, text, read(text, variantsOfPaths(tree.paths)));
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { text, leaves, filter: null, mistake: { problem: error.problem, offset: error.offset } };
  }
}

/** The same of a text that has been read. */
export const reportOfReading = ({ tree, leaves }: FreezeTree, text: string, reading: Reading): FreezeReport => ({
  text,
  leaves,
  filter: filterOf(tree, text, reading),
  mistake: null,
});

function filterOf(tree: Tree, text: string, reading: Reading): FreezeFilter {
  const { expression, ignored } = reading;
  const found = report(expression, tree, reading.ema !== null);
  const findings = lint(text, reading, tree, found);
  const parameters = found.frozenParameters + found.trainableParameters;
  return {
    parts: found.parts.map((part) => partOf(found, part)),
    why: tree.paths.map((path) => why(found, path).map(({ part }) => part)),
    findings,
    ignored: ignored.map(({ what }) => what),
    frozenLeaves: found.frozenLeaves,
    frozenParameters: found.frozenParameters,
    trainableLeaves: found.trainableLeaves,
    trainableParameters: found.trainableParameters,
    openpiResidentBytes: residentStateBytes(found.frozenParameters, found.trainableParameters),
    openpiEmaBytes: emaBytes(found.frozenParameters, found.trainableParameters),
    unfrozen: {
      openpiResidentBytes: residentStateBytes(0, parameters),
      openpiEmaBytes: emaBytes(0, parameters),
    },
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
      return inner.some((index) => parts[index]!.leaves === 0)
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

/** A model's parameter tree, and what a filter does to it. */
export interface FreezeReport {
  /** The text that was read. */
  readonly text: string;
  /** Sorted by path. */
  readonly leaves: readonly FreezeLeaf[];
  /** Null where the text is no filter: `mistake` then says why. */
  readonly filter: FreezeFilter | null;
  readonly mistake: FreezeMistake | null;
}

/** One tensor of parameters. */
export interface FreezeLeaf {
  /** openpi's, such as "PaliGemma/llm/layers/attn/q_einsum/w". */
  readonly path: string;
  readonly shape: readonly number[];
  /** The part of the model that it belongs to; null in a tree that is no π0's. */
  readonly module: ModuleName | null;
  readonly parameters: number;
  /** What it keeps on the GPU here, frozen or training: weights; or weights, gradient and two moments. */
  readonly bytes: FreezeBytes;
  /** What openpi keeps of it: 2 bytes a frozen parameter, 12 a trainable one. */
  readonly openpiBytes: FreezeBytes;
}

export interface FreezeBytes {
  readonly frozen: number;
  readonly trainable: number;
}

/** What a filter that could be read does. */
export interface FreezeFilter {
  /** The whole filter first, then its parts as they stand in it, each before its own parts. */
  readonly parts: readonly FreezePart[];
  /** For each leaf, the parts that decided about it, the whole filter first. */
  readonly why: readonly (readonly number[])[];
  readonly findings: readonly FreezeFinding[];
  /** Lines of Python that have no say in the filter, as written. */
  readonly ignored: readonly string[];
  readonly frozenLeaves: number;
  readonly frozenParameters: number;
  readonly trainableLeaves: number;
  readonly trainableParameters: number;
  /** What openpi keeps, without a moving average of the parameters. */
  readonly openpiResidentBytes: number;
  /** What that would take beside it. */
  readonly openpiEmaBytes: number;
  /** The same with nothing frozen. */
  readonly unfrozen: { readonly openpiResidentBytes: number; readonly openpiEmaBytes: number };
}

export interface FreezePart {
  readonly kind: 'PathRegex' | 'PathContains' | 'All' | 'Any' | 'Not' | 'Everything' | 'Nothing';
  /** As Python text; of All, Any and Not with everything in it. */
  readonly text: string;
  /** Where it stands in the filter's text: offset of its first character, and of the one behind its last. */
  readonly start: number;
  readonly end: number;
  /** Index of the part around it; −1 for the whole filter. */
  readonly parent: number;
  /** 0 for the whole filter. */
  readonly depth: number;
  /** Indexes of the leaves that it matched. */
  readonly leaves: readonly number[];
  /** In the leaves that it matched. */
  readonly parameters: number;
  /** Why it matched no leaf, in one sentence, where that is not what it says. */
  readonly empty: string | null;
  /** Why it matches a leaf, and why it does not, a sentence each. */
  readonly matches: string;
  readonly misses: string;
}

export interface FreezeFinding {
  readonly rule: string;
  /** An error: the filter cannot be meant. A warning: it is hardly meant. A note: it may well be meant. */
  readonly severity: 'error' | 'warning' | 'note';
  /** Offsets into the text; line and column of the first from 1. */
  readonly at: { readonly start: number; readonly end: number; readonly line: number; readonly column: number };
  /** One sentence. */
  readonly message: string;
  /** The whole filter as it should read; null where none is plain. */
  readonly repair: string | null;
}

/** Why a text is no filter. */
export interface FreezeMistake {
  readonly problem: Problem;
  /** The character at fault, from 0; the text's length where something is missing behind it. */
  readonly offset: number;
}
