/** The part of the page's conversation with the trainer's thread that is about freeze filters. Types only. */
import type { ActionsSettings, Problem, RunSettings } from './api';

/** What decides which leaves there are, and which of them are frozen. */
export type FreezeSettings =
  | Pick<RunSettings, 'task' | 'base' | 'freeze' | 'loraRank' | 'loraAlpha'>
  | Pick<ActionsSettings, 'task' | 'base' | 'freeze' | 'loraRank' | 'loraAlpha' | 'backboneLora'>;

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
  readonly openpiResidentBytes: number;
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
