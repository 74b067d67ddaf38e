import type { AdapterSummary, ExportFormat, GenerateRequest, ListedAdapter, OpenLoop } from '../../worker/api';
import { taskOf } from '../state/task';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';
import { save } from './save';

/** Text from base and adapter for one prompt tried by hand. */
export interface Trial {
  readonly prompt: string;
  readonly base: string;
  readonly adapter: string;
  readonly writing: boolean;
}

/** An actions adapter tried on the open recording. */
export interface Evaluation {
  readonly id: string;
  readonly name: string;
  /** Null while it is predicted. */
  readonly openLoop: OpenLoop | null;
}

/** The adapters kept in this browser, and the one that is being tried. */
export class AdapterDesk {
  list: readonly ListedAdapter[] = [];
  /** Id of the text adapter in the try box; 'current' is the run in progress. */
  chosen: string | null = null;
  trial: Trial | null = null;
  evaluation: Evaluation | null = null;

  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async refresh(): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'list', () => this.#desk.trainer.listAdapters());
    if (answer) this.list = answer.value;
    if (this.chosen !== 'current' && !this.list.some((adapter) => adapter.id === this.chosen))
      this.chosen = this.list.find((adapter) => taskOf(adapter.base) === 'text')?.id ?? null;
    this.#desk.changed();
  }

  choose(id: string): void {
    this.chosen = id;
    this.trial = null;
    this.#desk.changed();
  }

  /** The run in progress is over and left no adapter. */
  forgetCurrent(): void {
    if (this.chosen === 'current') this.chosen = null;
  }

  async rename(id: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed !== '' && trimmed !== this.list.find((adapter) => adapter.id === id)?.name) {
      await ask(this.#desk, 'adapter', 'rename', () => this.#desk.trainer.renameAdapter(id, trimmed));
    }
    await this.refresh();
  }

  async remove(adapter: AdapterSummary): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'delete', () => this.#desk.trainer.deleteAdapter(adapter.id));
    await this.refresh();
    if (answer) this.#desk.note(strings.adapter.deleted(adapter.name), () => void this.#restore(adapter));
  }

  async download(id: string, format: ExportFormat): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'download', () => this.#desk.trainer.exportAdapter(id, format));
    if (answer) save(answer.value.name, answer.value.bytes);
  }

  async import(file: File): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'import', () => this.#desk.trainer.importAdapter(file));
    await this.refresh();
    if (!answer) return;
    const { summary, notes } = answer.value;
    if (taskOf(summary.base) === 'text') this.choose(summary.id);
    this.#desk.note([strings.adapter.imported(summary.name), ...notes].join(' '));
  }

  async generate(request: GenerateRequest): Promise<void> {
    this.trial = { prompt: request.prompt, base: '', adapter: '', writing: true };
    this.#desk.changed();
    let mine = this.trial;
    await ask(this.#desk, 'adapter', 'generate', () =>
      this.#desk.trainer.generate(request, (text) => {
        if (this.trial !== mine) return;
        mine = { ...mine, [text.from]: text.text };
        this.trial = mine;
        this.#desk.changed();
      }),
    );
    if (this.trial === mine) this.trial = { ...mine, writing: false };
    this.#desk.changed();
  }

  /** Predicts the open recording with an actions adapter. */
  async evaluate({ id, name }: AdapterSummary): Promise<void> {
    const mine: Evaluation = { id, name, openLoop: null };
    this.evaluation = mine;
    this.#desk.changed();
    const answer = await ask(this.#desk, 'adapter', 'evaluate', () => this.#desk.trainer.evaluateAdapter(id));
    if (this.evaluation !== mine) return;
    this.evaluation = answer ? { ...mine, openLoop: answer.value } : null;
    this.#desk.changed();
  }

  /** The recording that it was tried on is no longer open. */
  forgetEvaluation(): void {
    this.evaluation = null;
  }

  async stopGenerating(): Promise<void> {
    await ask(this.#desk, 'adapter', 'generate', () => this.#desk.trainer.stopGenerating());
  }

  async #restore(adapter: AdapterSummary): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'delete', () => this.#desk.trainer.restoreAdapter(adapter.id));
    await this.refresh();
    if (answer) this.#desk.note(strings.adapter.restored(adapter.name));
  }
}
