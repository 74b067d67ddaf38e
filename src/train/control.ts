import { problem } from '../problem';

/** A person stopped the run while it was still loading. */
export const stoppedEarly = () => problem('The run was stopped before its first step; nothing was kept.');

/** How the page steers a run: it asks, and the loop obeys between two steps. */
export class RunControl {
  #stopping = false;
  #failure: Error | null = null;
  #resumed: Promise<void> | null = null;
  #go: (() => void) | null = null;

  stop(): void {
    this.#stopping = true;
    this.unpause();
  }

  pause(): void {
    this.#resumed ??= new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  unpause(): void {
    this.#go?.();
    this.#go = null;
    this.#resumed = null;
  }

  /** Ends the run with an error at the next step: a GPU error arrives outside of any call. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.unpause();
  }

  get stopped(): boolean {
    return this.#stopping;
  }

  get paused(): boolean {
    return this.#resumed !== null;
  }

  /** Resolves at once, or when the pause is over. Throws what fail() was given. */
  async gate(): Promise<void> {
    await this.#resumed;
    if (this.#failure) throw this.#failure;
  }
}
