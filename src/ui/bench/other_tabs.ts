import { ask, type Desk } from './desk';

/** A run that would begin beside one of another tab: it waits until the person agrees. */
export class OtherTabs {
  readonly #desk: Desk;
  #waiting: (() => Promise<void>) | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** A run waits for an answer. */
  get asking(): boolean {
    return this.#waiting !== null;
  }

  /** Begins a run, or where another tab trains asks first. */
  async begin(run: () => Promise<void>): Promise<void> {
    this.#waiting = null;
    const elsewhere = await ask(this.#desk, 'train', 'other tabs', () => this.#desk.trainer.trainsElsewhere());
    if (!elsewhere?.value) return run();
    this.#waiting = run;
    this.#desk.changed();
  }

  /** Gives up the run that waits: it would no longer be what is on the form. */
  forget(): void {
    this.#waiting = null;
  }

  /** The run that waits begins nevertheless, or is given up. */
  async answer(anyway: boolean): Promise<void> {
    const run = this.#waiting;
    this.#waiting = null;
    this.#desk.changed();
    if (anyway) await run?.();
  }
}
