import type { GenerateRequest, ListedAdapter } from '../../worker/api';
import type { Pair } from '../bench/compare_desk';
import type { Desk } from '../bench/desk';
import { type Trial, TrialDesk } from './trial_desk';

/** One prompt, continued by two adapters, one after the other. */
export class PairDesk {
  readonly #desk: Desk;
  readonly #desks: readonly [TrialDesk, TrialDesk];
  #of: readonly string[] = [];
  writing = false;
  /** Null: nobody typed any. */
  prompt: string | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#desks = [new TrialDesk(desk), new TrialDesk(desk)];
  }

  /** What has been written by these two; null of one that has not begun. */
  trialsOf(pair: Pair): readonly [Trial | null, Trial | null] {
    const [first, second] = this.#desks;
    return pair.every(({ id }, n) => id === this.#of[n]) ? [first.trial, second.trial] : [null, null];
  }

  async write(pair: Pair, ask: Omit<GenerateRequest, 'adapter' | 'base'>): Promise<void> {
    for (const desk of this.#desks) desk.trial = null;
    this.#of = pair.map(({ id }) => id);
    const mine = this.#of;
    this.writing = true;
    for (const [n, desk] of this.#desks.entries()) {
      const { id, base } = pair[n] as ListedAdapter;
      if (this.writing && this.#of === mine) await desk.generate({ ...ask, adapter: id, base });
    }
    if (this.#of === mine) this.writing = false;
    this.#desk.changed();
  }

  async stop(): Promise<void> {
    this.writing = false;
    await this.#desks[0].stopGenerating();
  }
}
