import { freezeFilters } from '../../settings/defaults';
import type { ModelId, PlanReport, Problem, TaskSettings } from '../../worker/api';
import { attempt, type Desk } from './desk';

/** The plan of the settings on the form, kept up to date while they are edited. */
export class PlanDesk {
  plan: PlanReport | null = null;
  /** The plan before the last edit, where that edit changed it. */
  previous: PlanReport | null = null;
  /** The plan of the same settings with nothing frozen: what freezing saves is the difference. */
  everything: PlanReport | null = null;
  /** Why these settings have no plan: usually an error in the filter expression. */
  problem: Problem | null = null;
  busy = false;

  readonly #desk: Desk;
  readonly #plannedOf: (settings: TaskSettings) => object;
  #planned = '';
  #unfrozen = '';
  #ticket = 0;
  #model: ModelId | undefined;
  #underWay: Promise<void> = Promise.resolve();

  /** @param plannedOf settings without what a plan does not depend on, see TaskKind.planned */
  constructor(desk: Desk, plannedOf: (settings: TaskSettings) => object) {
    this.#desk = desk;
    this.#plannedOf = plannedOf;
  }

  /** Bytes that the filter saves; null while that is not known. */
  get saved(): number | null {
    return this.plan && this.everything ? this.everything.totalBytes - this.plan.totalBytes : null;
  }

  /**
   * Plans `settings` unless that is the plan already shown or under way; a later call overtakes an earlier one.
   * `edited`: the person changed them, so the difference is worth showing. `data`: which data the plan is for, where it
   * depends on them. `model`: the model that is planned, where it is not that of the settings.
   */
  update(settings: TaskSettings, edited: boolean, data = 0, model?: ModelId): Promise<void> {
    const rest = { ...this.#plannedOf(settings), name: '', freeze: '', stages: [], data, model };
    const key = JSON.stringify({ ...rest, freeze: settings.freeze, stages: settings.stages });
    if (key === this.#planned) return this.#underWay;
    this.#planned = key;
    if (model !== this.#model) this.plan = null; // figures of two models are no before and after
    this.#model = model;
    this.#ticket += 1;
    this.busy = true;
    this.#desk.changed();
    this.#underWay = this.#plan(settings, edited, model, JSON.stringify(rest), this.#ticket);
    return this.#underWay;
  }

  async #plan(
    settings: TaskSettings,
    edited: boolean,
    model: ModelId | undefined,
    unfrozen: string,
    ticket: number,
  ): Promise<void> {
    const answer = await attempt(() => this.#desk.trainer.plan(settings, model));
    if (ticket !== this.#ticket) return;
    this.busy = false;
    if (answer.ok) {
      const { totalBytes, frozenLeaves } = answer.value;
      const changed = this.plan?.totalBytes !== totalBytes || this.plan.frozenLeaves !== frozenLeaves;
      if (changed || !edited) this.previous = edited ? this.plan : null;
      this.plan = answer.value;
      this.problem = null;
    } else this.problem = answer.problem;
    this.#desk.changed();
    if (answer.ok && unfrozen !== this.#unfrozen) void this.#planEverything(settings, model, unfrozen); // nobody waits for it
  }

  async #planEverything(settings: TaskSettings, model: ModelId | undefined, unfrozen: string): Promise<void> {
    this.#unfrozen = unfrozen;
    this.everything = null;
    const answer = await attempt(() =>
      this.#desk.trainer.plan({ ...settings, freeze: freezeFilters.nothing, stages: [] }, model),
    );
    if (unfrozen !== this.#unfrozen) return;
    if (answer.ok) this.everything = answer.value;
    else this.#unfrozen = ''; // settings that have a plan with a filter and none without it: ask again with the next one
    this.#desk.changed();
  }
}
