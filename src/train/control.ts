import { ProblemError, problem } from '../problem';

/** A person stopped the run while it was still loading. */
export const stoppedEarly = () => problem('The run was stopped before its first step; nothing was kept.');

/** Another tab has asked for the run, which is kept for it. */
export const goneElsewhere = () =>
  new ProblemError({ what: 'The run goes on in another tab, which has taken it over.', elsewhere: true });

/** How the page steers a run: it asks, and the loop obeys between two steps. */
export class RunControl {
  #stopping = false;
  #paused = false;
  #savingSoon = false;
  #givesWay = false;
  #failure: Error | null = null;
  /** Ends the waits at the gate. */
  #open: (() => void)[] = [];
  readonly #onStay: () => void;

  /** @param onStay called when the run was to give way, and cannot */
  constructor(onStay: () => void = () => undefined) {
    this.#onStay = onStay;
  }

  stop(): void {
    this.#stopping = true;
    this.unpause();
  }

  pause(): void {
    this.#paused = true;
  }

  unpause(): void {
    this.#paused = false;
    this.#wake();
  }

  /** Asks for a checkpoint after the step in flight: the page may be about to end. */
  saveSoon(): void {
    this.#savingSoon = true;
  }

  /** There is a checkpoint of this moment. */
  saved(): void {
    this.#savingSoon = false;
  }

  get savingSoon(): boolean {
    return this.#savingSoon;
  }

  /** Ends this sitting after the step in flight, with a checkpoint: another tab goes on with the run. */
  giveWay(): void {
    this.#givesWay = true;
    this.unpause();
  }

  /** It cannot give way, and goes on here. */
  stay(): void {
    this.#givesWay = false;
    this.#onStay();
  }

  get givesWay(): boolean {
    return this.#givesWay;
  }

  /** Ends the run with an error at the next step, or in its pause: a GPU error arrives outside of any call. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** The run goes on in spite of what fail() was given; one that was paused is paused. */
  recover(): void {
    this.#failure = null;
  }

  get stopped(): boolean {
    return this.#stopping;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Resolves at once, or when the pause is over. Throws what fail() was given. */
  async gate(): Promise<void> {
    while (this.#paused && !this.#failure) await new Promise<void>((resolve) => this.#open.push(resolve));
    this.check();
  }

  /** Throws what fail() was given; a pause does not matter, as where no step follows. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  #wake(): void {
    for (const open of this.#open.splice(0)) open();
  }
}
