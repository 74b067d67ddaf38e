/** Keeps the screen from sleeping during a run: a sleeping laptop trains nothing. Does nothing where browsers refuse it. */
export class WakeLock {
  #wanted = false;
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
    await this.#sentinel?.release();
    this.#sentinel = null;
  }

  async #acquire(): Promise<void> {
    if (!this.#wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    if (this.#sentinel && !this.#sentinel.released) return;
    try {
      this.#sentinel = await navigator.wakeLock.request('screen');
    } catch (error) {
      // Refused on low battery, or hidden again meanwhile: the run goes on without.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
