import type { Base } from '../base/base';
import { costOf, type Ground, isGiven, measureSpeed } from '../fit/cost';
import { type Budget, probeBudget } from '../fit/probe';
import type { Proposal, ProposedRun } from '../fit/proposal';
import { type ProposalParts, proposeRuns, whatFits } from '../fit/propose';
import { flopsPerSecond, type Speed, secondsFor } from '../fit/speed';
import { AllocationError } from '../fit/trial';
import { megabytes } from '../fit/words';
import { factsOfGpu } from '../gpu/facts';
import { ProblemError, problem } from '../problem';
import type { TaskSettings } from '../settings/task';
import { groundOf } from '../tasks/ground';
import { proposeTrueSize } from '../tasks/true_size';
import type { Session } from './session';

/** What a proposal needs to know of the rest of the trainer. */
export interface ProposalSources {
  readonly session: Session;
  /** Is a run under way? Then nothing is measured. */
  readonly busy: () => boolean;
  /** What a plan needs to know of the data that are open. */
  readonly factsOf: (base: Base, settings: TaskSettings) => unknown;
}

/** Trials of smaller runs after a refusal, each of fewer bytes. */
const TRIALS = 6;

/** Proposes what to train; the device's memory is probed once, its speed with each proposal. */
export class Proposals {
  readonly #sources: ProposalSources;
  #latest = 0;
  #latestTrueSize = 0;
  #probed: Budget | null = null;
  #speed: Speed | null = null;

  constructor(sources: ProposalSources) {
    this.#sources = sources;
  }

  async propose(settings: TaskSettings, budgetBytes: number | null): Promise<Proposal> {
    const ticket = ++this.#latest;
    const ground = await this.#groundOf(settings);
    const budget = await this.#budget(budgetBytes);
    if (ticket === this.#latest) await this.#measure(ground, settings);
    const speed = this.#speed;
    const rows = await proposeRuns(this.#parts(ground, settings, budget.bytes, () => ticket !== this.#latest));
    return {
      budgetBytes: budget.bytes,
      budgetReason: budget.reason,
      speed: speed && { flopsPerSecond: flopsPerSecond(speed), secondsPerDispatch: speed.secondsPerDispatch },
      rows,
    };
  }

  /** The same of openpi's models at their true size, which no device is asked about. */
  async proposeTrueSize(settings: TaskSettings, budgetBytes: number): Promise<readonly ProposedRun[]> {
    const ticket = ++this.#latestTrueSize;
    return proposeTrueSize(
      settings,
      budgetBytes,
      null,
      {},
      turnOf(() => ticket !== this.#latestTrueSize),
    );
  }

  /** Runs `work`; where the device refuses its memory, the problem says what it would give instead, and how to set that. */
  async orWhatFits<T>(settings: TaskSettings, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AllocationError) || settings.stages.length > 0) throw error;
      const found = await this.#whatIsGiven(settings, error.plannedBytes);
      if (!found) throw error;
      const { name, run } = found;
      const fix = `${name} would take ${megabytes(run.plannedBytes)}, which the device gave in a trial.`;
      throw new ProblemError({ ...error.problem, fix, remedy: { name, settings: run.settings } });
    }
  }

  /** The run nearest to what was refused that the device gives. */
  async #whatIsGiven(settings: TaskSettings, refusedBytes: number) {
    const { device } = await this.#sources.session.gpu();
    const ground = await this.#groundOf(settings);
    let budget = refusedBytes - 1;
    for (let trial = 0; trial < TRIALS; trial++) {
      const found = await whatFits(this.#parts(ground, settings, budget, () => false));
      if (!found) return null;
      if (await isGiven(device, ground, { ...settings, ...found.run.settings })) return found;
      budget = Math.floor(found.run.plannedBytes * 0.75);
    }
    return null;
  }

  #parts(ground: Ground, settings: TaskSettings, budgetBytes: number, overtaken: () => boolean): ProposalParts {
    const speed = this.#speed;
    return {
      settings,
      scopes: ground.scopes,
      budgetBytes,
      maxBufferBytes: ground.limits?.bufferBytes ?? Number.POSITIVE_INFINITY,
      seconds: speed && ((work) => secondsFor(work, speed)),
      costOf: (own) => costOf(ground, own),
      turn: turnOf(overtaken),
    };
  }

  async #groundOf(settings: TaskSettings): Promise<Ground> {
    const { session, factsOf } = this.#sources;
    const [base, limits] = await Promise.all([session.base(settings.base), limitsOf(session)]);
    const known = new Map<number, unknown>(); // to count the frames of a long run takes a moment
    const facts = (own: TaskSettings) => {
      const inStep = own.batchSize * own.accumulation;
      if (!known.has(inStep)) known.set(inStep, factsOf(base, own));
      return known.get(inStep);
    };
    return groundOf(base, settings, facts, limits);
  }

  async #budget(bytes: number | null): Promise<Budget> {
    if (bytes !== null) return { bytes, reason: 'The budget that you set.' };
    if (!this.#probed) {
      if (this.#sources.busy()) {
        const fix = 'State a budget in bytes, or ask again when the run has ended.';
        throw problem('A run is under way, and a trial allocation would disturb it.', 'budget', fix);
      }
      this.#probed = await probeBudget();
    }
    return this.#probed;
  }

  /** Where there is no GPU, or a run keeps it busy, what was measured before serves. */
  async #measure(ground: Ground, settings: TaskSettings): Promise<void> {
    if (this.#sources.busy() || ground.limits === null) return;
    const { device } = await this.#sources.session.gpu();
    this.#speed = await measureSpeed(device, ground, settings);
  }
}

/** Lets other calls in. */
const turnOf = (overtaken: () => boolean) => async () => {
  await new Promise((resolve) => setTimeout(resolve));
  if (overtaken()) throw problem('A newer question has overtaken this one.', 'proposal');
};

/** Null where there is no GPU: a plan needs none. */
async function limitsOf(session: Session): Promise<Ground['limits']> {
  const gpu = await session.gpu().catch(() => null);
  if (!gpu) return null;
  return { ...factsOfGpu(gpu), bufferBytes: gpu.device.limits.maxBufferSize };
}
