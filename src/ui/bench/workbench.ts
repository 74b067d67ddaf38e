import type {
  Catalogue,
  DatasetOptions,
  DeviceReport,
  FileInFolder,
  RecordingOptions,
  TaskSettings,
  TrainerApi,
  UnfinishedRun,
} from '../../worker/api';
import type { FieldKey } from '../state/defaults';
import { actionsSettings, checkForm, type Form, fittingChoices, runSettings } from '../state/settings';
import { checkStages } from '../state/stage_forms';
import { rememberedTask, rememberTask, type Task, taskOf, taskOfFiles, tasks } from '../state/task';
import { strings } from '../words/strings';
import { AdapterDesk } from './adapter_desk';
import { DataDesk } from './data_desk';
import { ask, type Desk } from './desk';
import { inFolder } from './dropped_files';
import { type FreezeDesk, freezeSettings } from './freeze_desk';
import { guardLeaving } from './leave_guard';
import { Notices } from './notices';
import { obstacle } from './obstacle';
import type { PlanDesk } from './plan_desk';
import { RecordingDesk } from './recording_desk';
import type { RunDesk } from './run_desk';
import { TaskDesk } from './task_desk';
import { WakeLock } from './wake_lock';

export const panels = ['data', 'model', 'freeze', 'train', 'adapter'] as const;
export type Panel = (typeof panels)[number];

/** The state of the page, and everything that the page can do. Elements read it and call it; it knows no element. */
export class Workbench extends Notices implements Desk {
  readonly trainer: TrainerApi;
  /** The open data of the text task. */
  readonly data: DataDesk;
  /** The open data of the actions task. */
  readonly recording: RecordingDesk;
  readonly adapters: AdapterDesk;

  panel: Panel = 'data';
  device: DeviceReport | null = null;
  catalogue: Catalogue | null = null;
  /** True while a start waits for the person to agree that nothing is frozen. */
  askingToTrainEverything = false;

  readonly #desks: Readonly<Record<Task, TaskDesk>>;
  readonly #wake = new WakeLock();
  /** Resolves when the catalogue has come. */
  #known: Promise<void> = Promise.resolve();
  #planTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(trainer: TrainerApi) {
    super();
    this.trainer = trainer;
    const [text, actions] = [this.#deskOf('text'), this.#deskOf('actions')];
    this.#desks = { text: new TaskDesk(text, 'text'), actions: new TaskDesk(actions, 'actions') };
    this.data = new DataDesk(text, () => this.datasetOptions);
    this.recording = new RecordingDesk(actions, () => this.recordingOptions);
    this.adapters = new AdapterDesk(this);
    this.data.onOpen = () => void this.#plan();
    this.recording.onOpen = () => this.#newRecording();
    for (const { runs } of Object.values(this.#desks)) runs.onEnd = () => void this.#afterRun();
  }

  get runs(): RunDesk {
    return this.#desks[this.task].runs;
  }

  get plans(): PlanDesk {
    return this.#desks[this.task].plans;
  }

  /** What else could be trained. */
  get auto(): TaskDesk['auto'] {
    return this.#desks[this.task].auto;
  }

  /** What the filter on the form does. */
  get studio(): FreezeDesk {
    return this.#desks[this.task].studio;
  }

  get form(): Form {
    return this.#desks[this.task].form;
  }

  get base(): string | null {
    return this.#desks[this.task].base;
  }

  /** The bases of the task that is shown. */
  get bases(): Catalogue['bases'] {
    return this.catalogue?.bases.filter(({ id }) => taskOf(id) === this.task) ?? [];
  }

  /** The samples of the task that is shown. */
  get samples(): Catalogue['samples'] {
    return this.catalogue?.samples.filter(({ task }) => task === this.task) ?? [];
  }

  /** The tasks that this page carries a base for; the switch is shown where there are two. */
  get tasks(): readonly Task[] {
    return tasks.filter((task) => this.catalogue?.bases.some(({ id }) => taskOf(id) === task));
  }

  /** Asks the trainer for everything that the first screen shows. */
  async open(): Promise<void> {
    guardLeaving(() => this.runs.active);
    this.#known = this.#learnCatalogue();
    const device = ask(this, 'page', 'device', () => this.trainer.inspect());
    await this.#known;
    this.device = (await device)?.value ?? null;
    if (this.device?.problem) this.report('page', 'device', this.device.problem);
    this.changed();
    const unfinished = this.tasks.map((task) => this.#desks[task].runs.refreshUnfinished());
    await Promise.all([...unfinished, this.adapters.refresh(), this.#plan()]);
  }

  async #learnCatalogue(): Promise<void> {
    const catalogue = await ask(this, 'page', 'catalogue', () => this.trainer.catalogue());
    this.catalogue = catalogue?.value ?? null;
    for (const task of this.tasks)
      this.#desks[task].base = this.catalogue?.bases.find(({ id }) => taskOf(id) === task)?.id ?? null;
    if (this.tasks.includes(rememberedTask())) this.task = rememberedTask();
    this.changed();
  }

  /** Shows the other task, as it was left. Not during a run: the run belongs to the task that is shown. */
  switchTask(task: Task): void {
    if (task === this.task || this.runs.active || !this.tasks.includes(task)) return;
    clearTimeout(this.#planTimer);
    this.task = task;
    rememberTask(task);
    this.askingToTrainEverything = false;
    this.changed();
    void this.#followForm(false);
  }

  get datasetOptions(): DatasetOptions | null {
    const { form, base } = this.#desks.text;
    const wrong = checkForm(form);
    if (base === null || wrong.sequenceLength || wrong.heldoutPercent || wrong.seed) return null;
    const { sequenceLength, heldoutPercent, seed } = form.text;
    return {
      base,
      sequenceLength: Number(sequenceLength),
      heldoutFraction: Number(heldoutPercent) / 100,
      seed: Number(seed),
    };
  }

  get recordingOptions(): RecordingOptions | null {
    const { form } = this.#desks.actions;
    const wrong = checkForm(form);
    if (wrong.heldoutPercent || wrong.seed || wrong.fps) return null;
    const { heldoutPercent, seed, fps } = form.text;
    return { heldoutFraction: Number(heldoutPercent) / 100, seed: Number(seed), fps: Number(fps) };
  }

  /** The form as the trainer takes it, or null while a field is wrong or the base is unknown. */
  get settings(): TaskSettings | null {
    if (this.base === null || Object.keys(checkForm(this.form)).length + checkStages(this.form).length > 0) return null;
    if (this.task === 'actions') return actionsSettings(this.form, this.base, this.adapterName);
    const prompt = this.samplePrompt;
    return runSettings(this.form, this.base, this.adapterName, prompt === '' ? [] : [prompt]);
  }

  /** The prompt that base and adapter continue during a run. */
  get samplePrompt(): string {
    return this.form.samplePrompt || this.suggestedPrompts[0] || '';
  }

  get suggestedPrompts(): readonly string[] {
    const sample = this.catalogue?.samples.find((candidate) => candidate.id === this.data.sampleId);
    return sample?.prompts ?? this.data.report?.prompts ?? [];
  }

  get adapterName(): string {
    if (this.task === 'actions') return this.form.name.trim() || this.recording.name || strings.path.names.adapter;
    const sample = this.catalogue?.samples.find((candidate) => candidate.id === this.data.sampleId);
    const file = this.data.files[0]?.name.replace(/\.[^.]+$/, '');
    return this.form.name.trim() || sample?.title || file || strings.path.names.adapter;
  }

  show(panel: Panel): void {
    this.panel = panel;
    if (!this.toast?.undo) this.toast = null; // a person who goes on has read it
    this.changed();
  }

  /** Goes to the try box with one adapter in it. */
  tryAdapter(id: string): void {
    this.adapters.choose(id);
    this.show('adapter');
  }

  chooseBase(id: string): void {
    this.#desks[this.task].base = id;
    this.edit({});
  }

  /** Changes the form; what depends on it follows a moment later. */
  edit(change: Partial<Form>): void {
    this.#desks[this.task].form = { ...this.form, ...change };
    this.askingToTrainEverything = false;
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
    if (this.runs.active) return;
    if (await (this.task === 'actions' ? this.recording : this.data).openSample(id)) await this.start();
    else this.show('data');
  }

  /** Files dropped or picked anywhere: adapters to Adapter, the rest to Data of their task. Says where they went. */
  take(files: readonly File[]): Promise<void> {
    return this.takeFolder(files.map(inFolder));
  }

  /** The same for files that may lie in folders. */
  async takeFolder(given: readonly FileInFolder[]): Promise<void> {
    this.clear('drop');
    await this.#known; // which tasks there are
    const isAdapter = ({ path }: FileInFolder): boolean => path.toLowerCase().endsWith('.safetensors');
    const adapter = given.find(isAdapter);
    const rest = given.filter((one) => !isAdapter(one));
    if (adapter) {
      this.panel = 'adapter';
      this.note(strings.data.droppedAdapter(adapter.file.name));
      await this.adapters.import(adapter.file);
    }
    if (rest.length === 0) return;
    this.panel = 'data';
    if (this.runs.active) {
      this.report('data', 'data', { what: strings.data.busy, fix: strings.data.busyFix });
      return;
    }
    this.switchTask(
      taskOfFiles(
        rest.map(({ path }) => path),
        this.task,
      ),
    );
    this.note(strings.data.droppedData([...new Set(rest.map(({ path }) => path.split('/')[0] ?? path))].join(', ')));
    if (this.task === 'actions') await this.recording.open(rest);
    else await this.data.addFiles(rest.map(({ file }) => file));
  }

  /** Starts a run with the form, or says what is missing. `agreed`: the person knows that nothing is frozen. */
  async start(agreed = false): Promise<void> {
    if (this.runs.active) return;
    const settings = await this.#ready();
    if (!settings) return;
    const { plan } = this.plans;
    if (plan && [plan, ...(plan.stages ?? [])].some((stage) => stage.frozenLeaves === 0) && !agreed) {
      this.askingToTrainEverything = true;
      this.show('train');
      return;
    }
    this.askingToTrainEverything = false;
    this.panel = 'train';
    void this.#wake.hold();
    await this.runs.start(agreed ? { ...settings, trainEverything: true } : settings);
  }

  async resume(saved: UnfinishedRun): Promise<void> {
    this.panel = 'train';
    void this.#wake.hold();
    await this.runs.resume(saved);
  }

  /** What Ctrl/Cmd+Enter does. */
  startOrPause(): void {
    if (this.runs.canPause) void this.runs.pause();
    else if (this.runs.state.status === 'paused') void this.runs.unpause();
    else if (!this.runs.active) void this.start();
  }

  /** The settings of a run that may start now; what is missing is reported beside Train. */
  async #ready(): Promise<TaskSettings | null> {
    this.clear('start', this.task);
    const problem = obstacle(this);
    if (problem) {
      this.panel = 'train';
      this.report('train', 'start', problem);
      return null;
    }
    if (!(await this.#refreshData())) {
      this.show('data');
      return null;
    }
    await this.#plan();
    if (!this.plans.problem) return this.settings;
    this.show('freeze');
    return null;
  }

  async #followForm(edited: boolean): Promise<void> {
    if (!this.runs.active) await this.#refreshData();
    await this.#plan(edited);
  }

  #refreshData(): Promise<boolean> {
    return this.task === 'actions' ? this.recording.refresh() : this.data.refresh();
  }

  async #plan(edited = false): Promise<void> {
    const { settings } = this;
    this.#inspect();
    if (settings) void this.studio.plan(settings, edited);
    if (settings) await this.plans.update(settings, edited, settings.task === 'actions' ? this.recording.opened : 0);
  }

  #inspect(): void {
    if (this.base !== null) void this.studio.update(freezeSettings(this.form, this.base));
  }

  /** Joints and cameras that were chosen by hand count only for a recording that has them. */
  #newRecording(): void {
    const desk = this.#desks.actions;
    const { report } = this.recording;
    this.adapters.forgetEvaluation();
    if (report) desk.form = { ...desk.form, actions: fittingChoices(desk.form.actions, report) };
    void this.#plan();
  }

  /** What a part of one task may ask: its problems stay with its task, whichever is shown when they come. */
  #deskOf(task: Task): Desk {
    return {
      trainer: this.trainer,
      changed: () => this.changed(),
      report: (place, source, problem) => this.report(place, source, problem, task),
      clear: (source) => this.clear(source, task),
      note: (text, undo) => this.note(text, undo),
    };
  }

  async #afterRun(): Promise<void> {
    await this.#wake.release();
    const made = this.runs.state.summary?.adapterId;
    if (made && this.task === 'text') this.adapters.choose(made);
    else this.adapters.forgetCurrent();
    await Promise.all([this.adapters.refresh(), this.runs.refreshUnfinished()]);
  }
}
