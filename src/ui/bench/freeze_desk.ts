import type { FreezeAnswer, FreezeFilter, FreezeReport, FreezeSettings, ModelId, TaskSettings } from '../../worker/api';
import { counted } from '../words/format';
import { strings } from '../words/strings';
import { ask, type Desk } from './desk';
import { PlanDesk } from './plan_desk';

/** Milliseconds without a key until a mistake is put into words: a half-written filter is not wrong yet. */
const PAUSE = 600;

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

/** What the filter on the form does, followed as one types, and what of it the person looks at. */
export class FreezeDesk {
  /** About the latest text that was asked about. */
  report: FreezeReport | null = null;
  /** The latest text that was a filter, with the leaves that it was asked about. */
  good: (FreezeReport & { readonly filter: FreezeFilter }) | null = null;
  /** True once a mistake has stood for a moment. */
  mistaken = false;
  /** What tree and plan are shown for. */
  size: FullSize = { model: null, way: null, ema: false };
  /** Its plan, where it is not the one that this page trains. */
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

  /** @param plannedOf see PlanDesk */
  constructor(desk: Desk, plannedOf: (settings: TaskSettings) => object) {
    this.#desk = desk;
    this.plans = new PlanDesk(desk, plannedOf);
  }

  get model(): ModelId | null {
    return this.size.model;
  }

  /** Settings with what is set for full size alone. */
  atFullSize = (settings: TaskSettings): TaskSettings => ({ ...settings, ...this.size.way });

  /** Asks what the filter of these settings does. One question at a time: while it is under way only the latest waits. */
  async update(settings: FreezeSettings): Promise<void> {
    const key = JSON.stringify([settings, this.model]);
    if (key === this.#key) return;
    this.#key = key;
    this.#wanted = settings;
    this.#latest = settings;
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

  /** Plans these settings for the model that is shown, where it is not the one that this page trains. */
  async plan(settings: TaskSettings, edited: boolean): Promise<void> {
    this.#planned = { settings, edited };
    if (this.model) await this.plans.update(this.atFullSize(settings), edited, 0, this.model);
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
    if (said.length > 0) this.#desk.note(studio.followed(said.join(', ')), () => this.chooseSize(before));
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
