import { exportAdapter, formatsOf } from '../adapter/exports';
import { type Kept, openKept } from '../adapter/kept';
import { keptAlready, toldApart } from '../adapter/kept_already';
import type { AdapterStore } from '../adapter/store';
import type { ExportFormat, ImportedAdapter } from '../adapter/summary';
import { type Base, type BaseModel, fetchBaseSummary } from '../base/base';
import { openZip } from '../containers/zip';
import { factsOfGpu } from '../gpu/facts';
import { openpiConfig } from '../model/config';
import { countedModels, plannedModels } from '../model/true_size';
import { policyFolders } from '../policy/files';
import { outcome } from '../problem';
import { collectFiles } from '../recording/files';
import { checkTraining } from '../run/check';
import { configOfRun, variantsOf } from '../run/prepare';
import { prepareStages, readStages, type StageOptions, stagedReport } from '../run/stages';
import type { TaskSettings } from '../settings/task';
import type { TrainEvent } from '../tasks/events';
import { taskOf } from '../tasks/registry';
import { compare } from '../tasks/text/compare';
import type { GeneratedText, GenerateRequest } from '../tasks/text/events';
import { planTrueSize } from '../tasks/true_size';
import { withTemplate } from '../tokens/chat_template';
import { readDataset } from '../tokens/open_dataset';
import { stoppedEarly } from '../train/control';
import type { DeviceReport, PassCalls, RecordingCalls, TrainerApi } from './api';
import { backupCalls } from './backup_calls';
import { decodableVideo, unusableDevice, usableDevice } from './device_report';
import { evaluationCalls } from './evaluations';
import { blobOf, forgetOldExports } from './exported';
import { FreezeReader } from './freeze';
import { keptCalls } from './kept_calls';
import { exportContext, OpenedData } from './open_data';
import { changing, trainsElsewhere, watchTabs } from './other_tabs';
import { gpuFactsOf, passCalls } from './pass_calls';
import { prefixCalls } from './prefix_calls';
import { Proposals } from './proposals';
import { readAdapter } from './read_adapter';
import { Runs } from './runs';
import { fetchSample, sampleCatalogue } from './samples';
import { BASES, Session, SHIPPED } from './session';
import { shelfCalls } from './shelf_calls';
import { siteFolder } from './site';

/** The trainer behind the page: everything that is not the page's looks. */
export function createTrainer(): TrainerApi {
  const session = new Session();
  const kept = openKept<unknown>();
  const { adapters } = kept;
  const runs = new Runs(session, kept);
  const filters = new FreezeReader(session);
  const opened = new OpenedData();
  return {
    ...deviceCalls(session),
    ...keptCalls(session.models),
    ...prefixCalls,
    ...backupCalls(kept),
    inspectFreeze: (settings, model) => outcome(() => filters.inspect(settings, model)),
    ...dataCalls({ session, opened, adapters, runs, filters }),
    ...runCalls(runs, kept),
    ...generationCalls(session, adapters, runs),
    ...adapterCalls(session, adapters, opened),
    ...shelfCalls(adapters, (id) => session.base(id)),
  };
}

function deviceCalls(session: Session): Pick<TrainerApi, 'inspect' | 'catalogue' | 'openModel' | 'policyFolders'> {
  return {
    policyFolders: (files) => outcome(async () => policyFolders(await collectFiles(files, []))),
    openModel: (files) => outcome(() => session.models.open(files)),
    inspect: () => outcome(() => deviceReport(session)),
    catalogue: () =>
      outcome(async () => {
        const bases = await Promise.all(
          SHIPPED.map(async ({ id, task }) => ({ ...(await fetchBaseSummary(id, siteFolder(`base/${id}`))), task })),
        );
        return { bases, samples: await sampleCatalogue(), plannedModels, countedModels };
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
  | 'filesInArchive'
  | keyof RecordingCalls
  | keyof PassCalls
  | 'plan'
  | 'propose'
  | 'proposeTrueSize'
  | 'train'
  | 'resume'
  | 'evaluateAdapter'
  | 'stopEvaluating';

/** The longest window that is chosen for a person, tokens: a model may be made for far more than a device has room for. */
const LONGEST_CHOSEN = 1024;

interface DataParts {
  readonly session: Session;
  readonly opened: OpenedData;
  readonly adapters: AdapterStore;
  readonly runs: Runs;
  readonly filters: FreezeReader;
}

/** What depends on the data that is open. */
function dataCalls({ session, opened, adapters, runs, filters }: DataParts): Pick<TrainerApi, DataCalls> {
  const { recordings } = opened;
  const openedOf = (settings: TaskSettings) =>
    taskOf(settings).openedOf({ text: opened.text, recording: recordings.opened });
  const factsOf = (base: BaseModel, settings: TaskSettings) => {
    checkTraining(settings); // to look at the frames of a run without an end would take for ever
    return taskOf(settings).factsOf(openedOf(settings), base, settings);
  };
  let openings = 0;
  const open: TrainerApi['openDataset'] = (files, options) =>
    outcome(async () => {
      const opening = ++openings;
      const { context } = (await session.base(options.base)).summary;
      const tokenizer = await withTemplate(await session.tokenizer(options.base), options.template);
      const most = options.sequenceLength === null ? Math.min(context, LONGEST_CHOSEN) : context;
      const { dataset, report } = await readDataset(files, { ...options, context: most }, tokenizer);
      if (opening === openings)
        opened.text = dataset && { dataset, chat: report.chat, reasons: report.reasons ?? false, cut: report.cut };
      return report;
    });
  const plan = async (settings: TaskSettings) => {
    const gpu = await session.gpu().then(factsOfGpu, () => undefined); // a plan needs none
    const base = await session.base(settings.base);
    const stages = stagesOf(base, settings);
    const facts = factsOf(base, settings);
    const prepare = (own: TaskSettings, options: StageOptions) =>
      taskOf(own).prepare(base, own, facts, { gpu, ...options });
    return stagedReport(prepareStages(settings, stages, prepare));
  };
  const busy = () => runs.busy;
  const proposals = new Proposals({ session, busy, factsOf });
  const passOf = async (base: Base, settings: TaskSettings) =>
    taskOf(settings).passOf(openedOf(settings), base, settings, factsOf(base, settings), await gpuFactsOf(session));
  return {
    openDataset: open,
    openSample: async (id, options) => {
      const sample = await outcome(() => fetchSample(id));
      return sample.ok ? open([sample.value], options) : sample;
    },
    filesInArchive: (archive) => outcome(async () => (await openZip(archive)).map(({ name }) => name)),
    sampleFile: (id) => outcome(() => fetchSample(id)),
    openRecording: (files, options, onProgress) => outcome(() => recordings.open(files, options, onProgress)),
    closeRecording: () => outcome(() => recordings.close()),
    recordingCurves: (episode) => outcome(() => recordings.curves(episode)),
    recordingPictures: (request) => outcome(() => recordings.pictures(request)),
    plan: (settings, model) => outcome(() => (model ? planTrueSize(model, settings) : plan(settings))),
    proposeTrueSize: (settings, budgetBytes) => outcome(() => proposals.proposeTrueSize(settings, budgetBytes)),
    propose: (settings, budgetBytes) => outcome(() => proposals.propose(settings, budgetBytes)),
    train: (settings, onEvent) => {
      const gather = async () => {
        const base = await session.base(settings.base);
        await session.tokenizer(settings.base); // before anything is read, where there is none
        const stages = stagesOf(base, settings);
        await filters.refuseUnasked(settings, stages, plan);
        const loading = { emit: onEvent, progress: loadingProgress(runs, onEvent) };
        const opened = openedOf(settings);
        const data = await taskOf(settings).gather(opened, base, settings, loading);
        return { settings, stages, data, opened };
      };
      return outcome(() => proposals.orWhatFits(settings, () => runs.start(gather, onEvent)));
    },
    resume: (runId, onEvent, takeOver = false) => outcome(() => runs.resume(runId, onEvent, { openedOf, takeOver })),
    ...passCalls({ session, busy, passOf }),
    ...evaluationCalls(session, adapters, () => recordings.opened),
  };
}

/** The stages of a run of a base, read. */
const stagesOf = ({ config }: BaseModel, settings: TaskSettings) =>
  readStages(settings, variantsOf(configOfRun(config, settings)));

/** Tells how far loading is; ends it where a person has stopped the run. */
const loadingProgress = (runs: Runs, emit: (event: TrainEvent) => void) => (done: number, of: number) => {
  if (runs.control.stopped) throw stoppedEarly();
  emit({ kind: 'phase', phase: 'loading', done, of });
};

type RunCalls =
  | 'pause'
  | 'unpause'
  | 'stop'
  | 'saveSoon'
  | 'unfinishedRuns'
  | 'discardRun'
  | 'trainsElsewhere'
  | 'watchTabs'
  | 'endedRuns'
  | 'concludedRun'
  | 'restoreRun'
  | 'forgetRun';

function runCalls(runs: Runs, { records }: Kept<unknown>): Pick<TrainerApi, RunCalls> {
  return {
    watchTabs: (hear) => outcome(() => watchTabs(() => runs.activeId, hear)),
    pause: () => outcome(() => runs.control.pause()),
    unpause: () => outcome(() => runs.control.unpause()),
    stop: (keepRun) => outcome(() => runs.stop(keepRun)),
    saveSoon: () => outcome(() => runs.saveSoon()),
    unfinishedRuns: (task) => outcome(() => runs.unfinished(task)),
    discardRun: (runId) => changing(() => runs.discard(runId)),
    trainsElsewhere: () => outcome(() => trainsElsewhere(null)),
    endedRuns: (task) => outcome(() => runs.ended(task)),
    concludedRun: (task) => outcome(() => runs.concluded(task)),
    restoreRun: (record) => changing(() => records.save(record)),
    forgetRun: (runId) => changing(() => records.remove(runId)),
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
    await compare({ gpu, base, tokenizer, adapter: stored }, question, onText);
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

type AdapterCalls =
  | 'listAdapters'
  | 'renameAdapter'
  | 'nameBase'
  | 'deleteAdapter'
  | 'restoreAdapter'
  | 'exportAdapter'
  | 'importAdapter';

function adapterCalls(session: Session, adapters: AdapterStore, opened: OpenedData): Pick<TrainerApi, AdapterCalls> {
  const swept = forgetOldExports();
  swept.catch(() => undefined); // told to who takes something away
  const exportOne = async (id: string, format: ExportFormat) => {
    const adapter = await adapters.load(id);
    const context = exportContext(session, opened, adapter);
    const write = () => exportAdapter(adapter, format, context);
    const { name, content } = await write();
    await swept;
    return { name, content: await blobOf(content, name, async () => (await write()).content) };
  };
  const importOne = async (files: readonly File[]): Promise<ImportedAdapter> => {
    const known = await Promise.all(
      BASES.map(async (id) => {
        const { hash, config } = await session.base(id);
        return { id, hash: hash as string, modelConfig: openpiConfig(config) };
      }),
    );
    const read = await readAdapter(files, known, session.models);
    const same = await keptAlready(adapters, read);
    if (same) return { summary: same, notes: [], kept: true };
    const { adapter, notes } = await toldApart(adapters, read);
    await adapters.save(adapter);
    return { summary: adapter.summary, notes, kept: false };
  };
  return {
    listAdapters: () =>
      outcome(async () => (await adapters.list()).map((summary) => ({ ...summary, formats: formatsOf(summary) }))),
    renameAdapter: (id, name) => changing(() => adapters.rename(id, name)),
    nameBase: (id, nameOrPath) => changing(() => adapters.nameBase(id, nameOrPath)),
    deleteAdapter: (id) => changing(() => adapters.delete(id)),
    restoreAdapter: (id) => changing(() => adapters.restore(id)),
    exportAdapter: (id, format) => outcome(() => exportOne(id, format)),
    importAdapter: (files) => changing(() => importOne(files)),
  };
}
