import type {
  Catalogue,
  DatasetOptions,
  DeviceReport,
  Problem,
  RunSettings,
  TrainerApi,
  UnfinishedRun,
} from '../worker/api';
import { AdapterDesk } from './adapter_desk';
import { DataDesk } from './data_desk';
import type { FieldKey } from './defaults';
import { ask, type Desk, type Place } from './desk';
import { guardLeaving } from './leave_guard';
import { PlanDesk } from './plan_desk';
import { RunDesk } from './run_desk';
import { checkForm, defaultForm, type Form, runSettings } from './settings';
import { Store } from './store';
import { strings } from './strings';
import { WakeLock } from './wake_lock';

export const panels = ['data', 'model', 'freeze', 'train', 'adapter'] as const;
export type Panel = (typeof panels)[number];

export interface PlacedProblem {
  readonly id: number;
  readonly place: Place;
  readonly source: string;
  readonly problem: Problem;
}

/** The state of the page, and everything that the page can do. Elements read it and call it; it knows no element. */
export class Workbench extends Store implements Desk {
  readonly trainer: TrainerApi;
  readonly data: DataDesk;
  readonly runs: RunDesk;
  readonly adapters: AdapterDesk;
  readonly plans: PlanDesk;

  panel: Panel = 'data';
  device: DeviceReport | null = null;
  catalogue: Catalogue | null = null;
  base: string | null = null;
  form: Form = defaultForm();
  problems: readonly PlacedProblem[] = [];
  toast: { readonly text: string; readonly undo?: () => void } | null = null;
  /** True while a start waits for the person to agree that nothing is frozen. */
  askingToTrainEverything = false;

  readonly #wake = new WakeLock();
  #nextId = 1;
  #planTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(trainer: TrainerApi) {
    super();
    this.trainer = trainer;
    this.data = new DataDesk(this, () => this.datasetOptions);
    this.runs = new RunDesk(this);
    this.adapters = new AdapterDesk(this);
    this.plans = new PlanDesk(this);
    this.data.onOpen = () => void this.#plan();
    this.runs.onEnd = () => void this.#afterRun();
  }

  /** Asks the trainer for everything that the first screen shows. */
  async open(): Promise<void> {
    guardLeaving(() => this.runs.active);
    const catalogue = ask(this, 'page', 'catalogue', () => this.trainer.catalogue());
    const device = ask(this, 'page', 'device', () => this.trainer.inspect());
    this.catalogue = (await catalogue)?.value ?? null;
    this.base = this.catalogue?.bases[0]?.id ?? null;
    this.changed();
    this.device = (await device)?.value ?? null;
    if (this.device?.problem) this.report('page', 'device', this.device.problem);
    this.changed();
    await Promise.all([this.runs.refreshUnfinished(), this.adapters.refresh(), this.#plan()]);
  }

  get datasetOptions(): DatasetOptions | null {
    const wrong = checkForm(this.form);
    if (wrong.sequenceLength || wrong.heldoutPercent || wrong.seed) return null;
    const { sequenceLength, heldoutPercent, seed } = this.form.text;
    return {
      sequenceLength: Number(sequenceLength),
      heldoutFraction: Number(heldoutPercent) / 100,
      seed: Number(seed),
    };
  }

  /** The form as the trainer takes it, or null while a field is wrong or the base is unknown. */
  get settings(): RunSettings | null {
    if (this.base === null || Object.keys(checkForm(this.form)).length > 0) return null;
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
    const sample = this.catalogue?.samples.find((candidate) => candidate.id === this.data.sampleId);
    const file = this.data.files[0]?.name.replace(/\.[^.]+$/, '');
    return this.form.name.trim() || sample?.title || file || strings.path.names.adapter;
  }

  show(panel: Panel): void {
    this.panel = panel;
    this.changed();
  }

  /** Goes to the try box with one adapter in it. */
  tryAdapter(id: string): void {
    this.adapters.choose(id);
    this.show('adapter');
  }

  chooseBase(id: string): void {
    this.base = id;
    this.edit({});
  }

  /** Changes the form; what depends on it follows a moment later. */
  edit(change: Partial<Form>): void {
    this.form = { ...this.form, ...change };
    this.askingToTrainEverything = false;
    this.changed();
    clearTimeout(this.#planTimer);
    this.#planTimer = setTimeout(() => void this.#followForm(), 200);
  }

  /** Changes one number of the form, as typed. */
  editNumber(key: FieldKey, text: string): void {
    this.edit({ text: { ...this.form.text, [key]: text } });
  }

  /** Opens a sample and trains on it with what is on the form. */
  async fineTuneSample(id: string): Promise<void> {
    if (this.runs.active) return;
    if (await this.data.openSample(id)) await this.start();
    else this.show('data');
  }

  /** Files dropped or picked anywhere: adapters to Adapter, the rest to Data. Says where they went. */
  async take(files: readonly File[]): Promise<void> {
    const adapter = files.find((file) => file.name.toLowerCase().endsWith('.safetensors'));
    const rest = files.filter((file) => !file.name.toLowerCase().endsWith('.safetensors'));
    if (adapter) {
      this.panel = 'adapter';
      this.note(strings.data.droppedAdapter(adapter.name));
      await this.adapters.import(adapter);
    }
    if (rest.length === 0) return;
    this.panel = 'data';
    if (this.runs.active) {
      this.report('data', 'data', { what: strings.data.busy, fix: strings.data.busyFix });
      return;
    }
    this.note(strings.data.droppedData(rest.map((file) => file.name).join(', ')));
    await this.data.addFiles(rest);
  }

  /** Starts a run with the form, or says what is missing. `agreed`: the person knows that nothing is frozen. */
  async start(agreed = false): Promise<void> {
    if (this.runs.active) return;
    const settings = await this.#ready();
    if (!settings) return;
    if (this.plans.plan?.frozenLeaves === 0 && !agreed) {
      this.askingToTrainEverything = true;
      this.show('train');
      return;
    }
    this.askingToTrainEverything = false;
    this.panel = 'train';
    void this.#wake.hold();
    await this.runs.start(settings);
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

  report(place: Place, source: string, problem: Problem): void {
    const others = this.problems.filter((known) => known.source !== source);
    this.problems = [...others, { id: this.#nextId, place, source, problem }];
    this.#nextId += 1;
    this.changed();
  }

  clear(source: string): void {
    this.problems = this.problems.filter((known) => known.source !== source);
  }

  dismiss(id: number): void {
    this.problems = this.problems.filter((known) => known.id !== id);
    this.changed();
  }

  note(text: string, undo?: () => void): void {
    this.toast = { text, ...(undo ? { undo } : {}) };
    this.changed();
  }

  dismissToast(): void {
    this.toast = null;
    this.changed();
  }

  /** The training thread could not start, or broke. */
  trainerFailed(message: string): void {
    this.report('page', 'thread', {
      what: strings.problem.workerDied,
      where: message,
      fix: strings.problem.workerDiedFix,
    });
  }

  /** An error that nobody expected: shown as it is, rather than lost in a console. */
  unexpected(error: unknown): void {
    const where = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.report('page', 'unexpected', { what: strings.problem.unexpected, where, fix: strings.problem.unexpectedFix });
  }

  /** The settings of a run that may start now; what is missing is reported beside Train. */
  async #ready(): Promise<RunSettings | null> {
    this.clear('start');
    const problem = this.#obstacle();
    if (problem) {
      this.panel = 'train';
      this.report('train', 'start', problem);
      return null;
    }
    if (!(await this.data.refresh())) {
      this.show('data');
      return null;
    }
    await this.#plan();
    if (!this.plans.problem) return this.settings;
    this.show('freeze');
    return null;
  }

  #obstacle(): Problem | null {
    const { train } = strings;
    if (this.device && !this.device.usable) return this.device.problem ?? { what: strings.header.noGpu };
    if (Object.keys(checkForm(this.form)).length > 0) return { what: train.wrongFields, fix: train.wrongFieldsFix };
    if (!this.data.source) return { what: train.noData, fix: train.noDataFix };
    if (this.plans.plan?.trainableLeaves === 0)
      return { what: strings.freeze.nothingTrains, fix: strings.freeze.nothingTrainsFix };
    return null;
  }

  async #followForm(): Promise<void> {
    if (!this.runs.active) await this.data.refresh();
    await this.#plan(true);
  }

  async #plan(edited = false): Promise<void> {
    if (this.settings) await this.plans.update(this.settings, edited);
  }

  async #afterRun(): Promise<void> {
    await this.#wake.release();
    const made = this.runs.state.summary?.adapterId;
    if (made) this.adapters.choose(made);
    else this.adapters.forgetCurrent();
    await Promise.all([this.adapters.refresh(), this.runs.refreshUnfinished()]);
  }
}
