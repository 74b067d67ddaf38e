import { nothing, type TemplateResult } from 'lit';
import type {
  AdapterSummary,
  BaseSummary,
  EndedRun,
  FileInFolder,
  ListedAdapter,
  Problem,
  TaskSettings,
} from '../../worker/api';
import type { FieldKey } from '../state/fields';
import type { Form } from '../state/form';
import type { RecordedRun } from '../state/recorded_run';
import type { Phase, RunState } from '../state/run_state';
import type { TaskKind } from '../state/task_kind';
import type { Noun } from '../words/nouns';
import type { Pair } from './compare_desk';
import type { Desk } from './desk';

/** What a place on the page shows of a task; `nothing` where it has nothing to show there. */
export type Shown = TemplateResult | typeof nothing;

/** Label, unit and definition of a number. */
export type FieldWords = readonly [label: string, unit: string, meaning: string];

/** Name and meaning of what one can choose, by its id. */
export type Choices = Readonly<Record<string, readonly [name: string, meaning: string]>>;

/** What the page says differently for each task. */
export interface TaskWords {
  /** In the switch, and beside an adapter. */
  readonly name: string;
  readonly meaning: string;
  /** What goes where when it is dropped. */
  readonly dropMeaning: string;
  /** What the first screen promises, each in a word and a sentence. */
  readonly promises: readonly (readonly [name: string, meaning: string])[];
  readonly modelLead: string;
  readonly adapterLead: string;
  readonly presets: Choices;
  /** What trains, by the filter that leaves it out. */
  readonly filters: Choices;
  /** Where a number means something else than usual. */
  readonly fields: Partial<Readonly<Record<FieldKey, FieldWords>>>;
  readonly run: {
    readonly lossTitle: string;
    readonly lossMeaning: string;
    readonly tokensPerSecondMeaning: string;
    /** The button that tries the adapter of a run, and what it leads to. */
    readonly tryIt: string;
    readonly tryMeaning: string;
    /** Where a phase does something else than usual. */
    readonly phases: Partial<Readonly<Record<Phase, string>>>;
  };
}

/** A number that the data choose where the person leaves it to them. */
export interface ChosenNumber {
  readonly value: string;
  /** A sentence. */
  readonly why: string;
}

/** The data of a task that are open, or about to be. */
export interface DataSource {
  /** Counts what was opened, where a plan made for one of them does not hold for the next; else it stays 0. */
  readonly opened: number;
  /** Data are read and can be trained on. */
  readonly ready: boolean;
  /** What a person would call them; empty where nothing is open. */
  readonly name: string;
  /** Their state, in one line. */
  readonly line: string;
  /** Why a run cannot start on them; null where it can, once they are read. */
  readonly missing: Problem | null;
  /** Opens a sample by its id in the catalogue. @returns whether it could be read */
  openSample(id: string): Promise<boolean>;
  /** Reads the same data again where what they were read with has changed. @returns whether they are read */
  refresh(): Promise<boolean>;
  /** Opens files that were dropped or picked. @returns what became of them, in words; null where the panel says it */
  add(files: readonly FileInFolder[]): Promise<string | null>;
}

/** The class of a task's view, of which each workbench B makes one. */
export interface TaskViewClass<B> {
  readonly kind: TaskKind;
  /** @param desk where its parts report, so that their problems stay with the task */
  new (bench: B, desk: Desk): TaskView;
}

/**
 * A task on the page: everything that differs between tasks in what the page says, shows and does, in one object.
 * Panels ask the view that is shown, and nobody else asks which task it is. A place that it says nothing about stays empty.
 */
export abstract class TaskView<F extends Form = Form> {
  abstract readonly kind: TaskKind<F>;
  abstract readonly words: TaskWords;
  abstract readonly source: DataSource;
  abstract form: F;
  /** The numbers of length and batch, in the order in which they are asked for. */
  abstract readonly lengths: readonly FieldKey[];
  /** What is held out is counted in these. */
  abstract readonly heldoutUnit: Noun;
  /** Its data may lie in folders. */
  readonly takesFolders: boolean = false;

  /** What the form says, as the trainer takes it. Asked only while no field is wrong. */
  abstract settings(base: string, name: string): TaskSettings;
  /** What a step learns from, one sentence. */
  abstract effective(): string;
  abstract dataPanel(): TemplateResult;

  /** The list of kept adapters was read anew. */
  adaptersListed?(list: readonly ListedAdapter[]): void;
  /** An adapter of this task came from a file. */
  adapterImported?(adapter: AdapterSummary): void;
  /** A run of this task has ended; null: it left no adapter. */
  runEnded?(adapterId: string | null): void;

  /** What the data choose for a number of the form; null for one that they do not. */
  chosen(_key: FieldKey): ChosenNumber | null {
    return null;
  }
  /** What the settings of a run say that no other task has and that are no numbers, each with its name. */
  ownSettings(_settings: TaskSettings): readonly (readonly [name: string, value: string])[] {
    return [];
  }
  /** Figures of a base, as entries of its list of facts. */
  baseFacts(_base: BaseSummary): Shown {
    return nothing;
  }
  /** Above the base that is chosen. */
  aboveBase(): Shown {
    return nothing;
  }
  /** Beside the size of the adapter. */
  sizeFields(): Shown {
    return nothing;
  }
  /** Beside the name of the adapter. */
  trainTexts(): Shown {
    return nothing;
  }
  /** The last group of Advanced: what it holds, and its name. */
  trainGroup(): { readonly name: string; readonly content: TemplateResult } | null {
    return null;
  }
  /** Above the stages of a run. */
  stageFields(): Shown {
    return nothing;
  }
  /** What a run has to say about how it computes. */
  runNote(_run: RunState): Shown {
    return nothing;
  }
  /**
   * What the model does, the main thing of a run, directly below its progress.
   * @param moment the evaluation that is looked at, by its step: 0 is the base, null stands before the first
   */
  resultAt(_run: RunState, _moment: number | null): Shown {
    return nothing;
  }
  /** What a run came to against its base, in one sentence that a person understands; empty where there is nothing to say besides the losses. */
  learned(_summary: EndedRun): string {
    return '';
  }
  /** What trying the adapter of a run does; null where that cannot be done now. */
  tryResult(_summary: EndedRun): (() => void) | null {
    return null;
  }
  /** What a recorded run has achieved so far; null: its place, until it is loaded. */
  recordedResult(_run: RunState, _recorded: RecordedRun | null): Shown {
    return nothing;
  }
  aboveAdapters(): Shown {
    return nothing;
  }
  belowAdapters(): Shown {
    return nothing;
  }
  /** What two adapters of this task do with the same task, side by side. */
  comparedSamples(_pair: Pair): Shown {
    return nothing;
  }
  /** Is this the adapter that is being tried? */
  isChosen(_adapter: ListedAdapter): boolean {
    return false;
  }
  /** What is known of an adapter of this task. */
  adapterFacts(_adapter: ListedAdapter): Shown {
    return nothing;
  }
  /** What can be done with an adapter of this task while the task is shown, besides taking it away. */
  adapterActions(_adapter: ListedAdapter): Shown {
    return nothing;
  }
}
