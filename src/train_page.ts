import { defaultSettings } from './train/defaults';
import type {
  DatasetReport,
  DeviceReport,
  ExportFormat,
  Outcome,
  RunSettings,
  RunSummary,
  TrainEvent,
  TrainerApi,
} from './worker/api';
import { connect } from './worker/connect';

/**
 * What `npm run train` drives: the app's own worker, without the app's page. The app does not link here.
 * Files come from the page's <input type="file">; results leave by its download link.
 */
export interface TrainDriver {
  /** What a run has where nothing else is asked for. */
  readonly defaults: RunSettings;
  /** Asks the worker about the GPU. */
  device(): Promise<Outcome<DeviceReport>>;
  /** Reads the chosen files, the share `heldoutFraction` kept aside. */
  openFiles(settings: Partial<RunSettings>, heldoutFraction: number): Promise<Outcome<DatasetReport>>;
  /** Trains with `settings` over the defaults; events go to window.onTrainEvent. */
  train(settings: Partial<RunSettings>): Promise<Outcome<RunSummary>>;
  /** Ends the run after the step in flight; the adapter is kept. */
  stop(): Promise<Outcome<void>>;
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

const withDefaults = (settings: Partial<RunSettings>): RunSettings => ({ ...defaultSettings, ...settings });

function openFiles(settings: Partial<RunSettings>, heldoutFraction: number) {
  const { files } = element<HTMLInputElement>('#data');
  const { sequenceLength, seed } = withDefaults(settings);
  return orBroken(trainer.openDataset([...(files ?? [])], { sequenceLength, heldoutFraction, seed }));
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
  defaults: defaultSettings,
  device: () => orBroken(trainer.inspect()),
  openFiles,
  train: (settings) => orBroken(trainer.train(withDefaults(settings), (event) => window.onTrainEvent(event))),
  stop: () => orBroken(trainer.stop()),
  offer,
};
