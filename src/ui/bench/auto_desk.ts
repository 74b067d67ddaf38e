import type { Problem, Proposal, ProposedSettings, TaskSettings } from '../../worker/api';
import type { Form } from '../state/settings';
import { attempt, type Desk } from './desk';

/** What could be trained within a budget: the latest proposal, and what it was made for. */
export class AutoDesk {
  proposal: Proposal | null = null;
  problem: Problem | null = null;
  busy = false;
  /** Megabytes as typed; empty: what a trial allocation finds. */
  budget = '';

  readonly #desk: Desk;
  #ticket = 0;
  #askedFor = '';

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The budget in bytes, null for none, or undefined for what is no budget. */
  get budgetBytes(): number | null | undefined {
    const typed = this.budget.trim();
    if (typed === '') return null;
    const megabytes = Number(typed);
    return Number.isFinite(megabytes) && megabytes > 0 ? Math.round(megabytes * 1e6) : undefined;
  }

  setBudget(text: string): void {
    this.budget = text;
    this.#desk.changed();
  }

  /** Asks what fits; a later question overtakes an earlier one. `data`: which data the settings are for. */
  async ask(settings: TaskSettings, data = 0): Promise<void> {
    const { budgetBytes } = this;
    if (budgetBytes === undefined) return;
    const ticket = ++this.#ticket;
    this.busy = true;
    this.problem = null;
    this.#desk.changed();
    const answer = await attempt(() => this.#desk.trainer.propose(settings, budgetBytes));
    if (ticket !== this.#ticket) return;
    this.busy = false;
    if (answer.ok) {
      this.proposal = answer.value;
      this.#askedFor = keyOf(settings, data);
    } else this.problem = answer.problem;
    this.#desk.changed();
  }

  /** Is the proposal one for other settings than these, beside those that it proposes? */
  isStale(settings: TaskSettings | null, data = 0): boolean {
    return settings !== null && keyOf(settings, data) !== this.#askedFor;
  }
}

/** What a proposal depends on: of what it proposes itself, the windows or samples of a step alone. */
function keyOf(settings: TaskSettings, data: number): string {
  const { task, base, loraRank, loraAlpha, batchSize, accumulation } = settings;
  const own =
    settings.task === 'text'
      ? [settings.sequenceLength, settings.samplePrompts.length > 0]
      : [settings.horizon, settings.cameras, settings.steps];
  return JSON.stringify([task, base, loraRank, loraAlpha, batchSize * accumulation, data, own]);
}

/** The form's fields that a proposal sets. It is for a run of one stage. */
export function proposedFields(form: Form, settings: ProposedSettings): Partial<Form> {
  const { freeze, batchSize, accumulation, recompute, backboneLora } = settings;
  return {
    freeze,
    stages: [],
    recompute,
    text: { ...form.text, batchSize: String(batchSize), accumulation: String(accumulation) },
    ...(backboneLora === undefined ? {} : { actions: { ...form.actions, backboneLora } }),
  };
}

/** Puts back what a proposal has set, and nothing that was edited since. */
export function fieldsBefore(before: Form, now: Form): Partial<Form> {
  const { batchSize, accumulation } = before.text;
  return {
    freeze: before.freeze,
    stages: before.stages,
    recompute: before.recompute,
    text: { ...now.text, batchSize, accumulation },
    actions: { ...now.actions, backboneLora: before.actions.backboneLora },
  };
}

/** Does the form hold what a proposal would set? */
export function isInForce(form: Form, settings: ProposedSettings): boolean {
  const { freeze, batchSize, accumulation, recompute, backboneLora } = settings;
  return (
    form.freeze === freeze &&
    form.stages.length === 0 &&
    Number(form.text.batchSize) === batchSize &&
    Number(form.text.accumulation) === accumulation &&
    form.recompute === recompute &&
    (backboneLora === undefined || form.actions.backboneLora === backboneLora)
  );
}
