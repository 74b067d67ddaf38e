import type { FileReport } from '../dataset/report';

export interface DatasetReport {
  readonly files: readonly FileReport[];
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
  /** Conversations whose prompt was cut at its beginning, and the share of all tokens of conversations that this cost. */
  readonly cut?: { readonly examples: number; readonly share: number };
}

export interface PreviewWindow {
  readonly file: string;
  /** Line or record the first example came from, from 1. */
  readonly line: number;
  /** Text in order; `trained` is false where the loss mask is 0. */
  readonly pieces: readonly { readonly text: string; readonly trained: boolean }[];
  readonly tokens: number;
  /** Tokens just before this window that were cut off, because no window has room for them. */
  readonly truncatedTokens: number;
}
