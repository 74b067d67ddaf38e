import type { CountedModel, PlannedModel } from '../model/true_size';
import type { Naming } from '../policy/naming';
import type { Problem } from '../problem';
import type { NormStats } from '../recording/normalize';
import type { NormalizationKind, StateForm } from '../settings/actions';
import type { TaskId } from '../settings/task';
import type { TrainingSettings } from '../settings/training';

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
  /** Of a base of the actions task. */
  readonly actions?: ActionsForm;
  /** What suits it better than the task's defaults. */
  readonly suggested?: Partial<TrainingSettings>;
}

/** What a π0 was made for. What is absent is as openpi has it. */
export interface ActionsForm {
  /** Names of the pictures that it has room for, in order. */
  readonly cameras: readonly string[];
  /** Actions of a chunk. */
  readonly horizon: number;
  /** Tokens of a prompt, padding included. */
  readonly promptLength: number;
  /** Whether the prompt tells the state, as openpi's discrete_state_input has it for π0.5; no token of its own does then. */
  readonly stateInPrompt?: boolean;
  /** What a state told in its training; absent where that is no matter, and a state tells as much as there is room for. */
  readonly state?: StateForm;
  /** How it was trained to have state and actions scaled. */
  readonly normalization?: NormalizationKind;
  /** Those that it was trained with. */
  readonly stats?: NormStats;
  /** Its weights are too many for a GPU: whatever the settings say, what comes before its expert is streamed. */
  readonly streamed?: boolean;
}

/** A base that ships with the page, with the task that it is made for. */
export interface ListedBase extends BaseSummary {
  readonly task: TaskId;
}

/** A model that a person has brought, as it was opened. */
export interface OpenedModel extends ListedBase {
  /** model_type of its configuration; π0 or π0.5 of a policy. */
  readonly family: string;
  /** Of a policy: whose names its tensors have. */
  readonly naming?: Naming;
  /** Layers; of a policy, those of its backbone, whose channels `width` are. */
  readonly depth: number;
  /** Channels. */
  readonly width: number;
  /** Bytes of its files of weights. */
  readonly fileBytes: number;
  /** Bytes of all files that a copy of it has. */
  readonly copyBytes: number;
  /** How they have its weights: BF16, Q4_K … */
  readonly storedAs: readonly string[];
  /** Why conversations cannot be written for it; null where its own template does. */
  readonly template: Problem | null;
  /** What a person should know of it. */
  readonly notes: readonly Problem[];
}
