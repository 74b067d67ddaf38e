import type { StorageUse } from '../../worker/api';
import { ask, type Desk } from './desk';

/** What takes room in this browser. */
export class StorageDesk {
  readonly #desk: Desk;
  /** Null until the trainer has told. */
  used: StorageUse | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async look(): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'storage', () => this.#desk.trainer.storageUse());
    if (answer) this.used = answer.value;
    this.#desk.changed();
  }
}
