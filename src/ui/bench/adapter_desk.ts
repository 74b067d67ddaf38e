import type { AdapterSummary, DeletedAdapter, ExportFormat, ListedAdapter, Problem } from '../../worker/api';
import { bytes, count, counted } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { CompareDesk } from './compare_desk';
import { ask, type Desk } from './desk';
import { save } from './save';
import { StorageDesk } from './storage_desk';

/** Told what becomes of the list. */
interface Followers {
  listed(list: readonly ListedAdapter[]): void;
  imported(adapter: AdapterSummary): void;
  /** A file has brought in what was not here. */
  broughtIn(): void;
}

/** The adapters kept in this browser, of whatever task. */
export class AdapterDesk {
  list: readonly ListedAdapter[] = [];
  /** What can be brought back. */
  deleted: readonly DeletedAdapter[] = [];
  readonly compared: CompareDesk;
  readonly storage: StorageDesk;

  readonly #desk: Desk;
  readonly #followers: Followers;

  constructor(desk: Desk, followers: Followers) {
    this.#desk = desk;
    this.#followers = followers;
    this.compared = new CompareDesk(desk);
    this.storage = new StorageDesk(desk);
  }

  async refresh(): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'list', () => this.#desk.trainer.listAdapters());
    const deleted = answer && (await ask(this.#desk, 'adapter', 'list', () => this.#desk.trainer.deletedAdapters()));
    if (answer) this.list = answer.value;
    if (deleted) this.deleted = deleted.value;
    this.compared.follow(this.list);
    this.#followers.listed(this.list);
    this.#desk.changed();
  }

  /** Some of them are in the memory of this tab alone. */
  get unsaved(): boolean {
    return this.list.some((adapter) => adapter.unsaved);
  }

  async rename(id: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed !== '' && trimmed !== this.list.find((adapter) => adapter.id === id)?.name) {
      await ask(this.#desk, 'adapter', 'rename', () => this.#desk.trainer.renameAdapter(id, trimmed));
    }
    await this.refresh();
  }

  async nameBase(id: string, nameOrPath: string): Promise<void> {
    const trimmed = nameOrPath.trim();
    if (trimmed !== this.list.find((adapter) => adapter.id === id)?.hub?.nameOrPath) {
      await ask(this.#desk, 'adapter', 'rename', () => this.#desk.trainer.nameBase(id, trimmed));
    }
    await this.refresh();
  }

  /** Keeps a copy beside it, whose name says so. */
  async duplicate({ id, name }: AdapterSummary): Promise<void> {
    const copy = strings.shelf.copyOf(name);
    const answer = await ask(this.#desk, 'adapter', 'duplicate', () => this.#desk.trainer.duplicateAdapter(id, copy));
    await this.refresh();
    if (answer) this.#desk.note(strings.shelf.duplicated(name, copy));
  }

  async remove(adapter: AdapterSummary): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'delete', () => this.#desk.trainer.deleteAdapter(adapter.id));
    await this.refresh();
    if (!answer) return;
    this.#desk.note(strings.adapter.deleted(adapter.name), {
      take: () => void this.restore(adapter),
      holds: () => !this.list.some(({ id }) => id === adapter.id),
    });
  }

  /** Brings a deleted one back. */
  async restore(adapter: AdapterSummary): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'delete', () => this.#desk.trainer.restoreAdapter(adapter.id));
    await this.refresh();
    if (answer) this.#desk.note(strings.adapter.restored(adapter.name));
  }

  /** Removes a deleted one for good. */
  async purge({ id, name, bytes: size }: DeletedAdapter): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'delete', () => this.#desk.trainer.purgeAdapter(id));
    await this.refresh();
    if (answer) this.#desk.note(strings.deleted.gone(name, bytes(size)));
  }

  async download(id: string, format: ExportFormat): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'download', () => this.#desk.trainer.exportAdapter(id, format));
    if (answer) save(answer.value.name, answer.value.content);
  }

  /** Takes in an adapter: one file, or those of a PEFT folder. */
  async import(files: readonly File[]): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'import', () => this.#desk.trainer.importAdapter(files));
    await this.refresh();
    if (!answer) return;
    const { summary, notes, kept } = answer.value;
    this.#followers.imported(summary);
    this.#followers.broughtIn();
    const { imported, already } = strings.adapter;
    this.#desk.note([kept ? already(summary.name) : imported(summary.name), ...notes.map(sentence)].join(' '));
  }

  /** Hands over everything that is kept as one file. */
  async backup(): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'backup', () => this.#desk.trainer.backup());
    if (!answer) return;
    const { name, content, problems } = answer.value;
    save(name, content);
    this.#reportAll('backup', problems);
  }

  async restoreBackup(file: File): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'backup', () => this.#desk.trainer.restoreBackup(file));
    await this.refresh();
    if (!answer) return;
    const { adapters, unfinished, already, problems } = answer.value;
    if (adapters + unfinished > 0) this.#followers.broughtIn();
    const added = [counted(adapters, 'adapter'), counted(unfinished, 'unfinished')] as const;
    this.#desk.note(strings.adapter.restoredBackup(...added, count(already)));
    this.#reportAll('backup', problems);
  }

  #reportAll(source: string, [first, ...others]: readonly Problem[]): void {
    if (first) this.#desk.report('adapter', source, { ...first, others });
  }
}
