import type { KeptPrefixes, StoreSummary } from '../../worker/api';
import { bytes } from '../words/format';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';

/** What frozen backbones gave for frames, kept in this browser's own files. */
export class PrefixesDesk {
  readonly #bench: Desk;
  /** Null until the trainer has told. */
  kept: KeptPrefixes | null = null;

  constructor(bench: Desk) {
    this.#bench = bench;
  }

  async look(): Promise<void> {
    const answer = await ask(this.#bench, 'model', 'prefixes', () => this.#bench.trainer.keptPrefixes());
    if (answer) this.kept = answer.value;
    this.#bench.changed();
  }

  /** Removes the frames of a store for good; a run that needs them computes them anew. */
  async remove(store: StoreSummary): Promise<void> {
    const bench = this.#bench;
    const answer = await ask(bench, 'model', 'prefixes removed', () => bench.trainer.removePrefixes(store.id));
    if (answer) bench.note(strings.pass.kept.removed(bytes(store.bytes)));
    await this.look();
  }
}
