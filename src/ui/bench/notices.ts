import type { TaskId } from '../../settings/task';
import type { Problem, SettingPlace, TrainerApi } from '../../worker/api';
import { Store } from '../state/store';
import { strings } from '../words/strings';
import type { Corner, Desk, Undo } from './desk';

export interface PlacedProblem {
  readonly id: number;
  readonly place: Corner;
  /** Null where it concerns every task. */
  readonly task: TaskId | null;
  readonly source: string;
  readonly problem: Problem;
}

/** What the page has to say to the person: problems beside what failed, kept until dealt with, and passing notes. */
export class Notices extends Store {
  /** The task that is shown. */
  task: TaskId;
  problems: readonly PlacedProblem[] = [];
  /** The setting whose field is to be brought into view; a new object each time. */
  pointed: SettingPlace | null = null;
  toast: { readonly text: string; readonly undo?: Undo } | null = null;

  #nextId = 1;

  constructor(task: TaskId) {
    super();
    this.task = task;
  }

  report(place: Corner, source: string, problem: Problem, task: TaskId | null = this.#taskAt(place)): void {
    const others = this.problems.filter((known) => known.source !== source || known.task !== task);
    this.problems = [...others, { id: this.#nextId, place, task, source, problem }];
    this.#nextId += 1;
    this.changed();
  }

  /** Without a task, whatever the task. */
  clear(source: string, task?: TaskId): void {
    this.problems = this.problems.filter(
      (known) => known.source !== source || (task !== undefined && known.task !== task),
    );
  }

  dismiss(id: number): void {
    this.problems = this.problems.filter((known) => known.id !== id);
    this.changed();
  }

  note(text: string, undo?: Undo): void {
    this.toast = { text, ...(undo ? { undo } : {}) };
    this.changed();
  }

  override changed(): void {
    if (this.toast?.undo?.holds() === false) this.toast = null;
    super.changed();
  }

  dismissToast(): void {
    this.toast = null;
    this.changed();
  }

  /** What a part of a task asks of the whole: its problems stay with it, whichever task is shown when they come. */
  protected deskOf(task: TaskId, trainer: TrainerApi): Desk {
    return {
      trainer,
      changed: () => this.changed(),
      report: (place, source, problem) => this.report(place, source, problem, task),
      clear: (source) => this.clear(source, task),
      note: (text, undo) => this.note(text, undo),
    };
  }

  /** The training thread could not start, or broke. */
  trainerFailed(message: string): void {
    this.report('page', 'thread', {
      what: strings.problem.workerDied,
      where: message,
      fix: strings.problem.workerDiedFix,
    });
  }

  /** The words of a language could not be loaded. */
  languageFailed(error: unknown): void {
    const { languageFailed, languageFailedFix } = strings.header;
    this.report('page', 'language', { what: languageFailed, where: String(error), fix: languageFailedFix });
  }

  /** An error that nobody expected: shown as it is, rather than lost in a console. */
  unexpected(error: unknown): void {
    const where = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.report('page', 'unexpected', { what: strings.problem.unexpected, where, fix: strings.problem.unexpectedFix });
  }

  #taskAt(place: Corner): TaskId | null {
    return place === 'page' || place === 'adapter' ? null : this.task;
  }
}
