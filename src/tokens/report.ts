import type { FileReport } from '../dataset/report';

export interface DatasetReport {
  readonly files: readonly FileReport[];
  /** Training windows of at most `sequenceLength` tokens. */
  readonly windows: number;
  readonly heldoutWindows: number;
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
}

export interface PreviewWindow {
  readonly file: string;
  /** Line or record the first example came from, from 1. */
  readonly line: number;
  /** Text in order; `trained` is false where the loss mask is 0. */
  readonly pieces: readonly { readonly text: string; readonly trained: boolean }[];
  readonly tokens: number;
  /** Tokens that were cut off because the example is longer than the window. */
  readonly truncatedTokens: number;
}
