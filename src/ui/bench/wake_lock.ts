/** Keeps the screen from sleeping during a run: a sleeping laptop trains nothing. Does nothing where browsers refuse it. */
export class WakeLock {
  #wanted = false;
  #asking = false;
  #sentinel: WakeLockSentinel | null = null;

  constructor() {
    // The browser lets go whenever the tab is hidden.
    document.addEventListener('visibilitychange', () => void this.#acquire());
  }

  async hold(): Promise<void> {
    this.#wanted = true;
    await this.#acquire();
  }

  async release(): Promise<void> {
    this.#wanted = false;
    const held = this.#sentinel;
    this.#sentinel = null;
    await held?.release();
  }

  async #acquire(): Promise<void> {
    if (!this.#wanted || this.#asking || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    if (this.#sentinel && !this.#sentinel.released) return;
    this.#asking = true;
    try {
      this.#sentinel = await navigator.wakeLock.request('screen');
    } catch (error) {
      // Refused on low battery, or hidden again meanwhile: the run goes on without.
      if (!(error instanceof DOMException)) throw error;
    } finally {
      this.#asking = false;
    }
    if (!this.#wanted) await this.release(); // the run ended while the browser was asked
  }
}
