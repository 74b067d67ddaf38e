import type { Proposal, ProposedSettings, TaskSettings } from '../../worker/api';
import type { Form } from '../state/form';
import type { TaskKind } from '../state/task_kind';
import { BudgetDesk } from './budget_desk';
import type { Desk } from './desk';

/** What could be trained within a budget: the latest proposal, and what it was made for. */
export class AutoDesk extends BudgetDesk {
  proposal: Proposal | null = null;
  /** Megabytes as typed; empty: what a trial allocation finds. */
  budget = '';

  readonly #dependsOn: (settings: TaskSettings) => unknown;
  #askedFor = '';

  /** @param dependsOn what of a task's own settings a proposal depends on, see TaskKind.proposedFor */
  constructor(desk: Desk, dependsOn: (settings: TaskSettings) => unknown) {
    super(desk);
    this.#dependsOn = dependsOn;
  }

  /** The budget in bytes, null for none, or undefined for what is no budget. */
  get budgetBytes(): number | null | undefined {
    const typed = this.budget.trim();
    if (typed === '') return null;
    const megabytes = Number(typed);
    return Number.isFinite(megabytes) && megabytes > 0 ? Math.round(megabytes * 1e6) : undefined;
  }

  /** Asks what fits; a later question overtakes an earlier one. `data`: which data the settings are for. */
  async ask(settings: TaskSettings, data = 0): Promise<void> {
    const { budgetBytes } = this;
    if (budgetBytes === undefined) return;
    await this.latest(
      () => this.desk.trainer.propose(settings, budgetBytes),
      (proposal) => {
        this.proposal = proposal;
        this.#askedFor = this.#keyOf(settings, data);
      },
    );
  }

  /** Is the proposal one for other settings than these, beside those that it proposes? */
  isStale(settings: TaskSettings | null, data = 0): boolean {
    return settings !== null && this.#keyOf(settings, data) !== this.#askedFor;
  }

  /** What a proposal depends on: of what it proposes itself, the windows or samples of a step alone. */
  #keyOf(settings: TaskSettings, data: number): string {
    const { task, base, loraRank, loraAlpha, batchSize, accumulation } = settings;
    const own = this.#dependsOn(settings);
    return JSON.stringify([task, base, loraRank, loraAlpha, batchSize * accumulation, data, own]);
  }
}

/** The form's fields that a proposal sets. It is for a run of one stage. */
export function proposedFields<F extends Form>(kind: TaskKind<F>, form: F, settings: ProposedSettings): Partial<F> {
  const { freeze, batchSize, accumulation, recompute } = settings;
  const text = { ...form.text, batchSize: String(batchSize), accumulation: String(accumulation) };
  return { freeze, stages: [], recompute, text, ...kind.withProposed(form, settings) } as Partial<F>;
}

/** Puts back what a proposal has set, and nothing that was edited since. */
export function fieldsBefore<F extends Form>(kind: TaskKind<F>, before: F, now: F): Partial<F> {
  const { freeze, stages, recompute } = before;
  const { batchSize, accumulation } = before.text;
  const text = { ...now.text, batchSize, accumulation };
  return { freeze, stages, recompute, text, ...kind.withProposed(now, kind.proposedOf(before)) } as Partial<F>;
}

/** Does the form hold what a proposal would set? */
export function isInForce<F extends Form>(kind: TaskKind<F>, form: F, settings: ProposedSettings): boolean {
  const own = kind.proposedOf(form);
  return (
    form.freeze === settings.freeze &&
    form.stages.length === 0 &&
    Number(form.text.batchSize) === settings.batchSize &&
    Number(form.text.accumulation) === settings.accumulation &&
    form.recompute === settings.recompute &&
    (Object.keys(own) as (keyof ProposedSettings)[]).every(
      (key) => settings[key] === undefined || settings[key] === own[key],
    )
  );
}
