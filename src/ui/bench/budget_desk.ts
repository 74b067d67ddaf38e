import type { Outcome, Problem } from '../../worker/api';
import { attempt, type Desk } from './desk';

/** A question of what fits a budget, as typed. */
export abstract class BudgetDesk {
  problem: Problem | null = null;
  busy = false;
  /** As typed. */
  abstract budget: string;

  protected readonly desk: Desk;
  #ticket = 0;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  setBudget(text: string): void {
    this.budget = text;
    this.desk.changed();
  }

  /** Asks, and takes the answer unless a later question has overtaken it. */
  protected async latest<T>(question: () => Promise<Outcome<T>>, take: (answer: T) => void): Promise<void> {
    const ticket = ++this.#ticket;
    this.busy = true;
    this.problem = null;
    this.desk.changed();
    const answer = await attempt(question);
    if (ticket !== this.#ticket) return;
    this.busy = false;
    if (answer.ok) take(answer.value);
    else this.problem = answer.problem;
    this.desk.changed();
  }
}
