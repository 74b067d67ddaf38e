import type { TaskId } from '../../settings/task';
import type {
  Catalogue,
  CountedModel,
  DeviceReport,
  FileInFolder,
  PlannedModel,
  SettingPlace,
  TaskSettings,
  TrainerApi,
  UnfinishedRun,
} from '../../worker/api';
import type { FieldKey } from '../state/fields';
import type { Form } from '../state/form';
import { wrongSettings } from '../state/stage_forms';
import { rememberedTask, rememberTask } from '../state/task_kind';
import { strings } from '../words/strings';
import { AdapterDesk } from './adapter_desk';
import { ask, type Desk } from './desk';
import { inFolder } from './dropped_files';
import type { EndedDesk } from './ended_desk';
import { isFirstScreen } from './first_screen';
import type { FreezeDesk } from './freeze_desk';
import { LastingStorage } from './lasting_storage';
import { guardLeaving } from './leave_guard';
import { ModelsDesk } from './models_desk';
import { Notices } from './notices';
import { OtherTabs } from './other_tabs';
import { PassDesk } from './pass_desk';
import type { PlanDesk } from './plan_desk';
import { readySettings } from './ready_settings';
import type { RunDesk } from './run_desk';
import { panelOf } from './setting_places';
import { takeHeap } from './take_heap';
import { TaskDesk } from './task_desk';
import type { TaskView, TaskViewClass } from './task_view';
import { useSettings } from './use_settings';
import { WakeLock } from './wake_lock';

export const panels = ['data', 'model', 'freeze', 'train', 'adapter'] as const;
export type Panel = (typeof panels)[number];

/** The state of the page, and everything that the page can do. Elements read it and call it; it knows no element. */
export class Workbench extends Notices implements Desk {
  readonly trainer: TrainerApi;
  readonly adapters: AdapterDesk;
  readonly others = new OtherTabs(this);
  readonly storage = new LastingStorage(() => this.changed());
  readonly models = new ModelsDesk(this);
  readonly pass = new PassDesk(this);

  panel: Panel = 'data';
  device: DeviceReport | null = null;
  catalogue: Catalogue | null = null;
  /** A sample is being opened for a run that begins at once: what the person looks at stays until it does. */
  beginning: { readonly onFirstScreen: boolean } | null = null;
  /** True while a start waits for the person to agree that nothing is frozen. */
  askingToTrainEverything = false;

  /** In the order of the switch. */
  readonly #desks: ReadonlyMap<TaskId, TaskDesk>;
  readonly #wake = new WakeLock();
  readonly #known = Promise.withResolvers<void>();
  /** Resolves when the catalogue has come, whenever the page is opened. */
  readonly known = this.#known.promise;
  #planTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param views of every task, in the order of the switch; who has chosen none sees the last */
  constructor(trainer: TrainerApi, views: readonly TaskViewClass<Workbench>[]) {
    super(views.at(-1)!.kind.id);
    this.trainer = trainer;
    this.#desks = new Map(views.map((View) => this.#open(View)));
    this.expect(rememberedTask());
    this.adapters = new AdapterDesk(this, {
      listed: (list) => {
        for (const view of this.#views) view.adaptersListed?.(list);
      },
      imported: (adapter) => {
        this.viewOfBase(adapter.base)?.adapterImported?.(adapter);
      },
      broughtIn: () => void this.storage.ask(),
    });
    for (const { runs } of this.#desks.values()) {
      runs.onBegin = () => void this.#wake.hold();
      runs.onKept = () => void this.storage.ask();
      runs.onEnd = () => void this.#afterRun();
    }
  }

  /** All that differs between the task that is shown and others. */
  get view(): TaskView {
    return this.#desk.view;
  }

  /** @throws Error where the page does not know the task */
  viewOf(task: TaskId): TaskView {
    return this.#deskFor(task).view;
  }

  /** The base that is chosen for a task; null while none is known. */
  baseOf(task: TaskId): string | null {
    return this.#deskFor(task).base;
  }

  /** The view of the task that a base, or an adapter of it, is made for; undefined where the page does not carry the base. */
  viewOfBase(id: string): TaskView | undefined {
    const base = this.catalogue?.bases.find((one) => one.id === id);
    return base && this.viewOf(base.task);
  }

  /** Something would be lost with this tab: a run, or an adapter for which there was no room. */
  get unsaved(): boolean {
    return this.runs.active || this.adapters.unsaved;
  }

  get runs(): RunDesk {
    return this.#desk.runs;
  }

  /** Runs of the task that is shown that have ended. */
  get ended(): EndedDesk {
    return this.#desk.ended;
  }

  get plans(): PlanDesk {
    return this.#desk.plans;
  }

  /** What else could be trained. */
  get auto(): TaskDesk['auto'] {
    return this.#desk.auto;
  }

  /** openpi's models of the task that is shown, at full size: those that can be planned, and those that are counted alone. */
  get knownModels(): readonly (PlannedModel | CountedModel)[] {
    const { plannedModels = [], countedModels = [] } = this.catalogue ?? {};
    return [...plannedModels, ...countedModels].filter(({ task }) => task === this.task);
  }

  /** What could be trained on a card, at full size. */
  get card(): TaskDesk['card'] {
    return this.#desk.card;
  }

  /** What the filter on the form does. */
  get studio(): FreezeDesk {
    return this.#desk.studio;
  }

  get form(): Form {
    return this.view.form;
  }

  get base(): string | null {
    return this.#desk.base;
  }

  /** The bases of the task that is shown. */
  get bases(): Catalogue['bases'] {
    return this.catalogue?.bases.filter(({ task }) => task === this.task) ?? [];
  }

  /** The samples of the task that is shown. */
  get samples(): Catalogue['samples'] {
    return this.catalogue?.samples.filter(({ task }) => task === this.task) ?? [];
  }

  /** The tasks that this page carries a base for; the switch is shown where there are two. */
  get tasks(): readonly TaskId[] {
    return [...this.#desks.keys()].filter((task) => this.catalogue?.bases.some((base) => base.task === task));
  }

  /** Some task takes folders. */
  get takesFolders(): boolean {
    return this.tasks.some((task) => this.viewOf(task).takesFolders);
  }

  /** Asks the trainer for everything that the first screen shows. */
  async open(): Promise<void> {
    guardLeaving(this);
    this.others.onKept = () => void this.#refreshKept();
    void this.others.watch();
    const learned = this.#learnCatalogue();
    const device = ask(this, 'page', 'device', () => this.trainer.inspect());
    await learned;
    this.device = (await device)?.value ?? null;
    if (this.device?.problem) this.report('page', 'device', this.device.problem);
    this.changed();
    const runs = this.tasks.map((task) => this.#deskFor(task).refreshRuns());
    await Promise.all([...runs, this.adapters.refresh(), this.plan()]);
    if (this.adapters.list.length > 0) await this.storage.look();
  }

  async #learnCatalogue(): Promise<void> {
    const catalogue = await ask(this, 'page', 'catalogue', () => this.trainer.catalogue());
    this.catalogue = catalogue?.value ?? null;
    for (const [task, desk] of this.#desks)
      desk.base = this.catalogue?.bases.find((base) => base.task === task)?.id ?? null;
    if (!this.tasks.includes(this.task)) this.task = this.tasks.at(-1) ?? this.task;
    this.#visit();
    this.changed();
    this.#known.resolve();
  }

  /** Shows a task that the page knows before it is known whether there is a base for it: what is drawn first then stays. */
  expect(id: string | null): void {
    const task = [...this.#desks.keys()].find((one) => one === id);
    if (task && this.catalogue === null) this.task = task;
  }

  /** Shows another task, as it was left. Not during a run: the run belongs to the task that is shown. */
  switchTask(task: TaskId): void {
    if (task === this.task || this.runs.active || !this.tasks.includes(task)) return;
    clearTimeout(this.#planTimer);
    this.task = task;
    rememberTask(task);
    this.askingToTrainEverything = false;
    this.others.forget();
    this.#visit();
    this.changed();
    void this.#followForm(false);
  }

  /** The form as the trainer takes it, or null while a field is wrong or the base is unknown. */
  get settings(): TaskSettings | null {
    if (this.base === null || wrongSettings(this.form).length > 0) return null;
    return this.view.settings(this.base, this.adapterName);
  }

  get adapterName(): string {
    return this.form.name.trim() || this.view.source.name || strings.path.names.adapter;
  }

  show(panel: Panel): void {
    this.panel = panel;
    this.#visit();
    if (!this.toast?.undo) this.toast = null; // a person who goes on has read it
    this.changed();
  }

  /** Shows the field of a setting, with the focus in it. */
  showSetting(setting: SettingPlace): void {
    this.pointed = { ...setting };
    this.show(panelOf(setting));
  }

  chooseBase(id: string): void {
    this.#desk.base = id;
    this.edit({});
  }

  /** Changes the form of the task that is shown; what depends on it follows a moment later. */
  edit<F extends Form>(change: Partial<F>): void {
    if (change.freeze !== undefined && change.freeze !== this.form.freeze) this.studio.leaveExample();
    this.view.form = { ...this.form, ...change };
    this.askingToTrainEverything = false;
    this.others.forget();
    this.clear('start', this.task); // what kept a run from starting may be put right by this
    this.#inspect();
    this.changed();
    clearTimeout(this.#planTimer);
    this.#planTimer = setTimeout(() => void this.#followForm(true), 200);
  }

  /** Changes one number of the form, as typed. */
  editNumber(key: FieldKey, text: string): void {
    this.edit({ text: { ...this.form.text, [key]: text } });
  }

  /** Opens a sample and trains on it with what is on the form. */
  async fineTuneSample(id: string): Promise<void> {
    if (this.runs.active || this.beginning) return;
    this.beginning = { onFirstScreen: isFirstScreen(this) };
    try {
      if (await this.view.source.openSample(id)) await this.start();
      else this.show('data');
    } finally {
      this.beginning = null;
      this.changed();
    }
  }

  /** Files dropped or picked anywhere: adapters to Adapter, the rest to Data of their tasks. Says what became of them. */
  take(files: readonly File[]): Promise<void> {
    return this.takeFolder(files.map(inFolder));
  }

  /** The same for files that may lie in folders. @param handles what they were, where the browser can find it again */
  async takeFolder(given: readonly FileInFolder[], handles: readonly FileSystemHandle[] = []): Promise<void> {
    this.clear('drop');
    await this.known; // which tasks there are
    await takeHeap(this, given, handles);
  }

  /** Starts a run with the form, or says what is missing. `agreed`: the person knows that nothing is frozen. */
  async start(agreed = false): Promise<void> {
    if (this.runs.active) return;
    const settings = await readySettings(this);
    if (!settings) return;
    const { plan } = this.plans;
    if (plan && [plan, ...(plan.stages ?? [])].some((stage) => stage.frozenLeaves === 0) && !agreed) {
      this.askingToTrainEverything = true;
      this.show('train');
      return;
    }
    this.askingToTrainEverything = false;
    await this.#begin(() => this.runs.start(agreed ? { ...settings, trainEverything: true } : settings));
  }

  async resume(saved: UnfinishedRun): Promise<void> {
    await this.#begin(() => {
      useSettings(this, saved.settings, strings.runs.used(saved.name));
      return this.runs.resume(saved);
    });
  }

  async #begin(run: () => Promise<void>): Promise<void> {
    await this.others.begin(() => {
      this.beginning = null;
      this.panel = 'train';
      return run();
    });
    if (this.others.asking) this.show('train');
  }

  /** What Ctrl/Cmd+Enter does. */
  startOrPause(): void {
    if (this.runs.canPause) void this.runs.pause();
    else if (this.runs.state.status === 'paused') void this.runs.unpause();
    else if (!this.runs.active) void this.start();
  }

  async #followForm(edited: boolean): Promise<void> {
    if (!this.runs.active) await this.view.source.refresh();
    await this.plan(edited);
  }

  /** Plans what is on the form. `edited`: the person changed it. */
  async plan(edited = false): Promise<void> {
    const { settings } = this;
    this.#inspect();
    if (settings) void this.studio.plan(settings, edited);
    if (settings) await this.plans.update(settings, edited, this.view.source.opened);
  }

  /** An example is worth opening once the panel is looked at, in the task that is then known to be shown. */
  #visit(): void {
    if (this.panel !== 'freeze' || this.catalogue === null) return;
    const { form, kind } = this.view;
    this.studio.visit(form.freeze !== kind.untouched.freeze || this.plans.problem !== null);
  }

  #inspect(): void {
    if (this.base !== null) void this.studio.update(this.view.kind.freezeSettings(this.form, this.base));
  }

  get #views(): readonly TaskView[] {
    return [...this.#desks.values()].map(({ view }) => view);
  }

  get #desk(): TaskDesk {
    return this.#deskFor(this.task);
  }

  #deskFor(task: TaskId): TaskDesk {
    const desk = this.#desks.get(task);
    if (!desk) throw new Error(`The page knows no task "${task}".`);
    return desk;
  }

  /** Makes a view and all that is the task's own. */
  #open(View: TaskViewClass<Workbench>): readonly [TaskId, TaskDesk] {
    const task = View.kind.id;
    const desk = this.deskOf(task, this.trainer);
    return [task, new TaskDesk(desk, new View(this, desk))];
  }

  async #afterRun(): Promise<void> {
    await this.#wake.release();
    const made = this.runs.state.summary?.adapterId;
    this.view.runEnded?.(made ?? null);
    await this.#refreshKept();
  }

  #refreshKept = () => Promise.all([this.adapters.refresh(), this.#desk.refreshRuns()]);
}
