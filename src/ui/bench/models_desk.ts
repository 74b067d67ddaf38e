import type { Catalogue, FileInFolder, OpenedModel, Outcome, TaskId } from '../../worker/api';
import type { Form } from '../state/form';
import { suggestedForm } from '../state/form_with';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';
import { HandlesDesk } from './handles_desk';
import { KeptDesk } from './kept_desk';
import type { LastingStorage } from './lasting_storage';
import { PrefixesDesk } from './prefixes_desk';
import type { TaskView } from './task_view';

/** What of the workbench takes a model in. */
interface Bench extends Desk {
  catalogue: Catalogue | null;
  panel: string;
  readonly base: string | null;
  readonly known: Promise<void>;
  readonly view: TaskView;
  readonly runs: { readonly active: boolean };
  readonly storage: Pick<LastingStorage, 'ask'>;
  switchTask(task: TaskId): void;
  chooseBase(id: string): void;
  edit(change: Partial<Form>): void;
}

/** Models that a person has opened on this page: each is a base of its task from then on. */
export class ModelsDesk {
  readonly #bench: Bench;
  readonly kept: KeptDesk;
  readonly handles: HandlesDesk;
  readonly prefixes: PrefixesDesk;
  /** The latest last. */
  opened: readonly OpenedModel[] = [];
  /** Files are being looked at. */
  opening = false;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.kept = new KeptDesk(bench, this);
    this.handles = new HandlesDesk(bench, this);
    this.prefixes = new PrefixesDesk(bench);
  }

  /** The opened model of this id; undefined of a base that ships. */
  of(id: string | null): OpenedModel | undefined {
    return this.opened.find((model) => model.id === id);
  }

  /** Opens a model and chooses it, with the settings that suit it. @returns null where it could not be opened */
  open(files: readonly FileInFolder[]): Promise<OpenedModel | null> {
    return this.openBy(() => this.#bench.trainer.openModel(files));
  }

  /** The same of a model that the trainer finds by this call. */
  async openBy(call: () => Promise<Outcome<OpenedModel>>): Promise<OpenedModel | null> {
    const bench = this.#bench;
    bench.panel = 'model';
    if (bench.runs.active) {
      bench.report('model', 'open', { what: strings.models.busy, fix: strings.data.busyFix });
      return null;
    }
    this.opening = true;
    bench.changed();
    await bench.known; // a model is put among the bases that ship
    const answer = await ask(bench, 'model', 'open', call);
    this.opening = false;
    if (answer) this.#take(answer.value);
    bench.changed();
    return answer?.value ?? null;
  }

  #take(model: OpenedModel): void {
    const bench = this.#bench;
    this.opened = [...this.opened.filter(({ id }) => id !== model.id), model];
    if (bench.catalogue) {
      const bases = [...bench.catalogue.bases.filter(({ id }) => id !== model.id), model];
      bench.catalogue = { ...bench.catalogue, bases };
    }
    bench.switchTask(model.task);
    const before = { base: bench.base, form: bench.view.form };
    this.choose(model.id);
    const after = bench.view.form;
    bench.note(strings.models.opened(model.name), {
      take: () => {
        if (before.base !== null) bench.chooseBase(before.base);
        bench.edit(before.form);
      },
      holds: () => bench.view.form === after,
    });
  }

  /** Chooses a base, with the settings that suit it. Numbers that a person has typed stay. */
  choose(id: string): void {
    const bench = this.#bench;
    const { kind, form } = bench.view;
    const suggestedBy = (base: string | null) => bench.catalogue?.bases.find((one) => one.id === base)?.suggested ?? {};
    const change = suggestedForm(kind, form, suggestedBy(bench.base), suggestedBy(id));
    bench.chooseBase(id);
    bench.edit(change);
  }
}
