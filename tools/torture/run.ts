import { setTimeout as wait } from 'node:timers/promises';
import type { TestedBrowser, TestedPage } from './browser';
import { differences, type Kept, keptIn } from './kept';
import { lookAround, offer, openData, type Told } from './page';
import { type PlannedKill, type Timing, timingOf } from './plan';
import type { DataFile, Scenario } from './scenarios';
import { type Sitting, sit } from './sitting';

/** How long a page that comes back may take to find its run, milliseconds: a dying tab holds its lock for a moment. */
const COMES_BACK = 10_000;

/** A kill that happened, and what came of it. */
export interface Killed {
  readonly kill: PlannedKill;
  /** The last step that the page told of before; null where it told of none. */
  readonly at: number | null;
  /** What the page said. */
  goesOn: string;
  readonly faults: string[];
}

export interface Grounds {
  readonly browser: TestedBrowser;
  readonly scenario: Scenario;
  readonly files: readonly DataFile[];
  /** Address of train.html. */
  readonly url: string;
}

/** What a run came to that nobody disturbed. */
export interface Undisturbed {
  readonly kept: Kept;
  readonly timing: Timing;
}

const NO_TIMING: Timing = { sitting: 0, steps: 0, checkpoint: 0, saving: 0 };

/** Trains once, and keeps what it comes to and how long it takes. @throws Error where the run fails */
export async function undisturbed(grounds: Grounds): Promise<Undisturbed> {
  const page = await openNew(grounds);
  const started = performance.now();
  const sitting = await sit({ ...grounds, page, runId: null, kill: null, timing: NO_TIMING });
  if (sitting.ended?.kind !== 'ended') throw new Error(`An undisturbed run fails: ${sitting.ended?.what}`);
  const timing = timingOf(sitting.told, performance.now() - started, grounds.scenario.settings.checkpointEvery);
  return { kept: await take(page, sitting.ended.adapterId), timing };
}

/** A page with the data of a run that begins. */
async function openNew({ browser, scenario, files, url }: Grounds): Promise<TestedPage> {
  const page = await browser.open(url);
  const { task, settings, heldout } = scenario;
  await page.choose(
    '#data',
    files.map(({ onDisk }) => onDisk),
  );
  const paths = files.map(({ path }) => path);
  const wrong = await page.evaluate(openData, { task, settings, heldout, paths });
  if (wrong) throw new Error(wrong);
  return page;
}

async function take(page: TestedPage, adapterId: string): Promise<Kept> {
  return keptIn(await page.download('#result', await page.evaluate(offer, adapterId)));
}

export interface RunQuestions {
  /** Null where the run is to end undisturbed. */
  nextKill(): Promise<PlannedKill | null>;
  /** A kill has happened, and what came of it is known. */
  onKilled(killed: Killed): void;
}

/** One run that is killed again and again, until it has ended. */
export class TorturedRun {
  readonly #grounds: Grounds;
  readonly #undisturbed: Undisturbed;
  readonly #asks: RunQuestions;
  /** Faults that belong to no single kill: what the run comes to. */
  readonly faults: string[] = [];
  readonly kills: Killed[] = [];
  /** The step that the page has said is kept; null while it has said nothing of the kind. */
  #claimed: number | null = null;
  /** The page has said that the adapter is being saved. */
  #saving = false;

  constructor(grounds: Grounds, whole: Undisturbed, asks: RunQuestions) {
    this.#grounds = grounds;
    this.#undisturbed = whole;
    this.#asks = asks;
  }

  /** Runs to the end. */
  async run(): Promise<void> {
    let page = await openNew(this.#grounds);
    let runId: string | null = null;
    let from = 0;
    for (;;) {
      const kill = await this.#asks.nextKill();
      const { timing } = this.#undisturbed;
      const sitting = await sit({ ...this.#grounds, page, runId, kill, timing });
      const killed = kill && sitting.killed ? this.#noteKill(kill, sitting) : null;
      this.#check(sitting, from, killed);
      const isThere = !killed || killed.kill.victim === 'gpu'; // the page; it may have told its end as it was killed
      if (sitting.ended?.kind === 'ended' && isThere) {
        if (killed) this.#tell(killed, this.#wentOn(killed, sitting));
        return this.#compare(page, sitting.ended.adapterId);
      }
      if (!killed) throw new Error(`The run failed before it was killed: ${JSON.stringify(sitting.ended)}`);
      page = await this.#grounds.browser.open(this.#grounds.url);
      const { unfinished, adapter } = await this.#find(page);
      this.#tell(killed, this.#judge(killed, unfinished?.step, adapter));
      if (!unfinished && adapter) return this.#compare(page, adapter);
      runId = unfinished?.runId ?? null;
      from = unfinished?.step ?? 0;
      if (!unfinished) page = await openNew(this.#grounds);
    }
  }

  /** What came of a kill that the page has survived, in words. */
  #wentOn({ faults }: Killed, { told, before }: Sitting): string {
    const claimed = told.slice(0, before).findLast((one) => one.kind === 'checkpoint')?.step ?? 0;
    const again = told.slice(before).flatMap((one) => (one.kind === 'step' ? [one.step - 1] : []));
    const from = Math.min(...again);
    if (from < claimed) faults.push(`step ${claimed} was said to be kept`);
    return again.length > 0 ? `went on by itself from step ${from}` : 'came to its end';
  }

  /**
   * What came of a kill, in words.
   * @param step that the page says it goes on from @param adapter id of the one that is kept
   */
  #judge({ faults }: Killed, step: number | undefined, adapter: string | undefined): string {
    const claimed = this.#claimed;
    if (step !== undefined) {
      if (step < (claimed ?? 0)) faults.push(`step ${claimed} was said to be kept`);
      if (adapter) faults.push('the adapter is kept, and its run is still said to be unfinished');
      return `goes on from step ${step}`;
    }
    if (adapter) {
      if (!this.#saving) faults.push('there is an adapter of a run that was not said to be saved');
      return 'had ended: the adapter is kept';
    }
    if (claimed !== null) faults.push(`the run is lost, of which step ${claimed} was kept`);
    this.#claimed = null;
    return 'begins anew: nothing had been said to be kept';
  }

  #tell(killed: Killed, goesOn: string): void {
    killed.goesOn = goesOn;
    this.#asks.onKilled(killed);
  }

  #noteKill(kill: PlannedKill, { told, before, ended }: Sitting): Killed {
    const step = told.slice(0, before).findLast((one) => one.kind === 'step');
    const killed: Killed = { kill, at: step?.step ?? null, goesOn: '', faults: [] };
    if (ended?.kind === 'failed' && (!ended.what || !ended.fix))
      killed.faults.push(`the page does not say what to do: "${ended.what}"`);
    this.kills.push(killed);
    return killed;
  }

  /** Everything that a sitting told is what the undisturbed run told, beginning behind the step that it was said to go on from. */
  #check({ told }: Sitting, from: number, killed: Killed | null): void {
    const faults = killed?.faults ?? this.faults;
    const { train, heldout, told: adapter } = this.#undisturbed.kept;
    const first = told.find((one) => one.kind === 'step');
    if (first && first.step !== from + 1) faults.push(`step ${first.step} was trained first, not ${from + 1}`);
    for (const one of told) {
      if (one.kind === 'checkpoint') this.#claimed = one.step;
      if (one.kind === 'phase' && one.phase === 'training') this.#claimed ??= 0;
      if (one.kind === 'phase' && one.phase === 'saving') this.#saving = true;
      if (one.kind === 'step' && !train.some((other) => isSame(one, other))) {
        faults.push(`step ${one.step} has another loss`);
      }
      if (one.kind !== 'heldout') continue;
      const right =
        one.step === 0
          ? String(one.loss) === adapter.baseline_heldout
          : heldout.some(({ step, loss }) => step === one.step && loss === one.loss);
      if (!right) faults.push(`step ${one.step} has another held-out loss`);
    }
  }

  async #find(page: TestedPage) {
    const patience = performance.now() + COMES_BACK;
    for (;;) {
      const seen = await page.evaluate(lookAround, this.#grounds.scenario.task);
      if ('problem' in seen) throw new Error(`The page cannot say what is kept: ${seen.problem}`);
      const { unfinished, adapters } = seen;
      if (unfinished.length + adapters.length > 0 || performance.now() > patience)
        return { unfinished: unfinished[0], adapter: adapters[0] };
      await wait(200);
    }
  }

  async #compare(page: TestedPage, adapterId: string): Promise<void> {
    this.faults.push(...differences(await take(page, adapterId), this.#undisturbed.kept));
  }
}

const isSame = (one: Extract<Told, { kind: 'step' }>, other: Kept['train'][number]) =>
  one.step === other.step &&
  one.loss === other.loss &&
  one.gradNorm === other.gradNorm &&
  one.learningRate === other.learningRate;
