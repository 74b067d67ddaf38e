import type { PlanReport, Problem, TaskSettings } from '../worker/api';
import { attempt, type Desk } from './desk';

/** The plan of the settings on the form, kept up to date while they are edited. */
export class PlanDesk {
  plan: PlanReport | null = null;
  /** The plan before the last edit, where that edit changed it. */
  previous: PlanReport | null = null;
  /** Why these settings have no plan: usually an error in the filter expression. */
  problem: Problem | null = null;
  busy = false;

  readonly #desk: Desk;
  #planned = '';
  #ticket = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Plans `settings` unless that is the plan already shown; a later call overtakes an earlier one.
   * `edited`: the person changed them, so the difference is worth showing. `data`: which data the plan is for, where it depends on them.
   */
  async update(settings: TaskSettings, edited: boolean, data = 0): Promise<void> {
    const samplePrompts = settings.task === 'text' ? settings.samplePrompts.length : 0;
    const key = JSON.stringify({ ...settings, name: '', samplePrompts, data });
    if (key === this.#planned) return;
    this.#planned = key;
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.busy = true;
    this.#desk.changed();
    const answer = await attempt(() => this.#desk.trainer.plan(settings));
    if (ticket !== this.#ticket) return;
    this.busy = false;
    if (answer.ok) {
      const changed = this.plan?.totalBytes !== answer.value.totalBytes;
      if (changed || !edited) this.previous = edited ? this.plan : null;
      this.plan = answer.value;
      this.problem = null;
    } else this.problem = answer.problem;
    this.#desk.changed();
  }
}
