import { defaultActionsSettings, defaultSettings, defaultsOf } from './settings/defaults';
import type {
  ActionsSettings,
  DatasetReport,
  DeviceReport,
  EndedRun,
  ExportFormat,
  Outcome,
  RecordingOptions,
  RecordingReport,
  TaskSettings,
  TextSettings,
  TrainEvent,
  TrainerApi,
} from './worker/api';
import { connect } from './worker/connect';

/**
 * What `npm run train` drives: the app's own worker, without the app's page. The app does not link here.
 * Files come from the page's two <input type="file">, one of them for a folder; results leave by its download link.
 */
export interface TrainDriver {
  /** What a run has where nothing else is asked for, by task. */
  readonly defaults: typeof defaultsOf;
  /** Asks the worker about the GPU. */
  device(): Promise<Outcome<DeviceReport>>;
  /** Reads the chosen files, the share `heldoutFraction` kept aside. */
  openFiles(settings: Partial<TextSettings>, heldoutFraction: number): Promise<Outcome<DatasetReport>>;
  /** Reads the chosen folder or files as a robot's recording. */
  openRecording(
    settings: Partial<ActionsSettings>,
    options: Omit<RecordingOptions, 'seed'>,
  ): Promise<Outcome<RecordingReport>>;
  /** Trains with `settings` over the task's defaults; events go to window.onTrainEvent. */
  train(task: TaskSettings['task'], settings: object): Promise<Outcome<EndedRun>>;
  /** Ends the run after the step in flight; the adapter is kept. */
  stop(): Promise<Outcome<void>>;
  /** The formats that an adapter can be exported in. */
  formats(adapterId: string): Promise<Outcome<readonly ExportFormat[]>>;
  /** Puts an adapter behind the page's download link; answers with its file name. */
  offer(adapterId: string, format: ExportFormat): Promise<Outcome<string>>;
}

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

/** What the data decide of a run, where nothing else is asked for. */
let ofData: Pick<TextSettings, 'sequenceLength'> | null = null;

async function openFiles(settings: Partial<TextSettings>, heldoutFraction: number): Promise<Outcome<DatasetReport>> {
  const { base, seed } = { ...defaultSettings, ...settings };
  const options = { base, sequenceLength: settings.sequenceLength ?? null, heldoutFraction, seed };
  const opened = await orBroken(trainer.openDataset(chosen('#data'), options));
  if (opened.ok && opened.value.fault) return { ok: false, problem: opened.value.fault };
  ofData = opened.ok ? { sequenceLength: opened.value.sequenceLength } : null;
  return opened;
}

function openRecording(settings: Partial<ActionsSettings>, options: Omit<RecordingOptions, 'seed'>) {
  const { seed } = { ...defaultActionsSettings, ...settings };
  const files = [...chosen('#folder'), ...chosen('#data')];
  const placed = files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return orBroken(trainer.openRecording(placed, { ...options, seed }));
}

async function formats(adapterId: string): Promise<Outcome<readonly ExportFormat[]>> {
  const listed = await orBroken(trainer.listAdapters());
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
  const { name, bytes } = exported.value;
  const link = element<HTMLAnchorElement>('#result');
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.textContent = name;
  return { ok: true, value: name };
}

window.trainDriver = {
  defaults: defaultsOf,
  device: () => orBroken(trainer.inspect()),
  openFiles,
  openRecording,
  train: (task, settings) =>
    orBroken(trainer.train({ ...defaultsOf[task], ...ofData, ...settings }, (event) => window.onTrainEvent(event))),
  stop: () => orBroken(trainer.stop()),
  formats,
  offer,
};
