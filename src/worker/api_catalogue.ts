/** What ships with the page, and what it knows the sizes of. Types only. */
import type { TaskSettings } from './api';

export interface Catalogue {
  readonly bases: readonly BaseSummary[];
  readonly samples: readonly SampleSummary[];
  /** Models that can be planned, though nobody has their weights here. */
  readonly plannedModels: readonly PlannedModel[];
}

/** Data that ship with the page. */
export interface SampleSummary {
  readonly id: string;
  readonly task: TaskSettings['task'];
  readonly title: string;
  readonly description: string;
  /** Prompts that suit it, for sampling; none of a recording. */
  readonly prompts: readonly string[];
}

/** openpi's π0 at its true size, by where it has adapters; its dummy; its backbone as a language model. */
export type PlannedModelId = 'full' | 'pg_lora' | 'ae_lora' | 'all_lora' | 'dummy' | 'text_2b_lora';

export interface PlannedModel {
  readonly id: PlannedModelId;
  readonly task: TaskSettings['task'];
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly leaves: number;
  readonly parameters: number;
}

export interface BaseSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: number;
  readonly vocabularySize: number;
  /** Longest window that it was trained on, tokens. */
  readonly context: number;
  readonly heldoutBitsPerByte: number;
  readonly licence: string;
}
