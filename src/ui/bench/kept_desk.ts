import type { CopyProgress, KeptModel, KeptModels, OpenedModel, Outcome } from '../../worker/api';
import { bytes } from '../words/format';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';
import type { LastingStorage } from './lasting_storage';

/** What of the workbench keeps models. */
interface Bench extends Desk {
  readonly storage: Pick<LastingStorage, 'ask'>;
}

/** What opens a model that the trainer finds by a call. */
interface Opener {
  openBy(call: () => Promise<Outcome<OpenedModel>>): Promise<OpenedModel | null>;
}

/** Models in this browser's own files: downloaded, or copied from the disk because a person asked for it. */
export class KeptDesk {
  readonly #bench: Bench;
  readonly #models: Opener;
  /** Null until the trainer has told. */
  kept: KeptModels | null = null;
  /** How far a copy is; null while none is made. */
  copying: CopyProgress | null = null;

  constructor(bench: Bench, models: Opener) {
    this.#bench = bench;
    this.#models = models;
  }

  /** Asks what is kept: another tab may have downloaded something. */
  async look(): Promise<void> {
    const answer = await ask(this.#bench, 'model', 'kept', () => this.#bench.trainer.keptModels());
    if (answer) this.kept = answer.value;
    this.#bench.changed();
  }

  /** Whether one of this name is kept, or on its way. */
  has(name: string): boolean {
    return this.kept?.models.some((model) => model.name === name) ?? false;
  }

  async open({ name }: KeptModel): Promise<void> {
    await this.#models.openBy(() => this.#bench.trainer.openKept(name));
  }

  /** Copies the files of an open model. */
  async keep({ id, name, copyBytes }: OpenedModel): Promise<void> {
    const bench = this.#bench;
    this.copying = { done: 0, total: copyBytes };
    bench.changed();
    const told = (progress: CopyProgress) => {
      this.copying = progress;
      bench.changed();
    };
    const answer = await ask(bench, 'model', 'copy', () => bench.trainer.keepModel(id, told));
    this.copying = null;
    if (answer?.value) {
      void bench.storage.ask();
      bench.note(strings.models.copied(name));
    }
    await this.look();
  }

  async stop(): Promise<void> {
    await ask(this.#bench, 'model', 'copy', () => this.#bench.trainer.stopKeeping());
  }

  async remove(model: KeptModel): Promise<void> {
    const bench = this.#bench;
    const answer = await ask(bench, 'model', 'kept', () => bench.trainer.removeKept(model.name));
    if (answer) bench.note(strings.models.removed(model.name, bytes(model.bytes)));
    await this.look();
  }
}
