import { PATIENCE, type TestedBrowser, type TestedPage } from './browser';
import { begin, type Told, tellNext } from './page';
import { Moment, type PlannedKill, type Timing } from './plan';
import type { Scenario } from './scenarios';

/** From the beginning of a page's run to its end, or that of the page. */
export interface Sitting {
  readonly told: readonly Told[];
  /** The kill happened. */
  readonly killed: boolean;
  /** What was told before the kill; after it only where the page has survived. */
  readonly before: number;
  readonly ended: Extract<Told, { kind: 'ended' | 'failed' }> | null;
}

export interface SittingParts {
  readonly browser: TestedBrowser;
  readonly page: TestedPage;
  readonly scenario: Scenario;
  /** Null: a new run. */
  readonly runId: string | null;
  readonly kill: PlannedKill | null;
  readonly timing: Timing;
}

/** A kill that happens in its time, and is then known. */
class Trap {
  readonly #work: () => Promise<void>;
  readonly #done: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  sprung = false;
  over = false;

  constructor(work: () => Promise<void>) {
    this.#work = work;
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#done.catch(() => undefined); // whoever waits hears of it
  }

  set(delay: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.sprung = true;
      this.#work().then(() => {
        this.over = true;
        this.#resolve();
      }, this.#reject);
    }, delay);
  }

  /** What `other` answers, unless the kill is over before. A page that is killed may fail or never answer. */
  async first<T>(other: Promise<T>): Promise<T | null> {
    const answer = other.catch(async (error: unknown) => {
      if (!this.sprung) throw error;
      await this.#done;
      return null;
    });
    return this.over ? answer : Promise.race([answer, this.#done.then(() => null)]);
  }

  disarm(): void {
    if (!this.sprung) clearTimeout(this.#timer);
  }

  async settle(): Promise<void> {
    this.disarm();
    if (this.sprung) await this.#done;
  }
}

/**
 * Trains in a page until the run ends or its kill comes. A GPU process can be killed without its page: then the run
 * may fail, or go on by itself, which is waited for.
 * @throws Error where the run tells nothing any more
 */
export async function sit(parts: SittingParts): Promise<Sitting> {
  const { browser, page, scenario, runId, kill, timing } = parts;
  const { task, settings, stages } = scenario;
  const trap = new Trap(() => (kill ? browser.kill(kill.victim) : Promise.resolve()));
  const moment = kill && new Moment(kill, timing, settings.checkpointEvery);
  const told: Told[] = [];
  let before = 0;
  await page.evaluate(begin, { task, settings, stages, runId });
  if (moment?.fromBeginning != null) trap.set(moment.fromBeginning);
  let heard = performance.now();
  for (;;) {
    const more = await trap.first(page.evaluate(tellNext, told.length));
    if (trap.over && kill?.victim !== 'gpu') return { told, killed: true, before: told.length, ended: null };
    if (!trap.over) before = told.length + (more?.length ?? 0);
    for (const one of more ?? []) {
      told.push(one);
      const delay = moment?.after(one);
      if (delay != null) trap.set(delay);
    }
    if (more?.length) heard = performance.now();
    if (performance.now() - heard > PATIENCE) throw new Error(`nothing is told for ${PATIENCE / 1000} s`);
    const last = told.at(-1);
    if (last?.kind === 'ended' || last?.kind === 'failed') {
      await trap.settle();
      return { told, killed: trap.over, before: Math.min(before, told.length), ended: last };
    }
  }
}
