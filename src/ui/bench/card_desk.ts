import { bytesWritten } from '../../settings/byte_size';
import type { Problem, ProposedRun, TaskSettings } from '../../worker/api';
import { attempt, type Desk } from './desk';

/** Gigabytes of cards that many people have. */
export const CARDS = ['8', '24', '80'] as const;

/** What of openpi's models at their true size could be trained on a card: the latest answer, and what it was asked for. */
export class CardDesk {
  rows: readonly ProposedRun[] | null = null;
  /** Bytes and samples of a step that the rows are for. */
  asked: { readonly budgetBytes: number; readonly batch: number } | null = null;
  problem: Problem | null = null;
  busy = false;
  /** As typed or chosen: gigabytes, or with a unit. */
  budget: string = CARDS[1];

  readonly #desk: Desk;
  #ticket = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Undefined for what is no number of bytes. */
  get budgetBytes(): number | undefined {
    return bytesWritten(this.budget, 1e9);
  }

  setBudget(text: string): void {
    this.budget = text;
    this.#desk.changed();
  }

  /** Asks what fits; a later question overtakes an earlier one. */
  async ask(settings: TaskSettings): Promise<void> {
    const { budgetBytes } = this;
    if (budgetBytes === undefined) return;
    const ticket = ++this.#ticket;
    this.busy = true;
    this.problem = null;
    this.#desk.changed();
    const answer = await attempt(() => this.#desk.trainer.proposeTrueSize(settings, budgetBytes));
    if (ticket !== this.#ticket) return;
    this.busy = false;
    if (answer.ok) {
      this.rows = answer.value;
      this.asked = { budgetBytes, batch: settings.batchSize * settings.accumulation };
    } else this.problem = answer.problem;
    this.#desk.changed();
  }
}
