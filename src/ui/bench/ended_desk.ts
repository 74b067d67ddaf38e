import type { TaskId } from '../../settings/task';
import type { RunRecord } from '../../worker/api';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';

/** The runs of one task that have ended, and which of them are compared. */
export class EndedDesk {
  /** The latest first. */
  list: readonly RunRecord[] = [];

  readonly #desk: Desk;
  readonly #task: TaskId;
  readonly #chosen = new Set<string>();

  constructor(desk: Desk, task: TaskId) {
    this.#desk = desk;
    this.#task = task;
  }

  /** The runs that are compared, in the order of the list. */
  get compared(): readonly RunRecord[] {
    return this.list.filter(({ runId }) => this.#chosen.has(runId));
  }

  isChosen({ runId }: RunRecord): boolean {
    return this.#chosen.has(runId);
  }

  choose({ runId }: RunRecord, on: boolean): void {
    if (on) this.#chosen.add(runId);
    else this.#chosen.delete(runId);
    this.#desk.changed();
  }

  async refresh(): Promise<void> {
    const answer = await ask(this.#desk, 'train', 'ended', () => this.#desk.trainer.endedRuns(this.#task));
    if (answer) this.list = answer.value;
    this.#desk.changed();
  }

  async remove(run: RunRecord): Promise<void> {
    const answer = await ask(this.#desk, 'train', 'forget', () => this.#desk.trainer.forgetRun(run.runId));
    await this.refresh();
    if (answer)
      this.#desk.note(strings.runs.deleted(run.settings.name), {
        take: () => void this.#restore(run),
        holds: () => !this.list.some(({ runId }) => runId === run.runId),
      });
  }

  async #restore(run: RunRecord): Promise<void> {
    const answer = await ask(this.#desk, 'train', 'forget', () => this.#desk.trainer.restoreRun(run));
    await this.refresh();
    if (answer) this.#desk.note(strings.runs.restored(run.settings.name));
  }
}
