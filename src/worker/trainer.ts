import { type Adapter, fileName } from '../adapter/adapter';
import { memoryCsvOf } from '../adapter/memory_csv';
import { exportOpenpi, importAdapter } from '../adapter/openpi_file';
import { exportPeft } from '../adapter/peft_zip';
import { type AdapterStore, openAdapterStore } from '../adapter/store';
import { fetchBaseSummary } from '../base/base';
import { plannedModels } from '../model/true_size';
import { outcome, problem } from '../problem';
import { writeNormStats } from '../robot/norm_stats_file';
import type { OpenedRecording } from '../run/actions_data';
import { evaluateAdapter } from '../run/actions_evaluation';
import { compare } from '../run/comparison';
import { planTrueSize } from '../run/plan_true_size';
import { NO_FACTS, prepareTask } from '../run/prepare_task';
import { ofStage, prepareStages, stagedReport } from '../run/stages';
import { openDataset } from '../tokens/open_dataset';
import { settingsOfStage, stagesOf } from '../train/stages';
import type {
  ActionsSettings,
  DeviceReport,
  ExportedFile,
  ExportFormat,
  GeneratedText,
  GenerateRequest,
  ImportedAdapter,
  OpenLoop,
  RecordingCalls,
  RunSettings,
  TaskSettings,
  TrainerApi,
} from './api';
import { decodableVideo, unusableDevice, usableDevice } from './device_report';
import { FreezeReader } from './freeze';
import { Proposals } from './proposals';
import { actionsWork, factsOf, RecordingReader } from './recording';
import { Runs, type TextData, type Work } from './runs';
import { fetchSample, sampleCatalogue } from './samples';
import { BASES, Session } from './session';
import { siteFolder } from './site';

/** The trainer behind the page: everything that is not the page's looks. */
export function createTrainer(): TrainerApi {
  const session = new Session();
  const adapters = openAdapterStore();
  const runs = new Runs(session, adapters);
  const filters = new FreezeReader(session);
  return {
    ...deviceCalls(session),
    inspectFreeze: (settings, model) => outcome(() => filters.inspect(settings, model)),
    ...dataCalls(session, adapters, runs, filters),
    ...runCalls(runs),
    ...generationCalls(session, adapters, runs),
    ...adapterCalls(session, adapters),
  };
}

function deviceCalls(session: Session): Pick<TrainerApi, 'inspect' | 'catalogue'> {
  return {
    inspect: () => outcome(() => deviceReport(session)),
    catalogue: () =>
      outcome(async () => {
        const bases = await Promise.all(BASES.map((id) => fetchBaseSummary(id, siteFolder(`base/${id}`))));
        return { bases, samples: await sampleCatalogue(), plannedModels };
      }),
  };
}

async function deviceReport(session: Session): Promise<DeviceReport> {
  const video = await decodableVideo();
  try {
    return usableDevice(await session.gpu(), video);
  } catch (error) {
    return unusableDevice(error, video); // an answer, not a failure
  }
}

type DataCalls =
  | 'openDataset'
  | 'openSample'
  | 'sampleFile'
  | keyof RecordingCalls
  | 'plan'
  | 'propose'
  | 'train'
  | 'evaluateAdapter';

/** What depends on the data that is open. */
function dataCalls(
  session: Session,
  adapters: AdapterStore,
  runs: Runs,
  filters: FreezeReader,
): Pick<TrainerApi, DataCalls> {
  let text: TextData | null = null;
  const recordings = new RecordingReader();
  const open: TrainerApi['openDataset'] = (files, options) =>
    outcome(async () => {
      const { dataset, report } = await openDataset(files, options, await session.tokenizer('text'));
      text = { dataset, chat: report.chat };
      return report;
    });
  const plan = async (settings: TaskSettings) => {
    const report = await deviceReport(session);
    const bindingBytes = report.usable ? report.maxBindingBytes : undefined; // a plan needs no GPU
    const base = await session.base(settings.base);
    const facts = settings.task === 'actions' ? factsOf(recordings.opened, base, settings) : NO_FACTS;
    return stagedReport(
      prepareStages(settings, (own, trained) => prepareTask(base, own, facts, bindingBytes, trained)),
    );
  };
  const proposals = new Proposals({
    session,
    busy: () => runs.busy,
    factsOf: (base, settings) => factsOf(recordings.opened, base, settings),
  });
  return {
    openDataset: open,
    openSample: async (id, options) => {
      const sample = await outcome(() => fetchSample(id));
      return sample.ok ? open([sample.value], options) : sample;
    },
    sampleFile: (id) => outcome(() => fetchSample(id)),
    openRecording: (files, options, onProgress) => outcome(() => recordings.open(files, options, onProgress)),
    closeRecording: () => outcome(() => recordings.close()),
    plan: (settings, model) => outcome(() => (model ? planTrueSize(model, settings) : plan(settings))),
    propose: (settings, budgetBytes) => outcome(() => proposals.propose(settings, budgetBytes)),
    train: (settings, onEvent) => {
      const gather = async () => {
        for (const stage of stagesOf(settings)) {
          await filters.refuseUnasked(settingsOfStage(settings, stage), plan).catch((error) => {
            throw ofStage(settings, stage, error);
          });
        }
        if (settings.task === 'text') return textWork(text, settings);
        return actionsWork(recordings.opened, await session.base(settings.base), settings, {
          emit: onEvent,
          stopped: () => runs.control.stopped,
        });
      };
      return outcome(() => proposals.orWhatFits(settings, () => runs.start(gather, onEvent)));
    },
    evaluateAdapter: (id) => outcome(async () => evaluate(session, recordings.opened, await adapters.load(id))),
  };
}

async function evaluate(session: Session, opened: OpenedRecording | null, adapter: Adapter): Promise<OpenLoop> {
  if (!opened) throw problem('There is no recording to try it on.', 'data', 'Open the folder of a recording.');
  const { base: id } = adapter.summary;
  const [gpu, base, tokenizer] = await Promise.all([session.gpu(), session.base(id), session.tokenizer(id)]);
  return evaluateAdapter({ gpu, base, tokenizer, adapter, opened });
}

function textWork(data: TextData | null, settings: RunSettings): Work {
  if (!data) throw problem('There is no data to train on.', 'data', 'Open a file, or the sample.');
  return { task: 'text', settings, data };
}

type RunCalls = 'resume' | 'pause' | 'unpause' | 'stop' | 'unfinishedRuns' | 'unfinishedActionRuns' | 'discardRun';

function runCalls(runs: Runs): Pick<TrainerApi, RunCalls> {
  return {
    resume: (runId, onEvent) => outcome(() => runs.resume(runId, onEvent)),
    pause: () => outcome(() => runs.control.pause()),
    unpause: () => outcome(() => runs.control.unpause()),
    stop: () => outcome(() => runs.control.stop()),
    unfinishedRuns: () => outcome(() => runs.unfinished<RunSettings>('text')),
    unfinishedActionRuns: () => outcome(() => runs.unfinished<ActionsSettings>('actions')),
    discardRun: (runId) => outcome(() => runs.discard(runId)),
  };
}

/** One answer at a time: a new question ends the one before. */
function generationCalls(
  session: Session,
  adapters: AdapterStore,
  runs: Runs,
): Pick<TrainerApi, 'generate' | 'stopGenerating'> {
  let latest = 0;
  let busy: Promise<unknown> = Promise.resolve();
  const generate = async (request: GenerateRequest, turn: number, onText: (text: GeneratedText) => void) => {
    const { adapter: id } = request;
    const stored = id === null ? null : await (id === 'current' ? runs.current.snapshot() : adapters.load(id));
    const [gpu, base, tokenizer] = await Promise.all([
      session.gpu(),
      session.base(request.base),
      session.tokenizer(request.base),
    ]);
    const question = { ...request, cancelled: () => turn !== latest };
    const say = (from: GeneratedText['from'], text: string, done: boolean) => onText({ from, text, done });
    await compare({ gpu, base, tokenizer, adapter: stored }, question, say);
  };
  return {
    generate: (request, onText) => {
      const turn = ++latest;
      const answered = busy.then(() => outcome(() => generate(request, turn, onText)));
      busy = answered;
      return answered;
    },
    stopGenerating: () =>
      outcome(() => {
        latest++;
      }),
  };
}

/** openpi's norm_stats.json, which it looks for beside the weights. */
function normStatsOf({ robot, summary }: Adapter): ExportedFile {
  if (!robot)
    throw problem('A text adapter has no statistics of a robot.', summary.name, 'Download the adapter itself.');
  return { name: 'norm_stats.json', bytes: new TextEncoder().encode(writeNormStats(robot.stats)) };
}

type AdapterCalls =
  | 'listAdapters'
  | 'renameAdapter'
  | 'deleteAdapter'
  | 'restoreAdapter'
  | 'exportAdapter'
  | 'importAdapter';

function adapterCalls(session: Session, adapters: AdapterStore): Pick<TrainerApi, AdapterCalls> {
  const purged = adapters.purgeDeleted(); // what an earlier page deleted
  const exportOne = async (id: string, format: ExportFormat): Promise<ExportedFile> => {
    const adapter = await adapters.load(id);
    if (format === 'norm_stats') return normStatsOf(adapter);
    if (format === 'memory') return { name: 'memory.csv', bytes: new TextEncoder().encode(memoryCsvOf(adapter)) };
    if (format === 'openpi') return { name: fileName(adapter, '.safetensors'), bytes: exportOpenpi(adapter) };
    const { summary } = await session.base(adapter.summary.base);
    return { name: fileName(adapter, '-peft.zip'), bytes: await exportPeft(adapter, summary) };
  };
  const importOne = async (file: File): Promise<ImportedAdapter> => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const known = await Promise.all(
      BASES.map(async (id) => {
        const { hash, config } = await session.base(id);
        return { id, hash, modelConfig: config };
      }),
    );
    const { adapter, notes } = importAdapter(bytes, file.name, known, crypto.randomUUID(), Date.now());
    await adapters.save(adapter);
    return { summary: adapter.summary, notes };
  };
  return {
    listAdapters: () =>
      outcome(async () => {
        await purged;
        return adapters.list();
      }),
    renameAdapter: (id, name) => outcome(() => adapters.rename(id, name)),
    deleteAdapter: (id) => outcome(() => adapters.delete(id)),
    restoreAdapter: (id) => outcome(() => adapters.restore(id)),
    exportAdapter: (id, format) => outcome(() => exportOne(id, format)),
    importAdapter: (file) => outcome(() => importOne(file)),
  };
}
