type Promises = Pick<StorageManager, 'persist' | 'persisted'>;

/** Whether the browser keeps what the page stores until a person removes it. Without that promise it may clear it. */
export class LastingStorage {
  /** Null until it is known. */
  promised: boolean | null = null;

  readonly #changed: () => void;
  readonly #storage: Promises | null;
  #asked = false;

  constructor(changed: () => void, storage: Promises | null = navigator.storage ?? null) {
    this.#changed = changed;
    this.#storage = storage;
  }

  /** Asks the browser for the promise, once: some ask the person then. @param again the person wants it asked, whatever it said */
  async ask(again = false): Promise<void> {
    if (this.#asked && !again) return;
    this.#asked = true;
    await this.#learn((storage) => storage.persist());
  }

  /** Finds out whether it was given on an earlier visit. */
  look(): Promise<void> {
    return this.#learn((storage) => storage.persisted());
  }

  async #learn(answer: (storage: Promises) => Promise<boolean>): Promise<void> {
    // A browser without such a storage, or that cannot say, has promised nothing.
    const promised = this.#storage !== null && (await answer(this.#storage).catch(() => false));
    if (promised === this.promised) return;
    this.promised = promised;
    this.#changed();
  }
}
