import { type PlacedCamera, placeCameras } from './settings/camera_names';
import { defaultActionsSettings, defaultSettings, defaultsOf } from './settings/defaults';
import type {
  ActionsSettings,
  ConcludedRun,
  DatasetOptions,
  DatasetReport,
  DeviceReport,
  EndedRun,
  ExportFormat,
  ListedAdapter,
  NormalizationKind,
  OpenedModel,
  Outcome,
  PassFrames,
  PassReport,
  RecordingOptions,
  RecordingReport,
  Stage,
  StateForm,
  TaskId,
  TaskSettings,
  TextSettings,
  TrainEvent,
  TrainerApi,
  UnfinishedRun,
} from './worker/api';
import { connect } from './worker/connect';

/**
 * What `npm run train` drives: the app's own worker, without the app's page. The app does not link here.
 * Files come from the page's <input type="file">; results leave by its download link.
 */
export interface TrainDriver {
  /** Asks the worker about the GPU. */
  device(): Promise<Outcome<DeviceReport>>;
  /** Opens the chosen files of a model; `paths` are their places in its folder, in the same order. It is the base from then on. */
  openModel(paths: readonly string[]): Promise<Outcome<OpenedModel>>;
  /** Reads the chosen files as text. */
  openFiles(
    settings: Partial<TextSettings>,
    options: Omit<DatasetOptions, 'base' | 'sequenceLength' | 'seed'>,
  ): Promise<Outcome<DatasetReport>>;
  /** Reads the chosen files as a robot's recording; `paths` are their places in its folder, in the same order. */
  openRecording(
    settings: Partial<ActionsSettings>,
    options: Omit<RecordingOptions, 'seed'>,
    paths: readonly string[],
  ): Promise<Outcome<RecordingReport>>;
  /** What the base of an actions run decides where nobody chooses: how numbers are scaled, and where cameras go. */
  toldAs(settings: Partial<ActionsSettings>, cameras: readonly string[]): Promise<Outcome<AsTold>>;
  /** The settings of a run that is told these; stages that have no warm-up have the run's. */
  settingsOf(task: TaskId, settings: GivenSettings): TaskSettings;
  /** What goes before the steps of a run; null where its model is not read layer by layer. `measured`: with how long a frame takes. */
  passPlan(settings: TaskSettings, measured: boolean): Promise<Outcome<PassPlan | null>>;
  /** Trains on what is open; events go to window.onTrainEvent. */
  train(settings: TaskSettings): Promise<Outcome<EndedRun>>;
  /** Runs of the task that a checkpoint can bring back, the latest first. */
  unfinishedRuns(task: TaskId): Promise<Outcome<readonly UnfinishedRun[]>>;
  /** The run of the task that came to its end here, whose files may not have been written; null where none has. */
  concludedRun(task: TaskId): Promise<Outcome<ConcludedRun | null>>;
  /** Goes on with such a run; events as of train(). */
  resume(runId: string): Promise<Outcome<EndedRun>>;
  /** Pauses the run after the step in flight, with a checkpoint. */
  pause(): Promise<Outcome<void>>;
  /** Ends the run after the step in flight; the adapter is kept, and with `keepRun` what resume() goes on from. */
  stop(keepRun: boolean): Promise<Outcome<void>>;
  /** The adapters that are kept, the latest first. */
  adapters(): Promise<Outcome<readonly ListedAdapter[]>>;
  /** The formats that an adapter can be exported in. */
  formats(adapterId: string): Promise<Outcome<readonly ExportFormat[]>>;
  /** Puts an adapter behind the page's download link; answers with its file name. */
  offer(adapterId: string, format: ExportFormat): Promise<Outcome<string>>;
}

/** Frames that go through a model layer by layer before the first step. */
export interface PassPlan {
  readonly pass: PassReport;
  /** On the GPU at most while it trains then. */
  readonly trainingBytes: number;
  /** Which frames; null where that is not known. */
  readonly of: PassFrames | null;
  /** Null where it was not measured. */
  readonly secondsPerFrame: number | null;
}

export interface AsTold {
  /** Null where the recording decides. */
  readonly state: StateForm | null;
  readonly normalization: NormalizationKind;
  /** Whether those that it was trained with lie beside it. */
  readonly bringsStatistics: boolean;
  readonly cameras: readonly PlacedCamera[];
}

/** What is told of a run's settings; the rest are the defaults. */
type GivenSettings = Partial<Omit<TextSettings, 'task' | 'stages'>> &
  Partial<Omit<ActionsSettings, 'task' | 'stages'>> & {
    readonly stages: readonly (Omit<Stage, 'warmupSteps'> & Partial<Stage>)[];
  };

declare global {
  interface Window {
    trainDriver: TrainDriver;
    /** The command line listens here. */
    onTrainEvent(event: TrainEvent): void;
  }
}

/** Answers only if the worker breaks; calls that were under way would then wait for ever. */
let trainer: TrainerApi;
const broken = new Promise<Outcome<never>>((resolve) => {
  trainer = connect((message) => resolve({ ok: false, problem: { what: 'The trainer broke.', where: message } }));
});
const orBroken = <T>(answer: Promise<Outcome<T>>) => Promise.race([answer, broken]);

function element<E extends Element>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`train.html has no ${selector}`);
  return found;
}

const chosen = (selector: string): readonly File[] => [...(element<HTMLInputElement>(selector).files ?? [])];

let ownModel: OpenedModel | null = null;

/** What suits the model that was opened better than the defaults. */
let ofModel: Pick<TextSettings, 'base'> | null = null;

const openModel: TrainDriver['openModel'] = async (paths) => {
  const placed = chosen('#model').map((file, n) => ({ path: paths[n] ?? file.name, file }));
  const opened = await orBroken(trainer.openModel(placed));
  ownModel = opened.ok ? opened.value : null;
  ofModel = opened.ok ? { ...opened.value.suggested, base: opened.value.id } : null;
  return opened;
};

/** What the data decide of a run, where nothing else is asked for. */
let ofData: Pick<TextSettings, 'sequenceLength'> | null = null;

const openFiles: TrainDriver['openFiles'] = async (settings, chosenOptions) => {
  const { base, seed } = { ...defaultSettings, ...settings, ...ofModel };
  const options = { ...chosenOptions, base, seed, sequenceLength: settings.sequenceLength ?? null };
  const opened = await orBroken(trainer.openDataset(chosen('#data'), options));
  if (opened.ok && opened.value.fault) return { ok: false, problem: opened.value.fault };
  ofData = opened.ok ? { sequenceLength: opened.value.sequenceLength } : null;
  return opened;
};

const openRecording: TrainDriver['openRecording'] = (settings, options, paths) => {
  const { seed } = { ...defaultActionsSettings, ...settings };
  const placed = chosen('#data').map((file, n) => ({ path: paths[n] ?? file.name, file }));
  return orBroken(trainer.openRecording(placed, { ...options, seed }));
};

const toldAs: TrainDriver['toldAs'] = async (settings, cameras) => {
  const catalogue = await orBroken(trainer.catalogue());
  if (!catalogue.ok) return catalogue;
  const { base: chosenBase } = { ...defaultActionsSettings, ...settings };
  const base = ownModel ?? catalogue.value.bases.find(({ id }) => id === chosenBase);
  const { state = null, normalization = 'z-score', stats, cameras: places = [] } = base?.actions ?? {};
  const told = { state, normalization, bringsStatistics: stats !== undefined };
  return { ok: true, value: { ...told, cameras: placeCameras(cameras, places) } };
};

function settingsOf(task: TaskId, given: GivenSettings): TaskSettings {
  const settings = { ...defaultsOf[task], ...ofModel, ...ofData, ...given } as TaskSettings;
  const { warmupSteps } = settings;
  return { ...settings, stages: given.stages.map((stage) => ({ warmupSteps, ...stage })) };
}

const passPlan: TrainDriver['passPlan'] = async (settings, measured) => {
  const plan = await orBroken(trainer.plan(settings));
  if (!plan.ok) return plan;
  const { pass, totalBytes: trainingBytes } = plan.value;
  if (!pass) return { ok: true, value: null };
  const frames = await orBroken(trainer.passFrames(settings, []));
  const seconds = measured ? await orBroken(trainer.secondsPerFrame(settings)) : null;
  const of = frames.ok ? frames.value : null;
  return { ok: true, value: { pass, trainingBytes, of, secondsPerFrame: seconds?.ok ? seconds.value : null } };
};

const adapters: TrainDriver['adapters'] = () => orBroken(trainer.listAdapters());

async function formats(adapterId: string): Promise<Outcome<readonly ExportFormat[]>> {
  const listed = await adapters();
  if (!listed.ok) return listed;
  const adapter = listed.value.find(({ id }) => id === adapterId);
  if (adapter) return { ok: true, value: adapter.formats };
  return {
    ok: false,
    problem: { what: 'The adapter is not among those that are kept.', where: `adapter ${adapterId}` },
  };
}

async function offer(adapterId: string, format: ExportFormat): Promise<Outcome<string>> {
  const exported = await orBroken(trainer.exportAdapter(adapterId, format));
  if (!exported.ok) return exported;
  const { name, content } = exported.value;
  const link = element<HTMLAnchorElement>('#result');
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.textContent = name;
  return { ok: true, value: name };
}

window.trainDriver = {
  device: () => orBroken(trainer.inspect()),
  openModel,
  openFiles,
  openRecording,
  toldAs,
  settingsOf,
  passPlan,
  train: (settings) => orBroken(trainer.train(settings, (event) => window.onTrainEvent(event))),
  unfinishedRuns: (task) => orBroken(trainer.unfinishedRuns(task)),
  concludedRun: (task) => orBroken(trainer.concludedRun(task)),
  resume: (runId) => orBroken(trainer.resume(runId, (event) => window.onTrainEvent(event))),
  pause: () => orBroken(trainer.pause()),
  stop: (keepRun) => orBroken(trainer.stop(keepRun)),
  adapters,
  formats,
  offer,
};
