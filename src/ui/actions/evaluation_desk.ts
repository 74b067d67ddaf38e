import type { AdapterSummary, OpenLoop } from '../../worker/api';
import { ask, type Desk } from '../bench/desk';

/** An adapter tried on the open recording. */
export interface Evaluation {
  readonly id: string;
  readonly name: string;
  /** Null while it is predicted. */
  readonly openLoop: OpenLoop | null;
}

/** The adapter that is tried on the open recording. */
export class EvaluationDesk {
  evaluation: Evaluation | null = null;

  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Predicts the open recording with an adapter. */
  async evaluate({ id, name }: AdapterSummary): Promise<void> {
    const mine: Evaluation = { id, name, openLoop: null };
    this.evaluation = mine;
    this.#desk.changed();
    const answer = await ask(this.#desk, 'adapter', 'evaluate', () => this.#desk.trainer.evaluateAdapter(id));
    if (this.evaluation !== mine) return;
    this.evaluation = answer ? { ...mine, openLoop: answer.value } : null;
    this.#desk.changed();
  }

  /** The recording that it was tried on is no longer open. */
  forget(): void {
    this.evaluation = null;
  }
}
