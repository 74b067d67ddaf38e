import { bytesWritten } from '../../settings/byte_size';
import type { ProposedRun, TaskSettings } from '../../worker/api';
import { BudgetDesk } from './budget_desk';

/** Gigabytes of cards that many people have. */
export const CARDS = ['8', '24', '80'] as const;

/** What of openpi's models at their true size could be trained on a card: the latest answer, and what it was asked for. */
export class CardDesk extends BudgetDesk {
  rows: readonly ProposedRun[] | null = null;
  /** Bytes and samples of a step that the rows are for. */
  asked: { readonly budgetBytes: number; readonly batch: number } | null = null;
  /** As typed or chosen: gigabytes, or with a unit. */
  budget: string = CARDS[1];

  /** Undefined for what is no number of bytes. */
  get budgetBytes(): number | undefined {
    return bytesWritten(this.budget, 1e9);
  }

  /** Asks what fits; a later question overtakes an earlier one. */
  async ask(settings: TaskSettings): Promise<void> {
    const { budgetBytes } = this;
    if (budgetBytes === undefined) return;
    await this.latest(
      () => this.desk.trainer.proposeTrueSize(settings, budgetBytes),
      (rows) => {
        this.rows = rows;
        this.asked = { budgetBytes, batch: settings.batchSize * settings.accumulation };
      },
    );
  }
}
