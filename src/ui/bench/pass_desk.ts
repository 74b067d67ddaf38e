import type {
  DeviceReport,
  KeptPrefixes,
  PassFrames,
  PassReport,
  PlanReport,
  Problem,
  TaskSettings,
} from '../../worker/api';
import type { RunState } from '../state/run_state';
import { attempt, type Desk } from './desk';

/** What of the workbench decides what is asked. */
interface Bench extends Desk {
  readonly settings: TaskSettings | null;
  readonly device: DeviceReport | null;
  readonly plans: { readonly plan: PlanReport | null };
  readonly runs: { readonly active: boolean; readonly state: RunState };
  readonly models: { readonly prefixes: { readonly kept: KeptPrefixes | null; look(): Promise<void> } };
}

/** How long a person may be ready to wait for the first step, seconds: an hour, a night. */
export const WAITS: readonly number[] = [3600, 8 * 3600];

/** Of a streamed run before it starts: which frames go through its model, how many of them are kept, how long one takes here. */
export class PassDesk {
  /** A measurement is under way. */
  measuring = false;
  /** Why nothing could be measured. */
  problem: Problem | null = null;

  readonly #bench: Bench;
  /** Seconds of one frame, by the model whose programs took them. */
  readonly #seconds = new Map<string, number>();
  readonly #tried = new Set<string>();
  #answer: { readonly plan: PlanReport; readonly frames: PassFrames | null } | null = null;
  #asked: readonly unknown[] = [];
  #ranSince = false;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** The frames of the plan that is shown; null while they are not known, or where no recording is open. */
  get frames(): PassFrames | null {
    return this.#answer?.plan === this.#bench.plans.plan ? this.#answer.frames : null;
  }

  /** Of one frame of the plan that is shown, on this device; null where nothing has told. */
  get secondsPerFrame(): number | null {
    const { settings, plans } = this.#bench;
    if (!settings || !plans.plan?.pass) return null;
    return this.#seconds.get(modelOf(settings, plans.plan.pass)) ?? null;
  }

  /** Asks for what the plan that is shown lacks; nothing during a run. Called whenever it is shown. */
  follow(): void {
    const { runs, settings, plans, models } = this.#bench;
    if (runs.active) {
      this.#ranSince = true;
      return;
    }
    if (this.#ranSince) {
      this.#ranSince = false;
      void models.prefixes.look(); // the run has kept frames
    }
    this.#learnFrom(runs.state);
    const { plan } = plans;
    if (!settings || !plan?.pass || models.prefixes.kept === null) return;
    this.#measureByItself(settings, plan.pass);
    const { secondsPerFrame } = this;
    const asked = [plan, models.prefixes.kept, secondsPerFrame];
    if (asked.every((one, n) => one === this.#asked[n])) return;
    this.#asked = asked;
    void this.#ask(settings, plan, secondsPerFrame);
  }

  /** Measures how long a frame takes. */
  async measure(): Promise<void> {
    const { settings, plans, trainer } = this.#bench;
    const pass = plans.plan?.pass;
    if (!settings || !pass || this.measuring) return;
    this.measuring = true;
    this.problem = null;
    this.#bench.changed();
    const answer = await attempt(() => trainer.secondsPerFrame(settings));
    this.measuring = false;
    if (!answer.ok) this.problem = answer.problem;
    else if (answer.value !== null) this.#seconds.set(modelOf(settings, pass), answer.value);
    this.#bench.changed();
  }

  /** A graphics card takes a second or two, and is asked once for each model; a processor is not asked unless a person says so. */
  #measureByItself(settings: TaskSettings, pass: PassReport): void {
    const { device } = this.#bench;
    const model = modelOf(settings, pass);
    if (!device?.usable || device.software || this.#seconds.has(model) || this.#tried.has(model)) return;
    this.#tried.add(model);
    void this.measure();
  }

  /** Frames that have gone through tell better than programs that were measured one by one. */
  #learnFrom({ pass, settings }: RunState): void {
    if (pass && settings) this.#seconds.set(modelOf(settings, pass), pass.seconds / pass.frames);
  }

  async #ask(settings: TaskSettings, plan: PlanReport, secondsPerFrame: number | null): Promise<void> {
    const atMost = secondsPerFrame === null ? [] : WAITS.map((seconds) => seconds / secondsPerFrame);
    const asked = this.#asked;
    const answer = await attempt(() => this.#bench.trainer.passFrames(settings, atMost));
    if (asked !== this.#asked) return;
    this.#answer = { plan, frames: answer.ok ? answer.value : null }; // what keeps them from being counted keeps the run from starting, which says it
    this.#bench.changed();
  }
}

/** A name for all that decides how long a frame takes: its model, and as the operations of a frame tell, how many cameras it sees. */
const modelOf = ({ base }: TaskSettings, { flops, frames }: Pick<PassReport, 'flops' | 'frames'>): string =>
  `${base} ${(flops / frames).toPrecision(9)}`;
