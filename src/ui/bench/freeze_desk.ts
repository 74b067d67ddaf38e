import type { FreezeAnswer, FreezeFilter, FreezeReport, FreezeSettings, ModelId, TaskSettings } from '../../worker/api';
import { exampleSeen, rememberExampleSeen } from '../state/example_seen';
import type { FilterExample } from '../state/task_kind';
import { counted } from '../words/format';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';
import { PlanDesk } from './plan_desk';

/** Milliseconds without a key until a mistake is put into words: a half-written filter is not wrong yet. */
const PAUSE = 600;

/** Milliseconds without a key until an edited example is planned. */
const PLAN_PAUSE = 200;

/** A model at its full size, and how it is trained, beside what the form says. */
export interface FullSize {
  /** Null: the one that this page trains. */
  readonly model: ModelId | null;
  /** How a step's samples are computed; null: as the form has it. */
  readonly way: (Pick<TaskSettings, 'batchSize' | 'accumulation'> & Partial<Pick<TaskSettings, 'recompute'>>) | null;
  /** Whether openpi keeps a moving average of the parameters. */
  readonly ema: boolean;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What the filter in the studio does, followed as one types, and what of it the person looks at. */
export class FreezeDesk {
  /**
   * A text that the studio shows in place of the form's filter; null: the form's. At the first visit it is the task's example, which
   * freezes nothing: the point of the studio is then seen at once, while the form, and with it every run, keeps its sound filter. What
   * is edited here reaches the form only where the person takes it over, see useFilter().
   */
  example: string | null = null;
  /** About the latest text that was asked about. */
  report: FreezeReport | null = null;
  /** The latest text that was a filter, with the leaves that it was asked about. */
  good: (FreezeReport & { readonly filter: FreezeFilter }) | null = null;
  /** True once a mistake has stood for a moment. */
  mistaken = false;
  /** What tree and plan are shown for. */
  size: FullSize = { model: null, way: null, ema: false };
  /** The plan of what is shown, where a run would do something else. */
  readonly plans: PlanDesk;
  /** Index of the part whose leaves are shown. */
  part: number | null = null;
  /** Path of the leaf that is explained. */
  leaf: string | null = null;
  /** Where the editor is asked to put its selection. */
  pointed: Place | null = null;

  readonly #desk: Desk;
  #followed = '';
  /** What was planned last, for another model to be planned with. */
  #planned: { readonly settings: TaskSettings; readonly edited: boolean } | null = null;
  #wanted: FreezeSettings | null = null;
  #latest: FreezeSettings | null = null;
  #key = '';
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #planTimer: ReturnType<typeof setTimeout> | undefined;
  #visited = false;
  readonly #example: FilterExample;

  /** @param plannedOf see PlanDesk */
  constructor(desk: Desk, plannedOf: (settings: TaskSettings) => object, example: FilterExample) {
    this.#desk = desk;
    this.#example = example;
    this.plans = new PlanDesk(desk, plannedOf);
  }

  get model(): ModelId | null {
    return this.size.model;
  }

  /** Settings with what is set for full size alone. */
  atFullSize = (settings: TaskSettings): TaskSettings => (this.model ? { ...settings, ...this.size.way } : settings);

  /** Whether the studio shows something else than what a run would do. */
  get apart(): boolean {
    return this.model !== null || this.example !== null;
  }

  /** Whether the example is as nobody has touched it. */
  get exampleUntouched(): boolean {
    return this.example === this.#example.expression && this.model === this.#example.model;
  }

  /** The studio is opened. At the first visit it shows the example, unless there is a filter to look at. */
  visit(touched: boolean): void {
    if (this.#visited) return;
    this.#visited = true;
    if (!touched && !this.apart && !exampleSeen()) this.showExample();
  }

  /** Shows an example, or what was made of one; a model that is shown at full size stays. */
  showExample(text = this.#example.expression): void {
    this.example = text;
    this.chooseSize(this.model ? this.size : { ...this.size, model: this.#example.model });
  }

  /** The person edits the example; its plan follows a moment later. */
  editExample(text: string): void {
    this.example = text;
    if (this.#latest) void this.update(this.#latest);
    this.#desk.changed();
    clearTimeout(this.#planTimer);
    this.#planTimer = setTimeout(() => {
      if (this.#planned) void this.plan(this.#planned.settings, true);
    }, PLAN_PAUSE);
  }

  /** Back to the form's filter. */
  leaveExample(): void {
    if (this.example === null) return;
    clearTimeout(this.#planTimer);
    this.example = null;
    rememberExampleSeen();
    this.chooseSize(this.size);
  }

  /** Asks what the filter of these settings does. One question at a time: while it is under way only the latest waits. */
  async update(settings: FreezeSettings): Promise<void> {
    this.#latest = settings;
    const shown = this.example === null ? settings : { ...settings, freeze: this.example };
    const key = JSON.stringify([shown, this.model]);
    if (key === this.#key) return;
    this.#key = key;
    this.#wanted = shown;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#wanted) {
      const asked: FreezeSettings = this.#wanted;
      const model = this.model ?? undefined;
      this.#wanted = null;
      const answer = await ask(this.#desk, 'freeze', 'inspect', () => this.#desk.trainer.inspectFreeze(asked, model));
      if (answer) this.#take(answer.value);
      else if (!this.#wanted) this.#key = ''; // the same question may be asked again
    }
    this.#asking = false;
  }

  /** Plans what is shown, where it is not what a run with these settings would do. */
  async plan(settings: TaskSettings, edited: boolean): Promise<void> {
    this.#planned = { settings, edited };
    if (!this.apart) return;
    const sized = this.atFullSize(settings);
    const shown = this.example === null ? sized : { ...sized, freeze: this.example, stages: [] };
    await this.plans.update(shown, edited, 0, this.model ?? undefined);
  }

  /** Shows another model, or the same trained in another way. */
  chooseSize(size: FullSize): void {
    if (size.model !== this.model) {
      this.part = null;
      this.leaf = null;
    }
    this.size = size;
    if (this.#latest) void this.update(this.#latest);
    if (this.#planned) {
      const { settings, edited } = this.#planned;
      const { freeze } = this.#latest ?? settings; // what was typed since is planned a moment later
      void this.plan({ ...settings, freeze }, edited);
    }
    this.#desk.changed();
  }

  /** Takes over what a configuration in the text says, once; the person may change it afterwards. */
  #follow({ named }: FreezeAnswer): void {
    const key = JSON.stringify(named);
    if (!named || key === this.#followed) return;
    this.#followed = key;
    const before = this.size;
    const { kind, model, batch, ema } = named;
    const way = batch === null ? before.way : { batchSize: batch, accumulation: 1 };
    this.chooseSize({ model: model ?? before.model, way, ema: ema ?? before.ema });
    const { studio } = strings;
    const said = [
      model ? kind : null,
      batch === null ? null : counted(batch, 'sample'),
      ema === null ? null : ema ? studio.withEma : studio.withoutEma,
    ].filter((one) => one !== null);
    const followed = this.size;
    if (said.length === 0) return;
    this.#desk.note(studio.followed(said.join(', ')), {
      take: () => this.chooseSize(before),
      holds: () => this.size === followed,
    });
  }

  /** Shows the leaves of a part, or of none. */
  choosePart(part: number | null): void {
    this.part = this.part === part ? null : part;
    this.#desk.changed();
  }

  chooseLeaf(path: string | null): void {
    this.leaf = this.leaf === path ? null : path;
    this.#desk.changed();
  }

  /** Has the editor select a place of the text. */
  pointAt({ start, end }: Place): void {
    this.pointed = { start, end };
    this.#desk.changed();
  }

  /** The part that was chosen, where it still stands in the text. */
  get chosenPart() {
    return this.part === null ? null : (this.good?.filter.parts[this.part] ?? null);
  }

  #take(report: FreezeAnswer): void {
    this.#follow(report);
    const { filter } = report;
    const before = this.chosenPart;
    this.report = report;
    if (filter) {
      this.good = { ...report, filter };
      if (this.part !== null && filter.parts[this.part]?.text !== before?.text) this.part = null;
      if (!report.leaves.some(({ path }) => path === this.leaf)) this.leaf = null;
    } else if (this.good && this.good.leaves.length !== report.leaves.length) this.good = null; // of another model
    this.#await(filter === null);
    this.#desk.changed();
  }

  /** Lets a mistake stand for a moment before it is put into words; one that is in words stays so until it is put right. */
  #await(mistaken: boolean): void {
    clearTimeout(this.#timer);
    if (!mistaken) this.mistaken = false;
    else if (!this.mistaken) {
      this.#timer = setTimeout(() => {
        this.mistaken = true;
        this.#desk.changed();
      }, PAUSE);
    }
  }
}
