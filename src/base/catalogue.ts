import type { CountedModel, PlannedModel } from '../model/true_size';
import type { TaskId } from '../settings/task';

export interface Catalogue {
  readonly bases: readonly ListedBase[];
  readonly samples: readonly SampleSummary[];
  /** Models that can be planned, though nobody has their weights here. */
  readonly plannedModels: readonly PlannedModel[];
  /** Models of which leaves are known, and no step can be planned. */
  readonly countedModels: readonly CountedModel[];
}

/** Data that ship with the page. */
export interface SampleSummary {
  readonly id: string;
  readonly task: TaskId;
  readonly title: string;
  readonly description: string;
  /** Prompts that suit it, for sampling; none of a recording. */
  readonly prompts: readonly string[];
}

export interface BaseSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: number;
  readonly vocabularySize: number;
  /** Longest window that it was trained on, tokens. */
  readonly context: number;
  /** Pictures of a moment that it has room for; 0 of a text base. */
  readonly cameras: number;
  readonly heldoutBitsPerByte: number;
  readonly licence: string;
  /** Of a text base: the language and the texts that it has read. */
  readonly trainedOn?: string;
}

/** A base that ships with the page, with the task that it is made for. */
export interface ListedBase extends BaseSummary {
  readonly task: TaskId;
}
