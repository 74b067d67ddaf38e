import { proxy, type Remote, wrap } from 'comlink';
import type { TrainerApi } from './api';
import entryUrl from './entry?worker&url';
import { sealedWorker } from './sealed_worker';

/** Kept for the life of the page: a Comlink proxy that is collected while a call is pending leaves that call hanging. */
let remote: Remote<TrainerApi> | undefined;

/**
 * The trainer behind its thread, as a plain TrainerApi: callbacks are proxied here, nowhere else.
 * `onFailure` hears of a thread that could not start or broke; calls that are pending then never answer.
 */
export function connect(onFailure: (message: string) => void): TrainerApi {
  remote ??= open(onFailure);
  return withProxies(remote);
}

function open(onFailure: (message: string) => void): Remote<TrainerApi> {
  const worker = sealedWorker(entryUrl);
  worker.addEventListener('error', (event) => onFailure(event.message || 'entry.ts did not load'));
  worker.addEventListener('messageerror', () => onFailure('a message could not be read'));
  return wrap<TrainerApi>(worker);
}

/** The other side releases a callback when its call has ended, which closes the callback's port here. */
function withProxies(trainer: Remote<TrainerApi>): TrainerApi {
  return {
    inspect: () => trainer.inspect(),
    catalogue: () => trainer.catalogue(),
    openModel: (files) => trainer.openModel(files),
    keptModels: () => trainer.keptModels(),
    openKept: (name) => trainer.openKept(name),
    keepModel: (id, onProgress) => trainer.keepModel(id, proxy(onProgress)),
    stopKeeping: () => trainer.stopKeeping(),
    removeKept: (name) => trainer.removeKept(name),
    keptPrefixes: () => trainer.keptPrefixes(),
    backup: () => trainer.backup(),
    restoreBackup: (file) => trainer.restoreBackup(file),
    removePrefixes: (id) => trainer.removePrefixes(id),
    deletedAdapters: () => trainer.deletedAdapters(),
    purgeAdapter: (id) => trainer.purgeAdapter(id),
    openDataset: (files, options) => trainer.openDataset(files, options),
    openSample: (id, options) => trainer.openSample(id, options),
    policyFolders: (files) => trainer.policyFolders(files),
    filesInArchive: (archive) => trainer.filesInArchive(archive),
    sampleFile: (id) => trainer.sampleFile(id),
    openRecording: (files, options, onProgress) =>
      trainer.openRecording(files, options, onProgress && proxy(onProgress)),
    closeRecording: () => trainer.closeRecording(),
    recordingCurves: (episode) => trainer.recordingCurves(episode),
    recordingPictures: (request) => trainer.recordingPictures(request),
    plan: (settings, model) => trainer.plan(settings, model),
    inspectFreeze: (settings, model) => trainer.inspectFreeze(settings, model),
    propose: (settings, budgetBytes) => trainer.propose(settings, budgetBytes),
    proposeTrueSize: (settings, budgetBytes) => trainer.proposeTrueSize(settings, budgetBytes),
    train: (settings, onEvent) => trainer.train(settings, proxy(onEvent)),
    resume: (runId, onEvent, takeOver) => trainer.resume(runId, proxy(onEvent), takeOver),
    watchTabs: (hear) => trainer.watchTabs(proxy(hear)),
    pause: () => trainer.pause(),
    unpause: () => trainer.unpause(),
    stop: (keepRun) => trainer.stop(keepRun),
    saveSoon: () => trainer.saveSoon(),
    unfinishedRuns: (task) => trainer.unfinishedRuns(task),
    discardRun: (runId) => trainer.discardRun(runId),
    trainsElsewhere: () => trainer.trainsElsewhere(),
    endedRuns: (task) => trainer.endedRuns(task),
    concludedRun: (task) => trainer.concludedRun(task),
    forgetRun: (runId) => trainer.forgetRun(runId),
    restoreRun: (record) => trainer.restoreRun(record),
    generate: (request, onText) => trainer.generate(request, proxy(onText)),
    evaluateAdapter: (id, onEvent) => trainer.evaluateAdapter(id, proxy(onEvent)),
    stopEvaluating: () => trainer.stopEvaluating(),
    stopGenerating: () => trainer.stopGenerating(),
    listAdapters: () => trainer.listAdapters(),
    renameAdapter: (id, name) => trainer.renameAdapter(id, name),
    nameBase: (id, nameOrPath) => trainer.nameBase(id, nameOrPath),
    deleteAdapter: (id) => trainer.deleteAdapter(id),
    restoreAdapter: (id) => trainer.restoreAdapter(id),
    exportAdapter: (id, format) => trainer.exportAdapter(id, format),
    importAdapter: (files) => trainer.importAdapter(files),
    duplicateAdapter: (id, name) => trainer.duplicateAdapter(id, name),
    storageUse: () => trainer.storageUse(),
    compareAdapters: (first, second) => trainer.compareAdapters(first, second),
  };
}
