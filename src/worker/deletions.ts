import type { AdapterStore } from '../adapter/store';

/** Held by each tab that offers to bring an adapter back. */
const lockOf = (id: string) => `adaptab deleted adapter ${id}`;

/** Deletes adapters so that this tab can bring them back as long as it is open, whatever other tabs remove. */
export class Deletions {
  readonly #adapters: AdapterStore;
  /** What ends the offer for an adapter. A tab that is closed, or crashes, ends its own. */
  readonly #offers = new Map<string, () => void>();

  constructor(adapters: AdapterStore) {
    this.#adapters = adapters;
  }

  async delete(id: string): Promise<void> {
    await this.#offer(id);
    await this.#adapters.delete(id);
  }

  async restore(id: string): Promise<void> {
    await this.#adapters.restore(id);
    this.#offers.get(id)?.();
    this.#offers.delete(id);
  }

  /** Removes for good what was deleted and no tab can bring back. */
  async purge(): Promise<void> {
    for (const id of await this.#adapters.deleted()) {
      await navigator.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
        if (lock) await this.#adapters.purge(id);
      });
    }
  }

  /** Resolves when no tab can remove the adapter any more. */
  async #offer(id: string): Promise<void> {
    if (this.#offers.has(id)) return;
    await new Promise<void>((resolve, reject) => {
      const untilOver = () =>
        new Promise<void>((over) => {
          this.#offers.set(id, over);
          resolve();
        });
      navigator.locks.request(lockOf(id), { mode: 'shared' }, untilOver).catch(reject);
    });
  }
}
