import type { AdapterSummary, OpenLoop } from '../../worker/api';
import { ask, type Desk } from '../bench/desk';
import { idleRun, type RunState, reduceRun } from '../state/run_state';

/** An adapter tried on the open recording. */
export interface Evaluation {
  readonly id: string;
  readonly name: string;
  /** Null while it is predicted. */
  readonly openLoop: OpenLoop | null;
  /** How far it is, and what it goes on without: it tells what a run tells. */
  readonly progress: RunState;
}

/** The adapter that is tried on the open recording. */
export class EvaluationDesk {
  evaluation: Evaluation | null = null;

  readonly #desk: Desk;
  #turn = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Predicts the open recording with an adapter. */
  async evaluate({ id, name }: AdapterSummary): Promise<void> {
    const turn = ++this.#turn;
    const show = (evaluation: Evaluation | null): void => {
      if (turn !== this.#turn) return; // forgotten meanwhile, or overtaken
      this.evaluation = evaluation;
      this.#desk.changed();
    };
    let progress: RunState = { ...idleRun, status: 'running' };
    show({ id, name, openLoop: null, progress });
    const answer = await ask(this.#desk, 'adapter', 'evaluate', () =>
      this.#desk.trainer.evaluateAdapter(id, (event) => {
        progress = reduceRun(progress, [event]);
        show({ id, name, openLoop: null, progress });
      }),
    );
    show(answer?.value ? { id, name, openLoop: answer.value, progress } : null);
  }

  get busy(): boolean {
    return this.evaluation !== null && this.evaluation.openLoop === null;
  }

  /** Ends what is under way, after what is in flight, and shows nothing more of it. */
  forget(): void {
    if (this.busy) void ask(this.#desk, 'adapter', 'evaluate', () => this.#desk.trainer.stopEvaluating());
    this.#turn++;
    this.evaluation = null;
    this.#desk.changed();
  }
}
