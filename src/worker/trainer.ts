import { fileName } from '../adapter/adapter';
import { exportOpenpi, importAdapter } from '../adapter/openpi_file';
import { exportPeft } from '../adapter/peft_zip';
import { type AdapterStore, openAdapterStore } from '../adapter/store';
import { fetchBaseSummary } from '../base/base';
import { outcome, problem } from '../problem';
import { compare } from '../run/comparison';
import { planReport, prepareRun } from '../run/prepare';
import { openDataset } from '../tokens/open_dataset';
import type { ExportedFile, ExportFormat, GeneratedText, GenerateRequest, ImportedAdapter, TrainerApi } from './api';
import { unusableDevice, usableDevice } from './device_report';
import { type RunData, Runs } from './runs';
import { fetchSample, sampleCatalogue } from './samples';
import { BASES, Session } from './session';
import { siteFolder } from './site';

/** The trainer behind the page: everything that is not the page's looks. */
export function createTrainer(): TrainerApi {
  const session = new Session();
  const adapters = openAdapterStore();
  const runs = new Runs(session, adapters);
  return {
    ...deviceCalls(session),
    ...trainingCalls(session, runs),
    ...generationCalls(session, adapters, runs),
    ...adapterCalls(session, adapters),
  };
}

function deviceCalls(session: Session): Pick<TrainerApi, 'inspect' | 'catalogue' | 'plan'> {
  const deviceReport = async () => {
    try {
      return usableDevice(await session.gpu());
    } catch (error) {
      return unusableDevice(error); // an answer, not a failure
    }
  };
  return {
    inspect: () => outcome(deviceReport),
    catalogue: () =>
      outcome(async () => {
        const bases = await Promise.all(BASES.map((id) => fetchBaseSummary(id, siteFolder(`base/${id}`))));
        return { bases, samples: await sampleCatalogue() };
      }),
    plan: (settings) =>
      outcome(async () => {
        const report = await deviceReport();
        const bindingBytes = report.usable ? report.maxBindingBytes : undefined; // a plan needs no GPU
        return planReport(prepareRun(await session.base(settings.base), settings, bindingBytes));
      }),
  };
}

type TrainingCalls =
  | 'openDataset'
  | 'openSample'
  | 'train'
  | 'resume'
  | 'pause'
  | 'unpause'
  | 'stop'
  | 'unfinishedRuns'
  | 'discardRun';

function trainingCalls(session: Session, runs: Runs): Pick<TrainerApi, TrainingCalls> {
  let data: RunData | null = null;
  const open: TrainerApi['openDataset'] = (files, options) =>
    outcome(async () => {
      const { dataset, report } = await openDataset(files, options, await session.tokenizer('text'));
      data = { dataset, chat: report.chat };
      return report;
    });
  return {
    openDataset: open,
    openSample: async (id, options) => {
      const sample = await outcome(() => fetchSample(id));
      return sample.ok ? open([sample.value], options) : sample;
    },
    train: (settings, onEvent) =>
      outcome(() => {
        if (!data) throw problem('There is no data to train on.', 'data', 'Open a file, or the sample.');
        return runs.start(data, settings, onEvent);
      }),
    resume: (runId, onEvent) => outcome(() => runs.resume(runId, onEvent)),
    pause: () => outcome(() => runs.control.pause()),
    unpause: () => outcome(() => runs.control.unpause()),
    stop: () => outcome(() => runs.control.stop()),
    unfinishedRuns: () => outcome(() => runs.unfinished()),
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
