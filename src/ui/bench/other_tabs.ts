import type { OtherRun, TabNews } from '../../worker/api';
import { type RunState, reduceRun, resumedRun, startedRun } from '../state/run_state';
import { coalesce } from '../state/store';
import { ask, type Desk } from './desk';

/** A run of another tab, as far as it has told. */
export interface SeenRun {
  readonly runId: string;
  readonly state: RunState;
}

/** Runs of other tabs: the one that is seen here, and one of this tab that would begin beside it and waits until the person agrees. */
export class OtherTabs {
  /** Null where none is under way. */
  seen: SeenRun | null = null;
  /** Called when what is kept in this browser may have changed. */
  onKept: () => void = () => undefined;

  readonly #desk: Desk;
  #waiting: (() => Promise<void>) | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Hears of other tabs from now on. */
  async watch(): Promise<void> {
    const hear = coalesce<TabNews>((news) => {
      for (const one of news) this.#hear(one);
      this.#desk.changed();
    });
    await ask(this.#desk, 'page', 'other tabs', () => this.#desk.trainer.watchTabs(hear));
  }

  #hear(news: TabNews): void {
    if (news.kind === 'kept' || news.kind === 'run') this.onKept(); // a run that goes on is none to resume
    if (news.kind === 'kept') return;
    if (news.kind === 'run') this.seen = seenOf(news.run);
    else if (news.runId !== this.seen?.runId) return;
    else if (news.kind === 'over') this.seen = null;
    else this.seen = { ...this.seen, state: reduceRun(this.seen.state, [news.event]) };
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

const seenOf = ({ runId, settings, from, events }: OtherRun): SeenRun => ({
  runId,
  state: reduceRun(from ? resumedRun(from) : startedRun(settings), events),
});
