import type { TrainingSettings } from './training';

/**
 * Ways to write conversations that a person may choose for a model that has no way of its own: text without marks, or as models of the known families
 * read them.
 */
export const KNOWN_TEMPLATES = ['plain', 'chatml', 'gemma', 'llama3'] as const;
export type KnownTemplate = (typeof KNOWN_TEMPLATES)[number];

/**
 * How the frozen weights of a model of the hub lie on the GPU: as its files have them, or the matrices in integers of 8 bits, with
 * a scale for each row.
 */
export const FROZEN_WEIGHTS = ['stored', 'int8'] as const;
export type FrozenWeights = (typeof FROZEN_WEIGHTS)[number];

/** A run of the text task. */
export interface TextSettings extends TrainingSettings {
  readonly task: 'text';
  /** T: tokens a window. */
  readonly sequenceLength: number;
  /** Prompts continued by base and adapter at each evaluation; none switches it off. */
  readonly samplePrompts: readonly string[];
  /** In place of the model's own chat template. */
  readonly template?: KnownTemplate;
  /** As stored, where it is not said. */
  readonly weights?: FrozenWeights;
}

export interface DatasetOptions {
  /** Id of the base whose tokenizer cuts the text. */
  readonly base: string;
  /** In place of the base's own chat template. */
  readonly template?: KnownTemplate;
  /** T: tokens of one training window; null: chosen from what the files hold, and reported. */
  readonly sequenceLength: number | null;
  /** Share of examples kept for the held-out loss, 0 to 0.5. */
  readonly heldoutFraction: number;
  readonly seed: number;
  /** For tables and JSON, by file name: which columns or fields to learn from. Without it they are guessed and reported. */
  readonly columns?: Readonly<Record<string, TableColumns>>;
  /** By file name: the encoding of a file that is not UTF-8 and does not tell its own. */
  readonly encodings?: Readonly<Record<string, 'windows-1252'>>;
  /** By file name, or by that of the archive it comes from: whose messages are learned of a chat exported from a messenger. */
  readonly voices?: Readonly<Record<string, string>>;
  /** Names of files inside archives that are left out. */
  readonly without?: readonly string[];
}

export interface TableColumns {
  /** Shown, not learned. Absent: plain text. */
  readonly prompt?: string;
  /** Learned. */
  readonly completion: string;
}
