import type { FileReport } from '../dataset/report';
import type { Problem } from '../problem';

/** What was found of conversations, in tokens, and whether there is text between them. */
export interface FoundLengths {
  /** Of the longest conversation; 0 where there is none. */
  readonly longest: number;
  readonly text: boolean;
}

/**
 * T, and how it came about: null where it was set; else chosen, as the length that holds the longest conversation whole; as all that the base has
 * room for, since something is longer; or as what is usual for text.
 */
export interface WindowLength {
  readonly sequenceLength: number;
  readonly chosen: 'longest' | 'base' | 'text' | null;
}

/** What no window has room for: examples of which something was cut, and the share of all tokens of conversations that it is. */
export interface Cut {
  readonly examples: number;
  readonly share: number;
}

export interface DatasetReport extends WindowLength {
  readonly files: readonly FileReport[];
  /** Tokens of the longest conversation; 0 where there is none. */
  readonly longest: number;
  readonly cut: Cut;
  /** The shortest T, in steps of 16, from this one on, at which nothing is cut; null where the base has room for none. */
  readonly lengthThatCutsNone: number | null;
  /** Conversations longer than a window, whose replies are learned in several. */
  readonly spread: number;
  /** Training windows of at most `sequenceLength` tokens. */
  readonly windows: number;
  readonly heldoutWindows: number;
  /** Of those, the windows that each evaluation takes. */
  readonly evaluatedWindows?: number;
  readonly examples: number;
  readonly tokens: number;
  /** Tokens that count in the loss. */
  readonly trainedTokens: number;
  /** The first windows as the model will see them. */
  readonly preview: readonly PreviewWindow[];
  /** Prompts taken from held-out examples, for sampling. */
  readonly prompts: readonly string[];
  /** True where examples are conversations or prompt and completion, false for plain text. */
  readonly chat: boolean;
  /** True where replies are learned that think aloud first. */
  readonly reasons?: boolean;
  /** Why nothing can be trained on; the files are told of all the same. */
  readonly fault?: Problem;
}

export interface PreviewWindow {
  readonly file: string;
  /** Line or record the first example came from, from 1. */
  readonly line: number;
  /** Text in order, control tokens by name in pieces of their own; `trained` is false where the loss mask is 0. */
  readonly pieces: readonly PreviewPiece[];
  readonly tokens: number;
  /** Tokens just before this window that were cut off, because no window has room for them. */
  readonly truncatedTokens: number;
}

export interface PreviewPiece {
  readonly text: string;
  readonly trained: boolean;
  /** A control token of the model; what looks like one in the data is text. */
  readonly control?: true;
}
